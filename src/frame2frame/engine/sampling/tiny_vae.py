"""A tiny autoencoder: a file of the TAEHV kind, as people have distilled for many video models.

It makes previews and, where that is asked for, the frames of a clip. The decoder is Ollin Boer Bohan's TAEHV
(github.com/madebyollin/taehv, MIT): two-dimensional convolutions, in which some blocks also see what they saw
in the frame before. What it is for (how many channels a latent has, how many frames and pixels it becomes) is
read from the shapes of its weights. It takes the latents as the denoiser has them, normalised, and gives
pixels from 0 to 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ...errors import ModelError
from ..files.tensors import read_header
from .family import Clips

_KEY = re.compile(r"decoder\.(\d+)\.(.+)")
_SOFT = 3.0
"""Latents are bent to stay within plus and minus this."""

_AT_ONCE = 2
"""Latents that are decoded together, as CogVideoX's own autoencoder does."""

Weights = Mapping[str, Tensor]
Before = dict[int, Tensor]
"""What the layers that look back saw last, by their place."""


@dataclass(frozen=True)
class TinyVae:
    """The decoder."""

    layers: tuple[Weights, ...]
    """Those with weights, in their order."""

    @property
    def channels(self) -> int:
        """Of a latent."""
        return self.layers[0]["weight"].shape[1]

    @property
    def frames_of_latent(self) -> int:
        return math.prod(_growth(layer) for layer in self.layers if _is_growth(layer))

    @torch.inference_mode()
    def frames(self, latents: Tensor) -> Clips:
        """(candidates, latent frames, height, width, 3): the last frame that each latent stands for.

        `latents` are (candidates, latent frames, channels, height, width). One clip at a time is decoded.
        """
        every = self.frames_of_latent
        clips = [torch.cat([chunk[every - 1 :: every] for chunk in self._streamed(clip)]) for clip in latents]
        return _levels(torch.stack(clips))

    @torch.inference_mode()
    def decode(self, latents: Tensor, first_alone: bool) -> Iterator[Clips]:
        """Chunks of all frames of such latents; the first latent stands for one frame if it is alone."""
        streams = [self._streamed(clip) for clip in latents]
        left_out = self.frames_of_latent - 1 if first_alone else 0
        for chunks in zip(*streams, strict=True):
            yield _levels(torch.stack(chunks)[:, left_out:])
            left_out = 0

    def _streamed(self, latents: Tensor) -> Iterator[Tensor]:
        """(frames, 3, height, width) of a few latents (latent frames, channels, height, width) at a time."""
        first, before = self.layers[0]["weight"], Before()
        for start in range(0, len(latents), _AT_ONCE):
            yield self._decoded(latents[start : start + _AT_ONCE].to(first.device, first.dtype), before)

    def _decoded(self, values: Tensor, before: Before) -> Tensor:
        """The frames of these latents, which follow those that the layers saw last."""
        values = functional.relu(_conv(self.layers[0], torch.tanh(values / _SOFT) * _SOFT))
        for place, layer in enumerate(self.layers[1:-1]):
            if "conv.0.weight" in layer:
                last, before[place] = before.get(place, torch.zeros_like(values[:1])), values[-1:]
                values = _remembering(layer, values, last)
            elif _is_growth(layer):
                grown = functional.conv2d(
                    functional.interpolate(values, scale_factor=2), layer["conv.weight"]
                )
                values = grown.reshape(-1, values.shape[1], *grown.shape[2:])
            else:
                values = _conv(layer, values)
        pixels = _conv(self.layers[-1], functional.relu(values))
        return functional.pixel_shuffle(pixels, math.isqrt(pixels.shape[1] // 3))


def _levels(clips: Tensor) -> Clips:
    """(candidates, frames, 3, height, width) from 0 to 1, rounded to 8 bits, colours last."""
    levels = (clips.float().clamp(0, 1) * 255).round().to(torch.uint8)
    return levels.permute(0, 1, 3, 4, 2).contiguous().cpu().numpy()


def _conv(layer: Weights, values: Tensor, name: str = "") -> Tensor:
    return functional.conv2d(values, layer[f"{name}weight"], layer.get(f"{name}bias"), padding=1)


def _remembering(layer: Weights, values: Tensor, last: Tensor) -> Tensor:
    """Three convolutions that see each frame beside the one before, around a skip."""
    before = torch.cat([last, values[:-1]])
    inner = _conv(layer, torch.cat([values, before], dim=1), "conv.0.")
    inner = _conv(layer, functional.relu(inner), "conv.2.")
    inner = _conv(layer, functional.relu(inner), "conv.4.")
    skip = layer.get("skip.weight")
    return functional.relu(inner + (values if skip is None else functional.conv2d(values, skip)))


def _is_growth(layer: Weights) -> bool:
    """Whether it is a product of twice the sides, and perhaps of several frames for one."""
    return "conv.weight" in layer


def _growth(layer: Weights) -> int:
    grown, channels = layer["conv.weight"].shape[:2]
    return grown // channels


def read(
    file: Path, device: torch.device, dtype: torch.dtype, channels: int, pixels: int, frames: int
) -> TinyVae:
    """The decoder in a safetensors file, for latents of so many channels, pixels a side and frames each.

    Raises ModelError for a file that is none, or is for other latents.
    """
    from safetensors.torch import load_file

    try:
        read_header(file)
        stored = load_file(file)
        parts = [(_KEY.fullmatch(key), value) for key, value in stored.items()]
        numbers = sorted({int(found[1]) for found, _ in parts if found})
        layers = tuple(
            {found[2]: value.to(device, dtype) for found, value in parts if found and int(found[1]) == number}
            for number in numbers
        )
        made = TinyVae(_slowed(layers, frames))
        made.frames(torch.zeros(1, 1, made.channels, 2, 2))
    except Exception as error:  # a stranger's file fails in as many ways as it has tensors
        raise ModelError(
            "this is no tiny autoencoder of the TAEHV kind",
            got=f"{file}: {' '.join(str(error).split())[:100]}",
            remedy="name a .safetensors file such as taew2_1.safetensors",
        ) from error
    told, wanted = (made.channels, _side(made), made.frames_of_latent), (channels, pixels, frames)
    if told != wanted:
        form = "latents of {} channels, each {} pixels a side and {} frames".format
        raise ModelError(
            "this tiny autoencoder is for another model",
            got=f"{file.name}, for {form(*told)}",
            remedy=f"use one for {form(*wanted)}",
        )
    return made


def _slowed(layers: Sequence[Weights], frames: int) -> tuple[Weights, ...]:
    """Layers that make no more than so many frames of a latent.

    Files keep the weights of a faster ancestor in the first growths, which then count by their last part.
    """
    found: list[Weights] = []
    for layer in reversed(layers):
        if _is_growth(layer):
            growth = max(min(_growth(layer), frames), 1)
            frames //= growth
            layer = {"conv.weight": layer["conv.weight"][-growth * layer["conv.weight"].shape[1] :]}
        found.append(layer)
    return tuple(reversed(found))


def _side(made: TinyVae) -> int:
    """Pixels a side of a latent."""
    doublings = sum(map(_is_growth, made.layers))
    return int(2**doublings * math.isqrt(made.layers[-1]["weight"].shape[0] // 3))
