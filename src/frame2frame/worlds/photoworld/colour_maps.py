"""Colour maps: the same new colour for the same colour, wherever in the picture it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...values import Picture

DEGREE = 4
"""Of the polynomial of red, green and blue that a colour map is."""

_POWERS = tuple(powers for powers in product(range(DEGREE + 1), repeat=3) if sum(powers) <= DEGREE)

_RIDGE = 1e-3


@dataclass(frozen=True, eq=False)
class ColourMap:
    """A polynomial from colour to colour."""

    weights: NDArray[np.float32]
    """(powers, 3)."""

    def __call__(self, picture: Picture) -> Picture:
        """The picture under this map."""
        levels = (_powers(picture) @ self.weights).clip(0.0, 1.0) * 255.0
        return np.asarray(levels + 0.5, dtype=np.uint8).reshape(picture.shape)


def best_map(pairs: Iterable[tuple[Picture, Picture]]) -> ColourMap:
    """The map from first to second pictures with the least squared error (ridge of 0.001)."""
    count = len(_POWERS)
    square, mixed = _RIDGE * np.eye(count), np.zeros((count, 3))
    for source, target in pairs:
        powers = _powers(source)
        square += powers.T @ powers
        mixed += powers.T @ (target.reshape(-1, 3) / np.float32(255.0))
    return ColourMap(np.asarray(np.linalg.solve(square, mixed), dtype=np.float32))


def _powers(picture: Picture) -> NDArray[np.float32]:
    """(pixels, powers)."""
    values = picture.reshape(-1, 3).T / np.float32(255.0)
    risen = [np.ones_like(values)]
    for _ in range(DEGREE):
        risen.append(risen[-1] * values)
    found = [risen[a][0] * risen[b][1] * risen[c][2] for a, b, c in _POWERS]
    return np.stack(found, axis=1)
