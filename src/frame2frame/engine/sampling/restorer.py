"""A small network that gives decoded frames the detail of the picture that their clip begins with.

An autoencoder softens every edge. Where a clip shows the picture in another light, or part of it elsewhere,
the picture itself says what has been lost. The network sees a frame and the picture, folded into patches of
4 × 4 pixels, through blocks of the ConvNeXt kind (Liu et al., CVPR 2022), and answers what is to be added to
the frame. It is trained for one autoencoder, on the drawn truth of what a frame shows; see
`tools/tabletop/restorer.py`. Its file, of 8-bit matrices, lies beside the model's `model_index.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ...errors import ModelError
from ..files.tensors import read_header
from .family import Clips

OWN = "restorer.safetensors"

PATCH = 4
"""Pixels a side that are folded into the channels of one place."""

MESH = 3
"""Pixels a side over which what alternates from pixel to pixel is told from detail.

Over 7, through which the weights that ship were trained, a mesh that wavers passes. With 3 what is drawn
keeps its sharpness: 0.88 of the target's instead of 0.91 in 22 edits of development photographs, 0.89 instead
of 0.90 in 30 of the tabletop.
"""

_SCALE = ".scale"
"""Ends the name of what the rows of an 8-bit matrix are multiplied with."""
_BLOCK = re.compile(r"blocks\.(\d+)\.")
_SMALL = 1e-6

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Restorer:
    """The network with its weights, on the device and in the number format of the model's own."""

    weights: Weights

    @torch.inference_mode()
    def frames(self, clips: Clips, sources: Clips) -> Clips:
        """(clips, frames, height, width, 3) restored by each clip's source, (clips, height, width, 3).

        The sides are multiples of 4.
        """
        pairs = zip(clips, sources, strict=True)
        return np.stack(
            [self._clip(self._values(clip), self._values(source[None])) for clip, source in pairs]
        )

    def _values(self, frames: Clips) -> Tensor:
        some = self.weights["stem.weight"]
        return torch.from_numpy(frames).to(some.device, some.dtype).permute(0, 3, 1, 2) / 127.5 - 1

    def _clip(self, frames: Tensor, source: Tensor) -> Clips:
        found = restored(self.weights, frames, source.expand_as(frames)).float()
        levels = ((found + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
        return levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()


def restored(weights: Weights, shown: Tensor, source: Tensor) -> Tensor:
    """Frames (frames, 3, height, width) from −1 to 1 with the detail of their sources, of the same shape."""
    both = torch.cat([shown, source], dim=1)
    values = _conv(weights, "stem", functional.pixel_unshuffle(both, PATCH))
    for number in range(_blocks(weights)):
        values = values + _block(weights, f"blocks.{number}", values)
    unfolded = functional.pixel_shuffle(_conv(weights, "head", values), PATCH)
    near = functional.gelu(_conv(weights, "near", torch.cat([unfolded, both], dim=1), padding=1))
    return shown + _without_mesh(_conv(weights, "last", near, padding=1))


def _without_mesh(added: Tensor) -> Tensor:
    """What is added, less what alternates from pixel to pixel over several of them, which no detail does.

    Where the network cannot know the detail, a mesh of single pixels is the cheapest way to be as sharp as it
    was asked to be.
    """
    height, width = added.shape[-2:]
    rows, columns = (torch.arange(side, device=added.device) for side in (height, width))
    sign = 1 - 2 * ((rows[:, None] + columns) % 2).to(added.dtype)
    around = functional.avg_pool2d(added * sign, MESH, 1, MESH // 2, count_include_pad=False)
    return added - sign * around


def _block(weights: Weights, name: str, values: Tensor) -> Tensor:
    """What a block adds: it looks around in each channel, then mixes the channels of each place."""
    channels = values.shape[1]
    seen = _conv(weights, f"{name}.around", values, padding=3, groups=channels)
    even = seen * torch.rsqrt(seen.square().mean(dim=1, keepdim=True) + _SMALL)
    mixed = functional.gelu(_conv(weights, f"{name}.wider", even))
    return _conv(weights, f"{name}.back", mixed)


def _conv(weights: Weights, name: str, values: Tensor, padding: int = 0, groups: int = 1) -> Tensor:
    kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return functional.conv2d(values, kernel, bias, padding=padding, groups=groups)


def _blocks(weights: Weights) -> int:
    return 1 + max((int(found[1]) for name in weights if (found := _BLOCK.match(name))), default=-1)


def packed(weights: Weights) -> dict[str, Tensor]:
    """The weights as a file holds them: matrices in 8 bits with a scale a row, all else in 16."""
    found: dict[str, Tensor] = {}
    for name, value in weights.items():
        if value.ndim == 1:
            found[name] = value.half()
            continue
        rows = value.float().flatten(1)
        scale = (rows.abs().amax(dim=1) / 127).clamp(min=1e-8)
        found[name] = (value / scale.view(-1, 1, 1, 1)).round().to(torch.int8)
        found[name + _SCALE] = scale
    return found


def unpacked(stored: Weights) -> dict[str, Tensor]:
    """The way back, in 32 bits."""
    return dict(_unpacked(stored))


def _unpacked(stored: Weights) -> Iterator[tuple[str, Tensor]]:
    for name, value in stored.items():
        if name.endswith(_SCALE):
            continue
        scale = stored.get(name + _SCALE)
        yield name, value.float() if scale is None else value.float() * scale.float().view(-1, 1, 1, 1)


def own(folder: Path, device: torch.device, dtype: torch.dtype) -> Restorer | None:
    """That of the model in a folder, if it has one. Raises ModelError where the file is none."""
    file = folder / OWN
    return read(file, device, dtype) if file.is_file() else None


def read(file: Path, device: torch.device, dtype: torch.dtype) -> Restorer:
    """The network in a safetensors file. Raises ModelError for a file that is none."""
    from safetensors.torch import load_file

    try:
        read_header(file)
        weights = unpacked(load_file(file))
        blank = torch.zeros(1, 3, 2 * PATCH, 2 * PATCH)
        if not bool(torch.isfinite(restored(weights, blank, blank)).all()):
            raise ValueError("its answer contains values that are not numbers")
    except Exception as error:  # a stranger's file fails in as many ways as it has tensors
        raise ModelError(
            "this is no restorer of frames",
            got=f"{file}: {' '.join(str(error).split())[:100]}",
            remedy="remove the file, or write it with tools/tabletop/restorer.py",
        ) from error
    return Restorer({name: value.to(device, dtype) for name, value in weights.items()})
