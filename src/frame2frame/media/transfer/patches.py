"""What the source does not show, made of patches of the source itself, laid out as the frame shows it.

The frame tells roughly what lies there, without its texture. So patches of the source are laid over it from
the seam outwards: each is the one that agrees best with what lies beside it already, with the broad colours
of the frame, and with its own height in the picture (Efros and Freeman, "Image quilting for texture synthesis
and transfer", SIGGRAPH 2001). They are chosen on a small grid and laid at the source's own size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from ..pictures import resized, within
from .place import Place, blurred, sampled

GRID = 128
"""Pixels of the long side on which patches are chosen."""

LARGEST = 256
"""Pixels of the long side of a frame that is filled so: a larger one shows more itself than patches can."""

SIDE = 12
"""Of a patch, in pixels of that grid."""

STEP = 7
"""From one patch to the next; the rest overlaps."""

BROAD = 2
"""The radius up to which the frame's detail is not asked for."""

FRAME = 0.15
"""How much the frame counts; what lies beside the patch counts for the rest."""

HEIGHT = 15_000.0
"""What it costs, in squared levels of 255, to take a patch from another height, by the square of the share of
the picture between them.

The last five were set on 46 views that the embedded model drew of development photographs.
"""

Levels = NDArray[np.floating[Any]]
"""(height, width, 3) from 0 to 255."""


@dataclass(frozen=True)
class Patches:
    """Which places of the source lie where, on a grid that the frame has (height, width) cells of."""

    grid: tuple[int, int]
    source: tuple[int, int]
    """The source's (height, width) in such cells."""
    laid: tuple[tuple[int, int, int, int], ...]
    """The row and column that a patch begins at, and those in the source that it is taken from."""

    def scaled(self, source: Picture) -> Picture:
        """The source, of any size, as large as it stands in a frame of that size."""
        sides = zip(source.shape[:2], self.source, self.grid, strict=True)
        return resized(source, *(max(1, round(side * cells / grid)) for side, cells, grid in sides))

    def rows_of(self, own: Picture, size: tuple[int, int], strip: slice) -> tuple[Picture, NDArray[np.bool_]]:
        """Rows of a frame of (height, width), (rows, width, 3), and where patches lie in them.

        `own` is the source as `scaled` gives it. Where patches overlap, one passes into the other.
        """
        shape = strip.stop - strip.start, size[1]
        sums, weights = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
        down, across = (side / cells for side, cells in zip(size, self.grid, strict=True))
        for row, column, from_row, from_column in self.laid:
            top, bottom = round(row * down), round((row + SIDE) * down)
            left, right = round(column * across), round((column + SIDE) * across)
            first, last = max(top, strip.start), min(bottom, strip.stop)
            if first >= last:
                continue
            y = min(round(from_row * down), len(own) - (bottom - top)) + first - top
            x = min(round(from_column * across), own.shape[1] - (right - left))
            piece = own[y : y + last - first, x : x + right - left]
            where = slice(first - strip.start, last - strip.start), slice(left, right)
            weight = _ramp(bottom - top)[first - top : last - top], _ramp(right - left)
            _add(sums[where], weights[where], piece, *weight)
        rows = np.zeros((*shape, 3), np.uint8)
        _divide(sums, weights, rows)
        return rows, weights > 0


def _ramp(pixels: int) -> NDArray[np.float32]:
    """The weight of a patch along a side: 1, and falling to its ends, where the next one begins."""
    places = (np.arange(pixels) + 0.5) / pixels
    near = np.minimum(places, 1.0 - places) * SIDE / (SIDE - STEP)
    return np.minimum(near, 1.0).astype(np.float32)


def chosen(source: Picture, shown: Picture, around: Picture, place: Place) -> Patches | None:
    """The patches for what the source, in this place, does not show.

    None where it is too small for one, or the frame large.

    `shown` is the source as the clip shows it, `around` the frame in the source's levels; both are (height,
    width, 3) of one size, which the source need not have.
    """
    if max(around.shape[:2]) > LARGEST:
        return None
    frame = within(around, GRID)
    height, width = frame.shape[:2]
    size = max(1, round(place.zoom * height)), max(1, round(place.zoom * width))
    if min(*size, height, width) < SIDE:
        return None
    own = resized(source, *size).astype(np.float64)
    seen = place.inside(height, width)
    broad = _broad(resized(shown, *size)), _broad(frame)
    canvas = _Canvas(sampled(own, place, height, width), seen.copy(), seen)
    top = height / 2 - size[0] / 2 - place.down * height
    laid = []
    for row, column in _outwards(seen):
        if (found := canvas.lay(row, column, own, *broad, top)) is not None:
            laid.append((row, column, *found))
    return Patches((height, width), size, tuple(laid))


