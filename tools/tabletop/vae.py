"""Train the video autoencoder (AutoencoderKLCogVideoX), whose averaged weights all else uses, frozen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import data
import shards
import torch
import weights
from diffusers import AutoencoderKLCogVideoX
from diffusers.models.autoencoders.autoencoder_kl_cogvideox import (
    CogVideoXCausalConv3d,
    CogVideoXResnetBlock3D,
    CogVideoXSpatialNorm3D,
)
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from loop import Options, on_the_host, read_options, train
from passes import Tensors
from photographs import Photographs
from precision import working
from presets import FRAMES, LATENT_CHANNELS, PICTURE_SIZE, Preset, Vae
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

WINDOWS: tuple[tuple[float, tuple[int, ...]], ...] = (
    (0.6, tuple(range(9))),
    (0.2, tuple(range(0, FRAMES, 2))),
    (0.2, tuple(range(FRAMES))),
)
"""Shares of what a batch of clips shows: nine frames in a row, nine spread out, a whole clip. The other
batches show single pictures, which is how the source reaches the video model."""

SQUARED = 4.0
"""Weight of the squared error; without it the pictures stay grey for thousands of steps."""

CHECKED = 32
"""Held-out clips that the quality is measured on."""

PHOTOGRAPHED = 0.5
"""Share of batches that show photographs, where there are any."""


def build(preset: Preset, scaling_factor: float = 1.0) -> Any:
    shape = preset.vae
    return AutoencoderKLCogVideoX(
        block_out_channels=shape.channels,
        layers_per_block=1,
        norm_num_groups=shape.groups,
        latent_channels=LATENT_CHANNELS,
        sample_height=PICTURE_SIZE,
        sample_width=PICTURE_SIZE,
        scaling_factor=scaling_factor,
    )


class VaeJob:
    """L1 and squares of pixels, L1 of their differences, a little divergence to keep latents near normal."""

    name = "vae"

    def __init__(self, options: Options) -> None:
        torch.manual_seed(options.preset.seed)
        self.shape: Vae = options.preset.vae
        self.recipe = self.shape.recipe
        self.vae = build(options.preset).to(options.device)
        start_near_identity(self.vae)
        self.modules = {"vae": self.vae}
        self.restoring = Restoring(self.vae)
        self.clips = shards.Clips(options.clips / "train", options.device)
        self.checked = shards.Clips(options.clips / "held_out", options.device)
        self.photographs = self.seen_never = None
        if options.photographs is not None:
            self.photographs = Photographs(options.photographs, "train", options.device)
            self.seen_never = Photographs(options.photographs, "dev", options.device)

    def draw(self, generator: torch.Generator) -> Tensors:
        pictures = self._batch(on_the_host(generator))
        clips, frames, height, width = pictures.shape[:4]
        shape = (clips, LATENT_CHANNELS, (frames + 3) // 4, height // 8, width // 8)
        return {
            "pictures": pictures,
            "noise": torch.randn(shape, generator=generator, device=pictures.device),
        }

    def figures(self, batch: Tensors) -> Tensors:
        video = data.to_model(batch["pictures"])
        restored, mean, deviation = (part.float() for part in self._restored(video, batch["noise"]))
        absolute = (restored - video).abs().mean()
        divergence = 0.5 * (mean.square() + deviation.square() - 1.0 - 2.0 * deviation.log()).mean()
        squared = (restored - video).square().mean()
        loss = absolute + edges(restored, video) + SQUARED * squared + self.shape.divergence * divergence
        return {"loss": loss, "absolute": absolute, "divergence": divergence}

    def _restored(self, video: Tensor, noise: Tensor) -> Any:
        """The video from a sample of its latents; all in one format, which autocast would leave for norms."""
        form = working(video.device.type)
        rounded = {name: parameter.to(form) for name, parameter in self.restoring.named_parameters()}
        with torch.autocast(video.device.type, enabled=False):
            return functional_call(self.restoring, rounded, (video.to(form), noise.to(form)))

    def _batch(self, generator: torch.Generator) -> Tensor:
        """Random clips, each with its own place, in this step's window and crop; drawn on the host."""
        single = _draw(generator, 1000) < 1000 * self.shape.single
        window = (0,) if single else self._window(_draw(generator, 1000) / 1000)
        side = self.shape.crops[_draw(generator, len(self.shape.crops))]
        count = self.recipe.batch * (max(self.shape.crops) // side) ** 2 * (4 if single else 1)
        if self.photographs and _draw(generator, 1000) < 1000 * PHOTOGRAPHED:
            return self.photographs.clips(count, len(window), side, generator)
        chosen = [_draw(generator, len(self.clips)) for _ in range(count)]
        shift = FRAMES - 1 - window[-1]
        starts = [_draw(generator, shift + 1) for _ in range(count)]
        pictures = self.clips.take(chosen, [[start + i for i in window] for start in starts])
        room = PICTURE_SIZE - side + 1
        corners = [(_draw(generator, room), _draw(generator, room)) for _ in range(count)]
        return crop(pictures, corners, side)

    def _window(self, place: float) -> tuple[int, ...]:
        for share, window in WINDOWS:
            if place < share:
                return window
            place -= share
        return WINDOWS[0][1]

    def held_out(self) -> dict[str, float]:
        """Decibels of clips and of single pictures, and the factor that gives latents unit deviation."""
        checked = range(min(CHECKED, len(self.checked)))
        clips = [data.to_model(self.checked.take([i], [range(FRAMES)])) for i in checked]
        means = [self.vae.encode(clip).latent_dist.mode() for clip in clips]
        restored = torch.cat([self.vae.decode(mean).sample.float().cpu() for mean in means])
        singles = torch.cat([clip[:, :, :1] for clip in clips])
        again = self.vae.decode(self.vae.encode(singles).latent_dist.mode()).sample
        truth = torch.cat(clips).cpu()
        return {
            "decibels": data.decibels(restored, truth),
            "decibels_last": data.decibels(restored[:, :, -1], truth[:, :, -1]),
            "decibels_single": data.decibels(again, singles),
            "scaling_factor": 1.0 / float(torch.stack(means).float().std()),
            **self._of_photographs(),
        }

    def _of_photographs(self) -> dict[str, float]:
        """Decibels of held-out photographs as single pictures: of all, as a mean, and of the worst."""
        if self.seen_never is None:
            return {}
        squares = data.to_model(self.seen_never.squares(PICTURE_SIZE)[:, None])
        again = [self.vae.decode(self.vae.encode(one[None]).latent_dist.mode()).sample for one in squares]
        each = [data.decibels(shown, truth[None]) for shown, truth in zip(again, squares, strict=True)]
        return {"photographs": sum(each) / len(each), "worst_photograph": min(each)}


class Restoring(nn.Module):
    """Through the VAE and back, as one module."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, video: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        posterior = self.vae.encode(video).latent_dist
        return self.vae.decode(posterior.mean + posterior.std * noise).sample, posterior.mean, posterior.std


def load(options: Options) -> tuple[Any, float]:
    """The frozen VAE in the working format, and the factor that gives its latents unit deviation."""
    model = build(options.preset)
    story = weights.load_average(options.average("vae"), "vae", model)
    return model.to(options.device, working(options.device)), float(story["scaling_factor"])


class _Still(nn.Module):
    """What a causal convolution does to a single frame, which it takes for those before it as well."""

    def __init__(self, causal: Any) -> None:
        super().__init__()
        own = causal.conv
        kernel = own.weight.detach().float().sum(dim=2).to(own.weight.dtype)
        self.kernel = nn.Buffer(kernel.contiguous(memory_format=torch.channels_last))
        self.bias = own.bias
        self.asked = {"stride": own.stride[1:], "padding": own.padding[1:]}

    def forward(self, video: Tensor, conv_cache: None = None) -> tuple[Tensor, None]:
        if video.shape[2] != 1:
            raise ValueError(f"one frame a video is what this is for; got {video.shape[2]}")
        return functional.conv2d(video[:, :, 0], self.kernel, self.bias, **self.asked)[:, :, None], None


def for_stills(model: Any) -> Any:
    """The VAE, changed to take single pictures only, which it does in a third of the time."""
    for name, part in model.named_children():
        setattr(model, name, _Still(part) if isinstance(part, CogVideoXCausalConv3d) else for_stills(part))
    return model


def encode(model: Any, video: Tensor) -> Any:
    """The posterior of videos (clips, 3, frames, h, w) in the frozen VAE, float32."""
    with torch.autocast(video.device.type, enabled=False), torch.no_grad():
        return DiagonalGaussianDistribution(
            model.encode(video.to(model.dtype)).latent_dist.parameters.float()
        )


def decode(model: Any, latents: Tensor) -> Tensor:
    """Videos of latents (clips, 16, latent frames, h, w) by the frozen VAE, float32."""
    with torch.autocast(latents.device.type, enabled=False), torch.no_grad():
        video: Tensor = model.decode(latents.to(model.dtype)).sample.float()
    return video


def start_near_identity(model: Any) -> None:
    """Start with blocks that pass their input on: the first pictures come in half the steps."""
    for part in model.modules():
        if isinstance(part, CogVideoXResnetBlock3D):
            _always(part.conv2.conv, 0.0)
        if isinstance(part, CogVideoXSpatialNorm3D):
            _always(part.conv_y.conv, 1.0)


def _always(convolution: Any, value: float) -> None:
    """Have the convolution answer `value` whatever it is given, until it learns better."""
    nn.init.zeros_(convolution.weight)
    nn.init.constant_(convolution.bias, value)


def edges(restored: Tensor, video: Tensor) -> Tensor:
    """Mean absolute difference of the pictures' horizontal and vertical differences."""
    across = (restored.diff(dim=-1) - video.diff(dim=-1)).abs().mean()
    return across + (restored.diff(dim=-2) - video.diff(dim=-2)).abs().mean()


def crop(pictures: Tensor, corners: Sequence[tuple[int, int]], side: int) -> Tensor:
    """From each clip the square with this upper left corner."""
    cut = [clip[:, y : y + side, x : x + side] for clip, (y, x) in zip(pictures, corners, strict=True)]
    return torch.stack(cut)


def _draw(generator: torch.Generator, count: int) -> int:
    return int(torch.randint(count, (1,), generator=generator))


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(VaeJob(options), options)


if __name__ == "__main__":
    main()
