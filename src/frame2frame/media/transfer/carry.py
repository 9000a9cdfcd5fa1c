"""Whether an edit is one of light or place, and the source with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...values import Picture
from ..pictures import resized
from .place import Place, blurred, found, sampled
from .tones import Tones

Weights = NDArray[np.floating[Any]]
"""(height, width) from 0 to 1."""

UNEXPLAINED = 0.15
"""The share of the squared change that light and place may leave, and of what is never noticed besides."""

UNNOTICED = 4 / 255
"""A change of so much, in the root of its mean square."""

OFF = 12 / 255
"""By how much a spot differs from what light and place explain that is drawn anew; surely from twice it."""

MOST_ANEW = 0.7
"""The share of the picture beyond which the edit is not one of light or place."""

Levels = NDArray[np.floating[Any]]
"""(height, width, 3) from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Carried:
    """The source with the change made at its own size."""

    picture: Picture
    place: Place
    anew: float
    """The share of the picture that only the frame shows, and that is as soft as it."""
    unexplained: float
    """The share of the squared change, where the source is seen, that light and place do not explain."""


def carried_over(source: Picture, shown: Picture, frame: Picture) -> Carried | None:
    """The source, of any size, as the frame shows it; None where the edit is not one of light or place.

    `shown` is the source as the clip shows it, after the model's autoencoder; frame and `shown` are (height,
    width, 3) of one size.
    """
    height, width = frame.shape[:2]
    place = found(shown, frame)
    seen = place.inside(height, width)
    small = resized(source, height, width) / 255
    before, lost = (_low(sampled(one, place, height, width)) for one in (small, shown / 255 - small))
    after = _low(frame / 255) - lost
    tones, off = _fitted(before, after, seen)
    anew = np.maximum(off, 1.0 - seen)
    rest = ((tones.mapped(before) - after)[seen] ** 2).mean()
    change = ((_low(small) - after)[seen] ** 2).mean()
    unexplained = float(rest / (change + UNNOTICED**2))
    if unexplained > UNEXPLAINED or anew.mean() > MOST_ANEW:
        return None
    return Carried(_made(source, frame, place, tones, anew), place, float(anew.mean()), unexplained)


def _low(levels: Levels) -> Levels:
    """Without the finest detail, which the autoencoder loses."""
    return np.stack(
        [blurred(np.asarray(levels[..., channel], dtype=np.float64), 1) for channel in range(3)], axis=-1
    )


def _fitted(before: Levels, after: Levels, seen: NDArray[np.bool_]) -> tuple[Tones, Weights]:
    """The light, fitted again without what it does not explain; and how surely each place is such."""
    tones = Tones.fitted(before, after, seen + 1e-6)
    off = _off(before, after, tones) * seen
    return Tones.fitted(before, after, seen * (1.0 - off) + 1e-6), off


def _off(before: Levels, after: Levels, tones: Tones) -> Weights:
    """How surely each place shows something else."""
    rest = np.abs(tones.mapped(before) - after).mean(-1)
    return np.asarray((blurred(rest, max(1, max(rest.shape) // 64)) / OFF - 1.0).clip(0, 1))


def _made(source: Picture, frame: Picture, place: Place, tones: Tones, anew: Weights) -> Picture:
    height, width = source.shape[:2]
    if place.is_its_own and not anew.any():
        return tones.applied(source)
    levels = Image.fromarray(np.rint(255 * anew).astype(np.uint8))
    soft = np.asarray(levels.resize((width, height), Image.Resampling.BILINEAR))
    moved, seen = (source, soft) if place.is_its_own else _moved(source, place, soft)
    result = tones.applied(moved)
    _blend(result, resized(frame, height, width), seen)
    return result


def _blend(result: Picture, shown: Picture, soft: NDArray[np.uint8]) -> None:
    where = np.flatnonzero(soft)
    flat, other = result.reshape(-1, 3), shown.reshape(-1, 3)[where].astype(np.float32)
    share = soft.reshape(-1, 1)[where].astype(np.float32) / 255
    flat[where] = np.rint(flat[where] + share * (other - flat[where]))


def _moved(source: Picture, place: Place, soft: NDArray[np.uint8]) -> tuple[Picture, NDArray[np.uint8]]:
    """The source from nearer by, farther away or the side; and where only the frame shows anything."""
    height, width = source.shape[:2]
    (left, right, *across), (top, bottom, *along) = (
        _stretch(place.zoom, shift, side) for shift, side in ((place.right, width), (place.down, height))
    )
    box = across[0], along[0], across[1], along[1]
    result, seen = np.zeros_like(source), np.full_like(soft, 255)
    size = right - left, bottom - top
    result[top:bottom, left:right] = np.asarray(
        Image.fromarray(source).resize(size, Image.Resampling.BICUBIC, box)
    )
    seen[top:bottom, left:right] = soft[top:bottom, left:right]
    return result, seen


def _stretch(zoom: float, shift: float, side: int) -> tuple[int, int, float, float]:
    """The pixels of the frame in which the source is seen, from and to, and what they show of the source."""
    if zoom == 1:
        shift = round(shift * side) / side  # whole pixels stay sharp
    first, last = (round(side * (zoom * edge - shift + 0.5)) for edge in (-0.5, 0.5))
    first, last = max(first, 0), min(last, side)
    box = [side * (((pixel / side) - 0.5 + shift) / zoom + 0.5) for pixel in (first, last)]
    return first, last, max(box[0], 0.0), min(box[1], float(side))