class _Canvas:
    """The frame while patches are laid on it."""

    def __init__(self, levels: Levels, filled: NDArray[np.bool_], seen: NDArray[np.bool_]) -> None:
        self._levels, self._filled, self._seen = levels, filled, seen
        self._sums, self._weights = np.zeros(levels.shape), np.zeros(seen.shape)
        self._weight = np.outer(_ramp(SIDE), _ramp(SIDE)).astype(np.float64)

    def lay(
        self, row: int, column: int, own: Levels, shown: Levels, frame: Levels, top: float
    ) -> tuple[int, int] | None:
        """Where the patch is taken from that fits there best; None where nothing is missing."""
        where = slice(row, row + SIDE), slice(column, column + SIDE)
        if self._filled[where].all():
            return None
        y, x = _best(own, shown, self._levels[where], frame[where], self._filled[where], top - row, HEIGHT)
        self._sums[where] += self._weight[..., None] * own[y : y + SIDE, x : x + SIDE]
        self._weights[where] += self._weight
        mixed = self._sums[where] / self._weights[where][..., None]
        self._levels[where] = np.where(self._seen[where][..., None], self._levels[where], mixed)
        self._filled[where] = True
        return int(y), int(x)


def _broad(picture: Picture) -> Levels:
    return blurred(blurred(picture, BROAD), BROAD)


def _outwards(seen: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    """Rows and columns at which patches begin, from the seam outwards."""
    rows, columns = (np.flatnonzero(seen.any(axis)) for axis in (1, 0))
    ends = [(int(side[0]), int(side[-1])) for side in (rows, columns)]
    starts = [_starts(count, *end) for count, end in zip(seen.shape, ends, strict=True)]

    def away(start: tuple[int, int]) -> tuple[float, float]:
        middles = [one + SIDE // 2 for one in start]
        beyond = max(max(a - one, one - b, 0) for one, (a, b) in zip(middles, ends, strict=True))
        return beyond, sum(abs(one - count / 2) for one, count in zip(start, seen.shape, strict=True))

    return sorted(((row, column) for row in starts[0] for column in starts[1]), key=away)


def _starts(count: int, first: int, last: int) -> list[int]:
    """Where patches begin along a side of which `first` to `last` is seen, so that they overlap its ends."""
    before = range(first - STEP, -STEP, -STEP)
    after = range(last + 1 - (SIDE - STEP), count - (SIDE - STEP), STEP)
    found = {max(one, 0) for one in before} | {*after, *range(first, last + 1, STEP)}
    return sorted({min(one, count - SIDE) for one in found})


@numba.njit(cache=True, nogil=True, fastmath=True)
def _best(own, shown, levels, frame, filled, above, height_cost):  # type: ignore[no-untyped-def]
    """The row and column of the source at which the patch with the least cost begins."""
    side = levels.shape[0]
    least, row, column = np.inf, 0, 0
    for y in range(own.shape[0] - side + 1):
        off = (y + above) / GRID
        for x in range(own.shape[1] - side + 1):
            cost = height_cost * off * off * side * side
            for i in range(side):
                for j in range(side):
                    for k in range(3):
                        cost += FRAME * (shown[y + i, x + j, k] - frame[i, j, k]) ** 2
                        if filled[i, j]:
                            cost += (1 - FRAME) * (own[y + i, x + j, k] - levels[i, j, k]) ** 2
                if cost > least:
                    break
            if cost < least:
                least, row, column = cost, y, x
    return row, column


@numba.njit(cache=True, nogil=True)
def _add(sums, weights, piece, down, across):  # type: ignore[no-untyped-def]
    for y in range(piece.shape[0]):
        for x in range(piece.shape[1]):
            weight = down[y] * across[x]
            weights[y, x] += weight
            for k in range(3):
                sums[y, x, k] += weight * np.float32(piece[y, x, k])


@numba.njit(cache=True, nogil=True)
def _divide(sums, weights, rows):  # type: ignore[no-untyped-def]
    for y in range(rows.shape[0]):
        for x in range(rows.shape[1]):
            if weights[y, x] > 0:
                for k in range(3):
                    rows[y, x, k] = np.uint8(sums[y, x, k] / weights[y, x] + np.float32(0.5))
