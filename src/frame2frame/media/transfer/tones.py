"""Another light as a grid of affine maps of colours, over place and brightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

GRIDS = ((1, 1), (3, 2), (6, 4), (12, 8), (20, 8))
"""Cells along each side of the picture, and over its brightness: from coarse to fine."""

GREY = np.array([0.299, 0.587, 0.114])

LEAST_RESPONSE = 0.02
"""Of the brightness to that of the source: less would turn dark and bright around."""

STIFFNESS = 0.003
"""How much a map clings to that of the coarser grid, as a share of the pixels that a cell has on average."""


Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Tones:
    """Maps of colours from 0 to 1."""

    grid: NDArray[np.float32]
    """(rows, columns, levels, 3, 4): red, green and blue of the other light from these of this one and 1."""

    @classmethod
    def fitted(cls, before: Numbers, after: Numbers, weight: Numbers) -> Tones:
        """The maps that lead from one picture to another of (height, width, 3), from 0 to 1.

        `weight` (height, width) says how much each pixel counts.
        """
        maps = _channelwise(before, after, weight)[None, None, None]
        for cells, levels in GRIDS:
            shape = cells, cells, levels
            sums, coarser = np.zeros((*shape, 4, 7)), _spread(maps, shape)
            _splat(before, after, weight, sums)
            coarser = _shifted(coarser, sums)
            cling = STIFFNESS * weight.sum() / (cells * cells * levels)
            sums += cling * np.concatenate([np.broadcast_to(np.eye(4), (*shape, 4, 4)), coarser], axis=-1)
            maps = _upright(np.linalg.solve(sums[..., :4], sums[..., 4:]), sums)
        return cls(np.ascontiguousarray(maps.swapaxes(-1, -2), dtype=np.float32))

    def mapped(self, levels: Numbers) -> Numbers:
        """(height, width, 3), from 0 to 1, in the other light."""
        result = np.empty(levels.shape)
        _sliced(np.asarray(levels, dtype=np.float64), self.grid.reshape(*self.grid.shape[:3], 12), result)
        return result


def _channelwise(before: Numbers, after: Numbers, weight: Numbers) -> Numbers:
    """(4, 3): the map that changes each channel by a factor and a constant of its own."""
    share = weight[..., None] / weight.sum()
    middles = [(share * levels).sum((0, 1)) for levels in (before, after)]
    rest = before - middles[0]
    factors = (share * rest * after).sum((0, 1)) / ((share * rest**2).sum((0, 1)) + 1e-4)
    return np.concatenate([np.diag(factors), (middles[1] - factors * middles[0])[None]])


def _upright(maps: Numbers, sums: Numbers) -> Numbers:
    """The maps where what is brighter stays so, about the mean of each cell; noise can say otherwise."""
    response = np.einsum("...ij,j->...", maps[..., :3, :], GREY)
    lacking = (LEAST_RESPONSE - response).clip(0, None)[..., None]
    middle = (sums[..., 3, :3] @ GREY / np.maximum(sums[..., 3, 3], 1e-9))[..., None]
    found = maps.copy()
    found[..., :3, :] += (lacking * GREY)[..., None]
    found[..., 3, :] -= lacking * middle
    return found


def _shifted(maps: Numbers, sums: Numbers) -> Numbers:
    """The maps with what they miss in each place on average, in all of its levels.

    Fine detail has levels there that no pixel of a small frame has; they shall go with the others.
    """
    missed = (sums[..., 3, 4:] - np.einsum("...i,...ij->...j", sums[..., 3, :4], maps)).sum(2)
    count = sums[..., 3, 3].sum(2)[..., None]
    found = maps.copy()
    found[..., 3, :] += (missed / (count + STIFFNESS * count.mean()))[:, :, None]
    return found


def _spread(maps: Numbers, shape: tuple[int, int, int]) -> Numbers:
    """The maps of a coarser grid at the cells of a finer one."""
    for axis, cells in enumerate(shape):
        (low, share), (high, other) = _shares((np.arange(cells) + 0.5) / cells, maps.shape[axis])
        sides = [-1 if one == axis else 1 for one in range(maps.ndim)]
        maps = maps.take(low, axis) * share.reshape(sides) + maps.take(high, axis) * other.reshape(sides)
    return maps


def _shares(places: Numbers, cells: int) -> list[tuple[NDArray[np.intp], Numbers]]:
    """The two cells whose middles lie around each place from 0 to 1, and their shares."""
    if cells == 1:
        none = np.zeros(places.shape, dtype=np.intp)
        return [(none, np.ones(places.shape)), (none, np.zeros(places.shape))]
    place = (places * cells - 0.5).clip(0, cells - 1)
    low = np.minimum(np.floor(place).astype(np.intp), cells - 2)
    return [(low, 1 - (place - low)), (low + 1, place - low)]


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _around(place, cells):  # type: ignore[no-untyped-def]
    """Of the cells whose middles lie around a place from 0 to 1 the lower one, and the share of the upper."""
    place = min(max(place * cells - 0.5, 0.0), cells - 1.0)
    low = max(min(int(place), cells - 2), 0)
    return low, place - low


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _splat(before, after, weight, sums):  # type: ignore[no-untyped-def]
    """Add the moments of the pixels to the (rows, columns, levels, 4, 7) of the cells around each."""
    height, width = weight.shape
    rows, columns, levels = sums.shape[:3]
    one, both = np.ones(4), np.ones(7)
    for y in range(height):
        row, down = _around((y + 0.5) / height, rows)
        for x in range(width):
            column, across = _around((x + 0.5) / width, columns)
            one[:3], both[:3], both[4:] = before[y, x], before[y, x], after[y, x]
            grey = 0.299 * one[0] + 0.587 * one[1] + 0.114 * one[2]
            level, up = _around(grey, levels)
            for corner in range(8):
                i, j, k = corner & 1, corner >> 1 & 1, corner >> 2
                share = (down if i else 1 - down) * (across if j else 1 - across) * (up if k else 1 - up)
                if share > 0.0:
                    cell = sums[row + i, column + j, level + k]
                    for m in range(4):
                        for n in range(7):
                            cell[m, n] += share * weight[y, x] * one[m] * both[n]


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=True)
def _sliced(levels, grid, result):  # type: ignore[no-untyped-def]
    """Each pixel by the maps of the cells around it."""
    height, width = levels.shape[:2]
    tone = np.empty(12)
    for y in range(height):
        row, down = _around((y + 0.5) / height, grid.shape[0])
        line = grid[row] + down * (grid[row + 1] - grid[row])
        for x in range(width):
            column, across = _around((x + 0.5) / width, grid.shape[1])
            red, green, blue = levels[y, x, 0], levels[y, x, 1], levels[y, x, 2]
            level, up = _around(0.299 * red + 0.587 * green + 0.114 * blue, grid.shape[2])
            for term in range(12):
                a = line[column, level, term]
                a += across * (line[column + 1, level, term] - a)
                b = line[column, level + 1, term]
                b += across * (line[column + 1, level + 1, term] - b)
                tone[term] = a + up * (b - a)
            for c in range(3):
                value = tone[4 * c] * red + tone[4 * c + 1] * green + tone[4 * c + 2] * blue + tone[4 * c + 3]
                result[y, x, c] = min(max(value, 0.0), 1.0)
