"""Where a frame shows the source: how much nearer, and how far to the side.

The search compares local contrast, not levels, so that another light does not mislead it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from ..pictures import resized, within

Plane = NDArray[np.float64]
"""(height, width)."""

SIDE = 96
"""Pixels of the long side on which zooms and shifts are searched."""

FINE = 256
"""The same where they are made exact; of the source twice as many, as a frame may show it from nearer by."""

ZOOMS = tuple(float(zoom) for zoom in np.geomspace(0.5, 2.4, 34))

LEAST_OVERLAP = 0.15
"""Of the frame that a place must show of the source."""

CLEARLY = 0.03
"""By how much an agreement must beat that of the source in its own place."""

LEAST_AGREEMENT = 0.34
"""From which a frame shows the source at all.

On 15 development photographs in all lights of the photograph world, and nearer by, right places have 0.35 and
more, the best ones in other photographs 0.33 and less.
"""

STILL = 0.012
"""Less of a zoom, or of a shift as a share of the frame, is none."""


@dataclass(frozen=True)
class Place:
    """A frame shows the source `zoom` times as large; its middle lies `right` and `down` of the source's.

    Both are shares of the frame's width and height: a point (x, y) of the frame, from −½ to ½, shows the
    source's ((x + right) / zoom, (y + down) / zoom).
    """

    zoom: float = 1.0
    right: float = 0.0
    down: float = 0.0

    @property
    def is_its_own(self) -> bool:
        """Whether nothing moves."""
        return self == Place()

    def seen(self, height: int, width: int) -> tuple[Plane, Plane]:
        """The source's rows (height,) and columns (width,), from 0 to 1, that a frame of this size shows."""
        rows = (np.arange(height) + 0.5) / height - 0.5
        columns = (np.arange(width) + 0.5) / width - 0.5
        return (rows + self.down) / self.zoom + 0.5, (columns + self.right) / self.zoom + 0.5

    def inside(self, height: int, width: int) -> NDArray[np.bool_]:
        """(height, width): where a frame of this size shows the source at all."""
        rows, columns = self.seen(height, width)
        edge = 0.5 / height, 0.5 / width
        return np.outer(
            (rows >= -edge[0]) & (rows <= 1 + edge[0]), (columns >= -edge[1]) & (columns <= 1 + edge[1])
        )


def sampled(picture: NDArray[np.floating], place: Place, height: int, width: int) -> NDArray[np.float64]:
    """(height, width, …): what a frame of this size shows of a picture, by linear interpolation."""
    rows, columns = place.seen(height, width)
    low = _along(picture, rows * picture.shape[0] - 0.5, 0)
    return _along(low, columns * picture.shape[1] - 0.5, 1)


def _along(values: NDArray[np.floating], places: Plane, axis: int) -> NDArray[np.float64]:
    last = values.shape[axis] - 1
    places = places.clip(0, last)
    below = np.floor(places).astype(np.intp)
    share = (places - below).reshape([-1 if one == axis else 1 for one in range(values.ndim)])
    lower, upper = values.take(below, axis), values.take(np.minimum(below + 1, last), axis)
    return np.asarray(lower + share * (upper - lower), dtype=np.float64)


def found(source: Picture, shown: Picture, frame: Picture) -> Place | None:
    """Where a frame shows the source, which may have any size; None if nowhere.

    It is its own place if no other is clearly better. `shown` is the source as the clip shows it, of the
    frame's size.
    """
    scale = min(1.0, SIDE / max(frame.shape[:2]))
    height, width = (max(8, round(scale * side)) for side in frame.shape[:2])
    one, other = (contrast(resized(picture, height, width)) for picture in (shown, frame))
    own = agreement(one, other, Place())
    best = max(_coarse(one, other), key=lambda place: agreement(one, other, place), default=Place())
    sharp, near = contrast(within(source, 2 * FINE)), contrast(within(frame, FINE))
    best = refined(sharp, near, refined(one, other, best, 1.0), 0.25)
    if abs(best.zoom - 1) < STILL:
        best = Place(1.0, best.right, best.down)
    moves = max(abs(best.zoom - 1), abs(best.right), abs(best.down)) > STILL
    agrees = agreement(one, other, best)
    if not moves or agrees <= own + CLEARLY:
        best, agrees = Place(), own
    return best if agrees >= LEAST_AGREEMENT else None


