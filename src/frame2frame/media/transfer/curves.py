"""The source in another light at its own size: the frame's local means, and how strong detail becomes there.

A small frame tells well how bright and coloured each place is on average. How strong detail becomes is told
by what the frame shows of it, and not by how both pictures change across the place: a sky that turns from
blue to red towards the horizon says nothing of the grain in it. So the curves are fitted to what is left of
both pictures once their local means are taken away; where that is little they stay those of the
surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.ma  # NumPy imports it late, and two threads that call Numba at once would fall over that
from numpy.typing import NDArray

from ...values import Picture
from .place import blurred
from .tones import GREY

KNOTS = 8
"""Of each curve, over brightness."""

CELLS = (1, 2, 4, 8)
"""Curves along each side of the picture: from coarse to fine."""

AROUND, NEAR = 25, 128
"""Parts of the frame's long side: how far to each side a mean reaches that detail is told from, and one that
is kept as it is in the frame."""

DOUBT = 100.0
"""How many pixels of noise a curve must outweigh to differ from that of the coarser cell."""

LEAST_NOISE = 0.002
"""Of a frame, in the root of its mean square: nothing is known better."""

SLOPE, BEND, LEVEL, COLOUR = 0.1, 10.0, 0.001, 10.0
"""What it costs to change a curve's slope, its bend, its level, and how strong the colours are."""

LEAST_SLOPE = 0.02
"""Of the brightness to that of the source: less would turn dark and bright around."""

MENDED = 0.9, 1.15
"""Bounds of the factor that makes up for detail which the source's own clip does not show faithfully."""

