"""Wan 2.2 for the denoising loop: how it encodes, predicts and decodes. Imported when a draft is made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d, unpatchify
from torch import Tensor

from ....values import Picture, Sampling
from ...device.context_parallel import Share
from ...device.memory import WHOLE, Economy
from ...device.placement import memory_guard
from ...kernels.tiles import in_tiles
from ...sampling.family import Clips
from ...sampling.noise import Noise
from ...sampling.pixels import from_picture, to_frames
from ...sampling.solvers import Euler, Solver, UniPC
from ...sampling.tiny_file import Tiny
from ...sampling.tiny_vae import TinyVae
from .config import Layout
from .fast_vae import alike
from .parts import Parts
from .team import called

_SOLVERS: dict[str, type[Euler] | type[UniPC]] = {"unipc": UniPC, "euler": Euler}
_WORDS = 512
"""Tokens of a text, the padding included."""
_TEXT_BYTES = 2**29
_PIXEL_BYTES = 24_000
"""What one latent's frames take in the autoencoder on their way, a pixel of the clip's size."""
_TOKEN_BYTES, _HELD_TOKEN_BYTES = 24, 68
"""What a token takes in a block of the transformer, a feature; more where each is told its own time."""


class Settings(Protocol):
    """What the family asks of the generator's options."""

    @property
    def negative_prompt(self) -> str: ...

    def tiny(self) -> Tiny | None: ...

    def noise(self, layout: Layout, steps: int) -> Noise: ...

    def solver_name(self, layout: Layout) -> str: ...