def contrast(picture: Picture) -> Plane:
    """Brightness less that around it, over how much that varies: what another light leaves alone."""
    grey = np.log1p(picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))
    radius = max(2, max(grey.shape) // 24)
    rest = grey - blurred(grey, radius)
    return np.asarray(rest / (np.sqrt(blurred(rest**2, radius)) + 0.05))


def blurred(levels: NDArray[np.floating[Any]] | Picture, radius: int) -> NDArray[np.float64]:
    """The mean of (2 · radius + 1)² places, of the nearest ones at the edge.

    (height, width), or (height, width, n): each by itself.
    """
    planes = np.asarray(levels, dtype=np.float64)
    for axis in (0, 1):
        beyond = [(radius + 1, radius) if one == axis else (0, 0) for one in range(planes.ndim)]
        sums = np.cumsum(np.pad(planes, beyond, "edge"), axis)
        size = planes.shape[axis]
        ahead, behind = (sums.take(range(start, start + size), axis) for start in (2 * radius + 1, 0))
        planes = (ahead - behind) / (2 * radius + 1)
    return planes


def correlation(one: Plane, other: Plane, place: Place) -> float:
    """Of the two contrasts where both are seen, from −1 to 1."""
    inside = place.inside(*other.shape)
    if inside.mean() < LEAST_OVERLAP:
        return -1.0
    a, b = sampled(one, place, *other.shape)[inside], other[inside]
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a**2).sum() * (b**2).sum()) + 1e-9))


def agreement(one: Plane, other: Plane, place: Place) -> float:
    """The correlation, worth the less the less of the frame it comes from: little is alike by chance."""
    return correlation(one, other, place) * float(np.sqrt(place.inside(*other.shape).mean()))


def _coarse(one: Plane, other: Plane) -> Iterator[Place]:
    """For each zoom the shift at which the contrasts agree most."""
    height, width = other.shape
    shape = 2 * height, 2 * width
    ahead = np.fft.rfft2(other, shape)
    weight = np.fft.rfft2(other**2, shape)
    for zoom in ZOOMS:
        size = max(8, round(height * zoom)), max(8, round(width * zoom))
        seen = sampled(one, Place(), *size)
        if size[0] > height or size[1] > width:
            top, left = (max(0, (side - limit) // 2) for side, limit in zip(size, other.shape, strict=True))
            seen = seen[top : top + height, left : left + width]
        products = np.fft.irfft2(ahead * np.conj(np.fft.rfft2(seen, shape)), shape)
        energy = np.fft.irfft2(weight * np.conj(np.fft.rfft2(np.ones_like(seen), shape)), shape)
        yield from _peak(products, energy, seen, (height, width), zoom)


def _peak(products: Plane, energy: Plane, seen: Plane, size: tuple[int, int], zoom: float) -> Iterator[Place]:
    """Of shifts at which enough is seen, the one with the greatest correlation."""
    height, width = size
    rows, columns = (np.fft.fftfreq(side, 1 / side) for side in products.shape)
    overlap = np.outer(_common(rows, seen.shape[0], height), _common(columns, seen.shape[1], width)) / (
        height * width
    )
    found = products / np.sqrt(
        np.maximum(energy, 1e-6) * (seen**2).mean() * np.maximum(overlap, 1e-6) * height * width
    )
    found[overlap < LEAST_OVERLAP] = -np.inf
    if not np.isfinite(found).any():
        return
    row, column = np.unravel_index(int(found.argmax()), found.shape)
    down, right = rows[row], columns[column]
    # the picture's middle lies so far from the frame's
    middle = down + seen.shape[0] / 2 - height / 2, right + seen.shape[1] / 2 - width / 2
    yield Place(zoom, float(-middle[1] / width), float(-middle[0] / height))


def _common(shifts: Plane, inner: int, outer: int) -> Plane:
    """How many places two stretches share, of which the first is shifted."""
    return np.asarray((np.minimum(shifts + inner, outer) - np.maximum(shifts, 0)).clip(0))


def refined(one: Plane, other: Plane, place: Place, step: float) -> Place:
    """Small steps in zoom and shift, halved until none is better."""
    best, size = correlation(one, other, place), step / max(other.shape)
    while size > 0.02 / max(other.shape):
        around = [
            Place(place.zoom * (1 + grown), place.right + right, place.down + down)
            for grown, right, down in (_STEPS * size).tolist()
        ]
        tried = [correlation(one, other, near) for near in around]
        if max(tried) > best:
            best, place = max(tried), around[int(np.argmax(tried))]
        else:
            size /= 2
    return place


_STEPS = np.array([[2, 0, 0], [-2, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)
