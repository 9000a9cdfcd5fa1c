"""Photographs set in motion: clips for the autoencoder in which a still picture is panned, zoomed and lit.

A folder holds MANIFEST.jsonl, a line a picture with `file`, `split` and `share_alike`, and a tar of pictures
for each split. Nothing is trained on pictures whose licence asks that what is made of them be shared alike.
"""

from __future__ import annotations

import io
import json
import math
import tarfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from frame2frame.worlds.tabletop.draws import Draws

LEAST_BOX = 0.4
"""Side of the smallest square that a clip shows, as a share of the picture's short side."""

LIT = 0.6
FOCUSED = 0.2
GRAINY = 0.15
"""Shares of clips whose light, focus and grain change."""


MIRRORED = 0.5
RELIT = 0.25
"""Shares of the clips of the photograph world that are drawn of a photograph changed so; see `varied`."""


@dataclass(frozen=True, eq=False)
class Look:
    """How a clip begins or ends."""

    box: Tensor
    """(3,): centre across and down, and half the side, in the coordinates −1 … 1 of the picture."""
    gain: Tensor
    """(3,): factors of red, green and blue."""
    gamma: Tensor
    saturation: Tensor
    blur: Tensor
    """Deviation of the Gaussian in pixels."""


class Photographs:
    """The pictures of one split, on the device."""

    def __init__(self, folder: Path, split: str, device: str = "cpu") -> None:
        self.device = device
        self.pictures = [_to_device(picture, device) for picture in _read(folder, split)]
        if not self.pictures:
            raise FileNotFoundError(f"no photographs of the split {split} in {folder}")

    def __len__(self) -> int:
        return len(self.pictures)

    def squares(self, side: int) -> Tensor:
        """(pictures, side, side, 3) uint8: the middle of each, for measuring."""
        whole = torch.tensor([[0.0, 0.0, 1.0]])
        return torch.cat([_bytes(_seen(one, whole, side)) for one in self.pictures])

    def clips(self, count: int, frames: int, side: int, generator: torch.Generator) -> Tensor:
        """(count, frames, side, side, 3) uint8 of random pictures and motions, drawn on the host."""
        chosen = torch.randint(len(self), (count,), generator=generator).tolist()
        return torch.stack([self._clip(self.pictures[one], frames, side, generator) for one in chosen])

    def _clip(self, picture: Tensor, frames: int, side: int, generator: torch.Generator) -> Tensor:
        start = _look(picture, generator, _plain(generator))
        end = _look(picture, generator, _plain(generator))
        last = max(2.0, (0.4 + 0.6 * _uniform(generator)) * (frames - 1))
        time = (torch.arange(frames) / last).clamp(max=1.0)
        progress = (time * time * (3 - 2 * time))[:, None]
        boxes = start.box + progress * (end.box - start.box)
        shown = _lit(_seen(picture, boxes, side), start, end, progress.to(self.device))
        if _uniform(generator) < GRAINY:
            grain = torch.randn(shown.shape, generator=generator).to(self.device)
            shown = shown + 0.08 * _uniform(generator) * grain
        return _bytes(shown)


@lru_cache(maxsize=2)
def pictures_of(folder: Path, split: str, without: Collection[str] = ()) -> tuple[NDArray[np.uint8], ...]:
    """(height, width, 3) each, of a split, for the photograph world, without those that are named.

    Raises FileNotFoundError where there is none.
    """
    found = tuple(np.asarray(one) for one in _read(folder, split, without))
    if not found:
        raise FileNotFoundError(f"no photographs of the split {split} in {folder}")
    return found


