"""The source without its grain, at its own size.

A small frame shows no grain, whether the source has some or not: the model's autoencoder has lost it. So how
strong it is is told by the source itself, in a pyramid of its detail: where a picture is smooth, what is left
is grain. Of each part of the detail as much is kept as it exceeds the grain (Wiener's filter).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...values import Picture
from .rows import by_rows

LEVELS = 3
"""Of the pyramid, each of half the size: what is coarser is no grain."""

BLOCK = 4
"""Pixels along each side of the parts of a level."""

SMOOTH = 0.05
"""The share of the parts, the smoothest, that show nothing but grain."""

COARSER = 0.5
"""From the third level on, the squared grain of a level is at most that share of the finer one's."""

SURELY = 1.3
"""How many times the squared grain is taken out: it varies."""

LEAST = 2.5
"""Levels of 255 of the finest grain, from which a picture has any.

When it was set, 8 photographs had 1.3 at most, and 9.2 and more with noise of 12 levels.
"""

CLIPPED = 20, 235
"""Levels of 255 beyond which noise is cut off."""

LOOKED_AT = 1024
"""Pixels of the long side of the part in which the grain is measured, at most."""

STRIP = 512
"""Rows made at a time: a multiple of the parts of the coarsest level, or they would differ between strips."""

BESIDE = 4 * BLOCK * 2**LEVELS
"""Rows beside a strip that are looked at as well."""

Level = NDArray[np.floating[Any]]
"""(height, width) of one channel, of 255."""

Sizes = tuple[float, ...]
"""The grain of each level of the pyramid, of 255."""


def cleared(source: Picture) -> Picture | None:
    """(height, width, 3) without grain; None where it shows none."""
    grains = [tuple(_grain(_middle(source)[..., channel].astype(np.float32))) for channel in range(3)]
    if max((grain[0] for grain in grains if grain), default=0.0) < LEAST:
        return None
    result = np.empty_like(source)

    def make(strip: slice) -> None:
        top = max(0, strip.start - BESIDE)
        part = source[top : strip.stop + BESIDE]
        for channel, grain in enumerate(grains):
            levels = _without(part[..., channel].astype(np.float32), grain)
            inner = levels[strip.start - top : strip.stop - top]
            result[strip, :, channel] = np.rint(inner).clip(0, 255)

    by_rows(len(source), make, STRIP)
    return result


def _middle(source: Picture) -> Picture:
    """As much of the picture's middle as is looked at."""
    height, width = source.shape[:2]
    top, left = (max(0, side - LOOKED_AT) // 2 for side in (height, width))
    return source[top : top + LOOKED_AT, left : left + LOOKED_AT]


def _grain(channel: Level) -> Iterator[float]:
    """That of each level, from the finest on."""
    finer: float | None = None
    for number, (_, detail) in enumerate(_pyramid(channel, LEVELS)):
        energy = _parts(detail**2)
        levels = _resized(channel, energy.shape)
        known = (levels > CLIPPED[0]) & (levels < CLIPPED[1])
        found = float(np.quantile(energy[known], SMOOTH)) if known.any() else 0.0
        if number > 1 and finer is not None:
            found = min(found, COARSER * finer)
        finer = found
        yield float(np.sqrt(found))


def _pyramid(level: Level, levels: int) -> Iterator[tuple[Level, Level]]:
    """Each level of half the size, and the detail that it lacks."""
    for _ in range(levels):
        if min(level.shape) < 4 * BLOCK:
            return
        half = _resized(level, (-(-level.shape[0] // 2), -(-level.shape[1] // 2)))
        yield half, level - _resized(half, level.shape)
        level = half


def _without(level: Level, grain: Sizes) -> Level:
    found = list(_pyramid(level, len(grain)))
    made = found[-1][0] if found else level
    for (_, detail), strength in reversed(list(zip(found, grain, strict=False))):
        energy = np.maximum(_parts(detail**2), 1e-9)
        kept = (1.0 - SURELY * strength**2 / energy).clip(0, 1)
        made = _resized(made, detail.shape) + _resized(kept, detail.shape) * detail
    return made


def _parts(detail: Level) -> Level:
    """The means of the parts of a level, and a little of those around."""
    return _resized(detail, (-(-detail.shape[0] // BLOCK), -(-detail.shape[1] // BLOCK)))


def _resized(level: Level, size: tuple[int, ...]) -> Level:
    image = Image.fromarray(np.ascontiguousarray(level, dtype=np.float32))
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BILINEAR))