class WanFamily:
    """The adapter; see `sampling.family.Family`.

    A condition's first channels are its mask, 1 where the others are the picture's.
    """

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self._parts, self._settings, self._tiny = parts, settings, settings.tiny()
        self._held = parts.layout.held
        self.device = parts.residence.device
        self.unit = 1
        self.odd = False
        self.negative = settings.negative_prompt
        self.economy = parts.residence.economy
        if self._tiny is not None:
            with self.at_work():
                self._by_tiny(self._tiny)  # or what is wrong with it would be said after the denoising

    def at_work(self) -> AbstractContextManager[None]:
        return self._parts.residence.at_work()

    def spare(self, stage: str, *, gently: bool) -> str | None:
        parts = self._parts
        large = {"encode": [parts.text_encoder], "denoise": list(parts.transformers)}
        return parts.residence.spare(large.get(stage, []), gently=gently)

    def solver(self, steps: int) -> Solver:
        noise = self._settings.noise(self._parts.layout, steps)
        return _SOLVERS[self._settings.solver_name(self._parts.layout)](noise.timesteps, noise.levels)

    def latent_shape(self, sampling: Sampling) -> tuple[int, int, int, int]:
        config = self._parts.vae.config
        frames = (sampling.frames - 1) // config.scale_factor_temporal + 1
        pixels = config.scale_factor_spatial
        return frames, config.z_dim, sampling.height // pixels, sampling.width // pixels

    def noise(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Drawn channel by channel, each of all frames."""
        frames, channels, height, width = shape
        return torch.randn(channels, frames, height, width, generator=generator).transpose(0, 1)

    def encode_text(self, texts: Sequence[str]) -> Tensor:
        """(texts, tokens, features), nothing but zeros after the last word."""
        tokens = self._parts.tokenizer(
            [" ".join(text.split()) for text in texts],
            padding="max_length",
            max_length=_WORDS,
            truncation=True,
            return_tensors="pt",
        ).to(self.device)
        self._parts.residence.bring(self._parts.text_encoder, len(texts) * _TEXT_BYTES)
        mask: Tensor = tokens.attention_mask
        embedded: Tensor = self._parts.text_encoder(tokens.input_ids, mask)[0]
        return embedded.float() * mask[..., None]

    def encode_picture(self, picture: Picture, sampling: Sampling, economy: Economy = WHOLE) -> Tensor:
        """(latent frames, channels, height, width): the picture, then grey frames unless it is held."""
        pixels = from_picture(picture)
        if not self._held:
            grey = pixels.new_zeros(1, 3, sampling.frames - 1, *pixels.shape[3:])
            pixels = torch.cat([pixels, grey], dim=2)
        return self._encoded(pixels, economy.picture if self._held else economy.tile)

    @torch.inference_mode()
    def still(self, picture: Picture, sampling: Sampling) -> Tensor:
        """(latent frames, channels, height, width): clean latents of a clip that stands still."""
        pixels = from_picture(picture).expand(-1, -1, sampling.frames, -1, -1)
        with self.at_work():
            return self._encoded(pixels, self.economy.tile)

    def _encoded(self, pixels: Tensor, tile: int | None) -> Tensor:
        """The most likely latents of a clip, brought to mean 0 and deviation 1 in each channel.

        Its frames are all alike after the first.
        """
        vae = self._parts.vae
        self._parts.residence.bring(vae, vae_work(*_bounded(pixels.shape[3:], tile)))

        def run(some: Tensor) -> Iterator[Tensor]:
            with alike(vae):
                yield vae.encode(some.to(self.device, vae.dtype)).latent_dist.mode()

        unit = vae.config.scale_factor_spatial
        (latents,) = in_tiles(pixels, self._most(tile), run, unit=unit)
        mean, deviation = self._statistics()
        return (latents.to(self.device).float()[0].transpose(0, 1) - mean) / deviation

    def _most(self, tile: int | None) -> int | None:
        """The side of a tile in latents."""
        return None if tile is None else max(tile // self._parts.vae.config.scale_factor_spatial, 2)

    def _statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and deviation of the autoencoder's latents, (channels, 1, 1) each."""
        config = self._parts.vae.config
        mean, deviation = (
            torch.tensor(values, device=self.device)[:, None, None]
            for values in (config.latents_mean, config.latents_std)
        )
        return mean, deviation

    @torch.inference_mode()
    def repeated(self, picture: Picture) -> Picture:
        """The picture encoded, to its most likely latent, and decoded again; raises OutOfMemoryError."""
        with self.at_work(), memory_guard("encoding and decoding the picture", "the size"):
            latents = self._encoded(from_picture(picture), self.economy.picture)
            (frames,) = next(self.decode(latents[None], self.economy.tile))
        return np.asarray(frames[0])

    def condition(self, encoded: Tensor, sampling: Sampling, generator: torch.Generator) -> Tensor:
        """The mask and the picture's latents; nothing is drawn."""
        frames, channels, height, width = self.latent_shape(sampling)
        mask = encoded.new_zeros(frames, 1 if self._held else self._parts.layout.chunk, height, width)
        mask[0] = 1
        return torch.cat([mask, encoded.expand(frames, channels, height, width)], dim=1)

    def positions(self, sampling: Sampling) -> tuple[Tensor, ...]:
        """Rotary cosines and sines, (units, places, features) each."""
        frames, channels, height, width = self.latent_shape(sampling)
        shape = torch.empty(1, channels, frames, height, width, device="meta")
        rope = self._parts.transformers[0].rope
        rotary = type(rope).forward(rope, shape)  # all of them, where a call would give a team's share
        return tuple(value.reshape(frames, -1, value.shape[-1]).to(self.device) for value in rotary)

    def predict(
        self, latents: Tensor, timestep: float, text: Tensor, condition: Tensor, positions: tuple[Tensor, ...]
    ) -> Tensor:
        transformer, dtype = self._expert(timestep), self._parts.dtype
        tokens = len(latents) * math.prod(positions[0].shape[:2])
        self._parts.residence.bring(transformer, transformer_work(transformer, tokens, self._held))
        hidden = self.settle(latents, condition) if self._held else torch.cat([latents, condition], dim=2)
        if self._parts.fast and not self._parts.residence.is_streamed(transformer):
            known = _known(condition, transformer.config.patch_size) if self._held else None
            rotary = positions[0].flatten(0, 1), positions[1].flatten(0, 1)
            fast = self._parts.fast[self._parts.transformers.index(transformer)]
            return fast(hidden.to(dtype), text, timestep, known, rotary).float()
        return self._predicted(transformer, hidden, timestep, text, condition, positions)

    def _predicted(
        self,
        transformer: Any,
        hidden: Tensor,
        timestep: float,
        text: Tensor,
        condition: Tensor,
        positions: tuple[Tensor, ...],
    ) -> Tensor:
        """By diffusers' own forward."""
        dtype = self._parts.dtype
        times = torch.full((len(hidden),), float(timestep), device=self.device)
        if self._held:
            times = _times(condition, timestep, transformer.config.patch_size)
        tensors = {
            "hidden_states": hidden.transpose(1, 2).to(dtype),
            "timestep": times,
            "encoder_hidden_states": text.to(dtype),
            "cosine": positions[0],
            "sine": positions[1],
        }
        if self._parts.team is None:
            answer = called(transformer, Share(), tensors)
        else:
            answer = self._parts.team(self._parts.transformers.index(transformer), tensors)
        return answer.transpose(1, 2).float()

    def _expert(self, timestep: float) -> Any:
        boundary, experts = self._parts.layout.boundary, self._parts.transformers
        return experts[0] if boundary is None or timestep >= boundary else experts[1]

    def settle(self, clean: Tensor, condition: Tensor) -> Tensor:
        """The picture's latent in the first place, if the model holds it there."""
        if not self._held:
            return clean
        known, picture = condition[:, :, :1], condition[:, :, 1:]
        return known * picture + (1 - known) * clean

    def pad(self, latents: Tensor) -> Tensor:
        return latents

    def trim(self, latents: Tensor, units: Sequence[int]) -> Tensor:
        return latents

    def frame_times(self, units: Sequence[int]) -> tuple[int, ...]:
        ratio = self._parts.vae.config.scale_factor_temporal
        rest = [unit * ratio - ratio + 1 + part for unit in units[1:] for part in range(ratio)]
        return (units[0] * ratio, *rest)

    def preview(self, latents: Tensor) -> Clips:
        """One rough frame a latent: by a tiny autoencoder if there is one, else by a linear sketch."""
        if self._tiny is None:
            return self._parts.previews.sketch(self._parts.folder / "vae", self.still).frames(latents)
        return self._by_tiny(self._tiny).frames(latents)

    def _by_tiny(self, tiny: Tiny) -> TinyVae:
        config = self._parts.vae.config
        form = config.z_dim, config.scale_factor_spatial, config.scale_factor_temporal
        return self._parts.previews.tiny(tiny.file, self.device, self._parts.dtype, *form)

    def decode(self, latents: Tensor, tile: int | None = None) -> Iterator[Clips]:
        """One latent at a time, as the VAE itself proceeds: one frame, then four each.

        In tiles the first chunk comes when all tiles are done. A tiny decoder needs none.
        """
        if self._tiny is not None and self._tiny.makes_frames:
            yield from self._by_tiny(self._tiny).decode(latents, first_alone=True)
            return
        vae = self._parts.vae
        scale = vae.config.scale_factor_spatial
        sides = _bounded([side * scale for side in latents.shape[3:]], tile)
        self._parts.residence.bring(vae, len(latents) * vae_work(*sides))
        mean, deviation = self._statistics()
        values = vae.post_quant_conv((latents * deviation + mean).to(vae.dtype).transpose(1, 2))
        for pixels in in_tiles(values, self._most(tile), self._streamed, scale=scale):
            yield to_frames(pixels)

    def _streamed(self, values: Tensor) -> Iterator[Tensor]:
        vae, patch = self._parts.vae, self._parts.vae.config.patch_size
        past = [None] * sum(isinstance(module, WanCausalConv3d) for module in vae.decoder.modules())
        work = len(values) * vae_work(*(side * vae.config.scale_factor_spatial for side in values.shape[3:]))
        for index in range(values.shape[2]):
            self._parts.residence.bring(vae, work)  # each time, as others may compute in between
            pixels = vae.decoder(
                values[:, :, index : index + 1], feat_cache=past, feat_idx=[0], first_chunk=index == 0
            )
            yield pixels if patch is None else unpatchify(pixels, patch_size=patch)


def _bounded(sides: Sequence[int], most: int | None) -> Sequence[int]:
    return sides if most is None else [min(side, most) for side in sides]


def transformer_work(transformer: Any, tokens: int, held: bool) -> int:
    """About the bytes that so many tokens take on their way through, besides the weights."""
    config = transformer.config
    features: int = config.num_attention_heads * config.attention_head_dim
    return tokens * features * (_HELD_TOKEN_BYTES if held else _TOKEN_BYTES)


def vae_work(height: int, width: int) -> int:
    """About the bytes that a clip takes on its way through the autoencoder, besides the weights."""
    return height * width * _PIXEL_BYTES


def _known(condition: Tensor, patch: Sequence[int]) -> Tensor:
    """(tokens,): which are the picture's, the same for all candidates."""
    return condition[0, :, 0, :: patch[1], :: patch[2]].flatten() > 0


def _times(condition: Tensor, timestep: float, patch: Sequence[int]) -> Tensor:
    """(candidates, tokens): 0 for the picture's tokens, which are clean, and the timestep for the others."""
    unknown = 1 - condition[:, :, 0, :: patch[1], :: patch[2]]
    return (unknown * timestep).flatten(1)
