"""Distil the autoencoder's decoder into a small one for the same latents.

Its layers are those of Ollin Boer Bohan's TAEHV (github.com/madebyollin/taehv, MIT), in which two-dimensional
convolutions also see what they saw in the frame before, so its file is read wherever such a decoder is
(`--set generator.tiny_vae=FILE`). It learns what the autoencoder makes of the latents that the video model is
trained on, and is measured against that and against the clips themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
import shards
import torch
import vae
import weights
from latents import Latents
from loop import Options, on_the_host, read_options, train
from passes import Tensors
from presets import FRAMES, LATENT_CHANNELS, Decoder
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

SOFT = 3.0
"""Latents are bent to stay within plus and minus this."""

GROWTHS = (1, 2, 2)
"""Frames that each stage makes of one, while it doubles the sides."""

BEFORE_THE_FIRST = 3
"""Frames of the first latent that are none of the clip's: it stands for a single one."""

CHECKED = 32
"""Held-out clips that the quality is measured on."""


class Remembering(nn.Module):
    """Three convolutions that see each frame beside the one before, around a skip."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            _convolution(2 * width, width),
            nn.ReLU(),
            _convolution(width, width),
            nn.ReLU(),
            _convolution(width, width),
        )

    def forward(self, clips: Tensor) -> Tensor:
        before = torch.cat([torch.zeros_like(clips[:, :1]), clips[:, :-1]], dim=1)
        found = _each_frame(self.conv, torch.cat([clips, before], dim=2))
        return functional.relu(found + clips)


class Growing(nn.Module):
    """Twice the sides, and of each frame one or two."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.growth = growth
        self.conv = nn.Conv2d(width, width * growth, 1, bias=False)

    def forward(self, clips: Tensor) -> Tensor:
        grown = _each_frame(lambda frames: self.conv(functional.interpolate(frames, scale_factor=2)), clips)
        return grown.reshape(len(grown), -1, grown.shape[2] // self.growth, *grown.shape[3:])


class Frames(nn.Module):
    """A layer that sees every frame alone."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, clips: Tensor) -> Tensor:
        return _each_frame(self.layer, clips)


class SmallDecoder(nn.Module):
    """Scaled latents (clips, latent frames, 16, h, w) become videos (clips, 3, frames, 8 h, 8 w), −1 to 1."""

    def __init__(self, shape: Decoder) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_layers(shape))

    def forward(self, latents: Tensor) -> Tensor:
        clips = torch.tanh(latents / SOFT) * SOFT
        for layer in self.layers:
            clips = layer(clips)
        return 2.0 * clips[:, BEFORE_THE_FIRST:].transpose(1, 2) - 1.0

    def stored_names(self) -> dict[str, str]:
        """TAEHV's name of each parameter."""
        return {
            name: f"decoder.{name.removeprefix('layers.').replace('.layer.', '.')}"
            for name, _ in self.named_parameters()
        }


def _layers(shape: Decoder) -> Iterator[nn.Module]:
    first, *others = shape.widths
    yield Frames(_convolution(LATENT_CHANNELS, first))
    yield nn.ReLU()
    for width, following, blocks, growth in zip(shape.widths, others, shape.blocks, GROWTHS, strict=False):
        yield from (Remembering(width) for _ in range(blocks))
        yield Growing(width, growth)
        yield Frames(_convolution(width, following))
    yield nn.ReLU()
    yield Frames(_convolution(shape.widths[-1], 3))


def _convolution(inner: int, outer: int) -> nn.Module:
    return nn.Conv2d(inner, outer, 3, padding=1)


def _each_frame(layer: Any, clips: Tensor) -> Tensor:
    found: Tensor = layer(clips.flatten(0, 1))
    return found.reshape(*clips.shape[:2], *found.shape[1:])


class DecoderJob:
    """L1 of pixels and of their differences, to what the autoencoder decodes."""

    name = "decoder"

    def __init__(self, options: Options) -> None:
        self.recipe = options.preset.decoder.recipe
        torch.manual_seed(options.preset.seed + 4)
        self.decoder = SmallDecoder(options.preset.decoder).to(options.device)
        self.modules = {"decoder": self.decoder}
        self.vae, self.scale = vae.load(options)
        folder = options.work / "latents" / "train"
        self.takes = [Latents(folder, length, options.device) for length in (9, FRAMES)]
        self.checked = shards.Clips(options.clips / "held_out", options.device)

    def draw(self, generator: torch.Generator) -> Tensors:
        host = on_the_host(generator)
        takes = self.takes[int(torch.randint(len(self.takes), (1,), generator=host))]
        device = takes.tensors["mean"].device
        chosen = torch.randint(len(takes), (self.recipe.batch,), generator=generator, device=device)
        return {"latents": takes.sample(chosen, self.scale, generator)[0]}

    def figures(self, batch: Tensors) -> Tensors:
        wanted = vae.decode(self.vae, batch["latents"].transpose(1, 2) / self.scale)
        shown = self.decoder(batch["latents"]).float()
        absolute = (shown - wanted).abs().mean()
        return {"loss": absolute + vae.edges(shown, wanted), "absolute": absolute}

    def held_out(self) -> dict[str, float]:
        """Decibels of held-out clips: to the clips, the autoencoder's own beside them, and to those."""
        small, own, truth = (torch.cat(some) for some in zip(*self._restored(), strict=True))
        return {
            "decibels": data.decibels(small, truth),
            "decibels_last": data.decibels(small[:, :, -1], truth[:, :, -1]),
            "vae_decibels": data.decibels(own, truth),
            "decibels_to_vae": data.decibels(small, own),
        }

    def _restored(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Of each held-out clip: by the small decoder, by the autoencoder's, and the clip."""
        for index in range(min(CHECKED, len(self.checked))):
            clip = data.to_model(self.checked.take([index], [range(FRAMES)]))
            mean = vae.encode(self.vae, clip).mode()
            small = self.decoder(mean.transpose(1, 2) * self.scale).float()
            yield small.cpu(), vae.decode(self.vae, mean).cpu(), clip.cpu()


def write(options: Options, path: Path) -> None:
    """The averaged decoder as one file, in bf16."""
    model = SmallDecoder(options.preset.decoder)
    story = weights.load_average(options.average("decoder"), "decoder", model)
    own, names = model.state_dict(), model.stored_names()
    weights.save(path, {names[name]: value.bfloat16() for name, value in own.items()}, story)


def read(shape: Decoder, path: Path) -> dict[str, Tensor]:
    """The parameters of a `SmallDecoder` from that file."""
    stored, names = load_file(path), SmallDecoder(shape).stored_names()
    return {name: stored[other] for name, other in names.items()}


def main(arguments: list[str] | None = None) -> None:
    options = read_options(__doc__ or "", arguments)
    train(DecoderJob(options), options)


if __name__ == "__main__":
    main()