COLOURS = np.array([[1.0, -GREY[0] / GREY[1], 0.0], [0.0, -GREY[2] / GREY[1], 1.0]])
"""Red, green and blue less the brightness, from these of red and blue."""

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of brightness, and factors of the colours, over place."""

    grid: NDArray[np.float32]
    """(rows, columns, knots + 2, 3): red, green and blue at each knot, then for red less brightness and for
    blue less it."""
    means: NDArray[np.float32]
    """(height, width, 3): what is to be added, of the frame's size."""

    @classmethod
    def fitted(cls, fine: Numbers, before: Numbers, after: Numbers, weight: Numbers) -> Curves:
        """The curves that lead from `before` to `after`, both (height, width, 3) from 0 to 1.

        `fine` is what `before` should show, several times as large along each side; `weight` (height, width)
        says how much each pixel counts.
        """
        size = height, width = weight.shape
        drawn, true = _terms(before, size), _terms(fine, size)
        # one pixel of a frame is a mean of many of the source, and curves bend
        drawn += true - _terms(_averaged(fine, height, width), size)
        radius = max(1, max(size) // AROUND)
        terms, wanted = _less_mean(drawn, weight, radius), _less_mean(after, weight, radius)
        grid = _channelwise(_less_mean(before, weight, radius), wanted, weight)
        for cells in CELLS:
            grid = _refined(_spread(grid, cells), terms, wanted, weight)
        grid = _rising(grid * _mended(grid, _less_mean(true, weight, radius), terms, wanted, weight))
        rest = after - _made(grid, drawn)
        means = _mean(rest, weight, max(1, max(size) // NEAR))
        return cls(grid.astype(np.float32), means.astype(np.float32))

    @classmethod
    def same(cls) -> Curves:
        """Those that leave a picture as it is."""
        levels = np.outer(np.arange(KNOTS), np.ones(3))
        grid = np.concatenate([levels, COLOURS])[None, None]
        return cls(grid.astype(np.float32), np.zeros((1, 1, 3), np.float32))

    def of_rows(self, rows: Picture, first: int, height: int) -> Picture:
        """Some rows of a picture of this height, from the `first` on, in the other light."""
        result = np.empty_like(rows)
        _sliced(np.ascontiguousarray(rows), self.grid, self.means, result, first, height)
        return result


def _terms(levels: Numbers, size: tuple[int, int]) -> Numbers:
    """(height, width, knots + 2) of this size: what curves are sums of, each the mean of the pixels there."""
    found = np.zeros((*size, KNOTS + 2))
    _add_terms(np.asarray(levels, dtype=np.float64), found, len(levels) // size[0])
    return found


def _averaged(fine: Numbers, height: int, width: int) -> Numbers:
    """(height, width, 3): the means of blocks of what is a whole number of times as large."""
    return np.asarray(fine.reshape(height, len(fine) // height, width, -1, 3).mean((1, 3)))


def _mean(planes: Numbers, weight: Numbers, radius: int) -> Numbers:
    """Around each pixel, of planes (height, width, …), weighted."""
    count = np.maximum(blurred(weight, radius), 1e-9)
    return np.asarray(blurred(weight[..., None] * planes, radius) / count[..., None])


def _less_mean(planes: Numbers, weight: Numbers, radius: int) -> Numbers:
    return np.asarray(planes - _mean(planes, weight, radius))


def _channelwise(detail: Numbers, wanted: Numbers, weight: Numbers) -> Numbers:
    """(1, 1, knots + 2, 3): straight curves, by a factor for each channel."""
    both, own = ((weight[..., None] * detail * other).sum((0, 1)) for other in (wanted, detail))
    factors = (both + 1e-9) / (own + 1e-9)
    return np.concatenate([np.outer(np.arange(KNOTS), factors), factors * COLOURS])[None, None]


def _hats(places: int, cells: int) -> Numbers:
    """(places, cells): how near the middle of each place is to that of each cell; 1 together."""
    place = ((np.arange(places) + 0.5) / places * cells - 0.5).clip(0, cells - 1)
    return np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(cells)))


def _spread(grid: Numbers, cells: int) -> Numbers:
    """The curves of a coarser grid at the cells of a finer one."""
    down, across = (_hats(cells, side) for side in grid.shape[:2])
    return np.asarray(np.einsum("ai,bj,ij...->ab...", down, across, grid, optimize=True))


def _refined(grid: Numbers, terms: Numbers, wanted: Numbers, weight: Numbers) -> Numbers:
    """The curves of each cell, as far from those given as what the pixels around it show can justify."""
    found = grid.copy()
    down, across = (_hats(side, cells) for side, cells in zip(weight.shape, grid.shape[:2], strict=True))
    costs = _costs()
    for row, column in np.ndindex(grid.shape[:2]):
        part = _reach(down[:, row]), _reach(across[:, column])
        share = (np.outer(down[part[0], row], across[part[1], column]) * weight[part]).reshape(-1, 1)
        x, y = terms[part].reshape(-1, terms.shape[-1]), wanted[part].reshape(-1, 3)
        missed = y - x @ grid[row, column]
        noise = (share * missed**2).sum() / (3 * share.sum() + 1e-9) + LEAST_NOISE**2
        known = (share * x).T
        found[row, column] += np.linalg.solve(known @ x + DOUBT * noise * costs, known @ missed)
    return found


def _reach(shares: Numbers) -> slice:
    """From the first to the last place that has one."""
    places = np.flatnonzero(shares)
    return slice(int(places[0]), int(places[-1]) + 1)


def _costs() -> Numbers:
    """(knots + 2, knots + 2): the quadratic form of what a change of a curve costs."""
    slopes = np.diff(np.eye(KNOTS), axis=0)
    bends = np.diff(slopes, axis=0)
    costs = COLOUR * np.eye(KNOTS + 2)
    costs[:KNOTS, :KNOTS] = SLOPE * slopes.T @ slopes + BEND * bends.T @ bends + LEVEL * np.eye(KNOTS)
    return costs


def _made(grid: Numbers, terms: Numbers) -> Numbers:
    """(height, width, 3): the sums that curves are."""
    down, across = (_hats(side, cells) for side, cells in zip(terms.shape[:2], grid.shape[:2], strict=True))
    channels = []
    for channel in range(3):
        factors = np.einsum("yi,xj,ijk->yxk", down, across, grid[..., channel], optimize=True)
        channels.append((factors * terms).sum(-1))
    return np.stack(channels, axis=-1)


def _mended(grid: Numbers, true: Numbers, terms: Numbers, wanted: Numbers, weight: Numbers) -> float:
    """By how much more detail the frame shows, for what the source truly has, than the curves make of it.

    What the clip shows of the source is noisy, which makes curves too flat; the source itself is not, so it
    is the instrument.
    """
    known = weight[..., None] * _made(grid, true)
    least, most = MENDED
    factor = ((known * wanted).sum() + 1e-9) / ((known * _made(grid, terms)).sum() + 1e-9)
    return float(min(max(factor, least), most))


def _rising(grid: Numbers) -> Numbers:
    """The curves where what is brighter stays so."""
    found = grid.copy()
    steps = np.diff(grid[:, :, :KNOTS], axis=2)
    steps += (LEAST_SLOPE - steps @ GREY).clip(0, None)[..., None]
    found[:, :, 1:KNOTS] = found[:, :, :1] + np.cumsum(steps, axis=2)
    return found


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_terms(levels, found, times):  # type: ignore[no-untyped-def]
    share = 1.0 / (times * times)
    knots = found.shape[2] - 2
    for y in range(levels.shape[0]):
        for x in range(levels.shape[1]):
            red, green, blue = levels[y, x, 0], levels[y, x, 1], levels[y, x, 2]
            grey = 0.299 * red + 0.587 * green + 0.114 * blue
            place = grey * (knots - 1)
            low = max(min(int(place), knots - 2), 0)
            cell = found[y // times, x // times]
            cell[low] += share * (1.0 - (place - low)) / (knots - 1)
            cell[low + 1] += share * (place - low) / (knots - 1)
            cell[knots] += share * (red - grey)
            cell[knots + 1] += share * (blue - grey)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _between(place, cells):  # type: ignore[no-untyped-def]
    """The two cells whose middles lie around a place from 0 to 1, and the share of the second."""
    place = min(max(place * cells - 0.5, 0.0), cells - 1.0)
    low = int(place)
    return low, min(low + 1, cells - 1), np.float32(place - low)


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=True)
def _sliced(picture, grid, means, result, first, height):  # type: ignore[no-untyped-def]
    """Each pixel of some rows, from the `first` on, by the curves of the cells around it."""
    width = picture.shape[1]
    knots = grid.shape[2] - 2
    for y in range(picture.shape[0]):
        top, bottom, down = _between((first + y + 0.5) / height, grid.shape[0])
        line = grid[top] + down * (grid[bottom] - grid[top])
        top, bottom, down = _between((first + y + 0.5) / height, means.shape[0])
        added = means[top] + down * (means[bottom] - means[top])
        for x in range(width):
            left, right, across = _between((x + 0.5) / width, grid.shape[1])
            one, other, beside = _between((x + 0.5) / width, means.shape[1])
            red = np.float32(picture[y, x, 0]) * np.float32(1 / 255)
            green = np.float32(picture[y, x, 1]) * np.float32(1 / 255)
            blue = np.float32(picture[y, x, 2]) * np.float32(1 / 255)
            grey = np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue
            place = grey * np.float32(knots - 1)
            low = min(int(place), knots - 2)
            up = place - np.float32(low)
            share = np.float32(1 / (knots - 1))
            for c in range(3):
                value = added[one, c] + beside * (added[other, c] - added[one, c])
                for side, part in ((left, np.float32(1) - across), (right, across)):
                    cell = line[side]
                    curve = (cell[low, c] + up * (cell[low + 1, c] - cell[low, c])) * share
                    colour = cell[knots, c] * (red - grey) + cell[knots + 1, c] * (blue - grey)
                    value += part * (curve + colour)
                result[y, x, c] = np.uint8(min(max(value * np.float32(255) + np.float32(0.5), 0), 255))
