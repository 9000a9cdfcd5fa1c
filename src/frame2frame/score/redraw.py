"""How faithfully a model can draw a picture at all: the picture after its way into the latents and back.

What is lost on that way is lost in every frame of every clip.
"""

from __future__ import annotations

import math

import numpy as np

from ..media.pictures import decibels, psnr
from ..values import Picture, Step

LEAST_FIDELITY = 18.0
"""Decibels from which a model can draw a picture; `benchmarks/redraw.py` measures where they lie.

The embedded one redraws drawn scenes with 35.8 or more and photographs with 18.8 or more, but readable text,
line drawings and noise with 16 or less.
"""

LEAST_FIRST_FRAME = 30.0
"""Decibels of PSNR from which a clip's first frame is the picture that it began with."""

LEAST_TILE_FIDELITY = 20.0
"""Decibels by which the first frame shows each of 8 × 8 parts of the source; an edit of one costs more."""

_TILES = 8

LEVELS = (1.0, 99.0)
"""Percentiles between which the levels of a picture are taken to lie."""


def fidelity(redrawn: Picture, source: Picture) -> float:
    """PSNR in decibels, its peak being the range of levels that the source itself uses.

    Against all 255 levels a dim or hazy photograph would count as faithful that has lost all its detail.
    Both have the same shape.
    """
    low, high = levels_of(source)
    return psnr(redrawn, source) + 20 * math.log10(max(high - low, 1.0) / 255)


def levels_of(source: Picture) -> tuple[float, float]:
    """The levels of 255 between which those of a picture lie, but for a few."""
    low, high = np.percentile(source, LEVELS)
    return float(low), float(high)


def shows_source(first: Picture, source: Picture) -> bool:
    """Whether a clip's first frame is the source, no part of it changed."""
    return psnr(first, source) >= LEAST_FIRST_FRAME and _worst_tile(first, source) >= LEAST_TILE_FIDELITY


def unchanged(first: Picture, redrawn: Picture, source: Picture) -> Picture:
    """The source as a clip shows it: the first frame, where that is as near to it as the redrawn source is.

    It is nearer where the model gives detail back, and farther where the clip begins with something else.
    Where the three are not of one size, `redrawn` is the answer.
    """
    if not first.shape == redrawn.shape == source.shape:
        return redrawn
    return first if psnr(first, source) >= psnr(redrawn, source) else redrawn


def as_shown(source: Picture, step: Step) -> Picture:
    """The source as the step's clip shows it: its first frame, if that is the source and not the answer.

    `source` has the size of the frames.
    """
    first = step.clip.frames[0]
    return first if step.choice.index != 0 and shows_source(first, source) else source


def _worst_tile(first: Picture, source: Picture) -> float:
    """The least fidelity in decibels of 8 × 8 parts."""
    error = ((first.astype(np.float32) - source) ** 2).mean(axis=-1)
    tiles = [tile for rows in np.array_split(error, _TILES) for tile in np.array_split(rows, _TILES, axis=1)]
    return decibels(max(float(tile.mean()) for tile in tiles))