def varied(draws: Draws, photograph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A photograph (height, width, 3) as another hour or another camera might have given it.

    There are some hundred to train on, and thousands of clips: mirrored ones, and ones of another exposure,
    contrast, tint and saturation, show what a change of light does to colours that none of them has.
    """
    seen = photograph[:, ::-1] if draws.chance(MIRRORED) else photograph
    return _relit(draws, seen) if draws.chance(RELIT) else seen


def _relit(draws: Draws, photograph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    exposure, saturation = draws.between(-0.3, 0.3), draws.between(0.6, 1.3)
    tint = np.exp([exposure + draws.between(-0.1, 0.1) for _ in range(3)])
    light = (photograph / np.float32(255)) ** np.float32(draws.between(0.75, 1.35)) * tint.astype(np.float32)
    grey = light.mean(axis=2, keepdims=True)
    return np.asarray((grey + saturation * (light - grey)).clip(0, 1) * 255 + 0.5, dtype=np.uint8)


def _read(folder: Path, split: str, without: Collection[str] = ()) -> Iterator[Image.Image]:
    for name, contents in files_of(folder, split):
        if Path(name).stem not in without:
            yield Image.open(io.BytesIO(contents)).convert("RGB")


def entries_of(folder: Path, split: str) -> list[dict[str, Any]]:
    """The manifest's lines for the pictures of a split that may be used."""
    lines = (folder / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines()
    own = [one for one in map(json.loads, lines) if one["split"] == split]
    return [one for one in own if split != "train" or not one["share_alike"]]


def files_of(folder: Path, split: str) -> Iterator[tuple[str, bytes]]:
    """Name and contents of the pictures of a split that may be used."""
    free = {one["file"] for one in entries_of(folder, split)}
    with tarfile.open(folder / f"{split}.tar") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name in free else None
            if file is not None:
                yield member.name, file.read()


def _to_device(picture: Image.Image, device: str) -> Tensor:
    """(1, 3, height, width) from 0 to 1."""
    values = torch.from_numpy(np.array(picture)).movedim(-1, 0)[None]
    return values.to(device, torch.float32) / 255


def _seen(picture: Tensor, boxes: Tensor, side: int) -> Tensor:
    """(frames, 3, side, side): what lies in the boxes (frames, 3), sampled twice as finely and averaged."""
    height, width = picture.shape[-2:]
    short = min(height, width)
    scale = torch.tensor([short / width, short / height])
    matrices = torch.zeros(len(boxes), 2, 3)
    matrices[:, 0, 0], matrices[:, 1, 1] = boxes[:, 2] * scale[0], boxes[:, 2] * scale[1]
    matrices[:, :, 2] = boxes[:, :2]
    grid = functional.affine_grid(matrices, [len(boxes), 3, 2 * side, 2 * side], align_corners=False)
    many = picture.expand(len(boxes), -1, -1, -1)
    fine = functional.grid_sample(
        many, grid.to(picture.device), padding_mode="reflection", align_corners=False
    )
    return functional.avg_pool2d(fine, 2)


def _look(picture: Tensor, generator: torch.Generator, plain: bool) -> Look:
    height, width = picture.shape[-2:]
    short = min(height, width)
    half = LEAST_BOX + (1.0 - LEAST_BOX) * _uniform(generator)
    room = torch.tensor([1 - half * short / width, 1 - half * short / height])
    centre = room * (2 * torch.rand(2, generator=generator) - 1)
    blur = 3.0 * _uniform(generator) if _uniform(generator) < FOCUSED else 0.0
    light = math.exp(-1.4 + 1.8 * _uniform(generator))
    tint = torch.exp(0.15 * torch.randn(3, generator=generator))
    gamma, saturation = 0.7 + 0.8 * _uniform(generator), 1.6 * _uniform(generator)
    if plain:
        light, tint, gamma, saturation = 1.0, torch.ones(3), 1.0, 1.0
    return Look(
        box=torch.cat([centre, torch.tensor([half])]),
        gain=light * tint,
        gamma=torch.tensor(gamma),
        saturation=torch.tensor(saturation),
        blur=torch.tensor(blur),
    )


def _lit(frames: Tensor, start: Look, end: Look, progress: Tensor) -> Tensor:
    """The frames under a light, a saturation and a focus that go from one look to the other."""

    def between(name: str) -> Tensor:
        first: Tensor = getattr(start, name).to(frames.device)
        last: Tensor = getattr(end, name).to(frames.device)
        return first + progress * (last - first)

    frames = _blurred(frames, between("blur").flatten())
    grey = frames.mean(dim=1, keepdim=True)
    frames = grey + between("saturation")[..., None, None] * (frames - grey)
    bright = frames.clamp(min=1e-4) ** between("gamma")[..., None, None]
    return bright * between("gain")[..., None, None]


def _blurred(frames: Tensor, deviations: Tensor) -> Tensor:
    """Each frame under a Gaussian of its own."""
    reach = 6
    places = torch.arange(-reach, reach + 1, device=frames.device)
    weights = torch.exp(-0.5 * (places / deviations.clamp(min=0.05)[:, None]) ** 2)
    weights = weights / weights.sum(dim=1, keepdim=True)
    count, side = len(frames), frames.shape[-1]
    padded = functional.pad(frames, (reach,) * 4, mode="reflect").movedim(1, 0)
    across = functional.conv2d(padded, weights[:, None, None, :], groups=count)
    down: Tensor = functional.conv2d(across, weights[:, None, :, None], groups=count)
    return down.movedim(0, 1).reshape(count, 3, side, side)


def _bytes(frames: Tensor) -> Tensor:
    shown: Tensor = (255 * frames).round().clamp(0, 255).byte().movedim(1, -1)
    return shown.contiguous()


def _plain(generator: torch.Generator) -> bool:
    return _uniform(generator) >= LIT


def _uniform(generator: torch.Generator) -> float:
    return float(torch.rand((), generator=generator))
