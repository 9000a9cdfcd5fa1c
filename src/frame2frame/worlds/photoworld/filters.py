"""What a filter can do for a wish that knows nothing of the picture: controls that a model must beat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from ..photographs.files import Photographs
from .drawing import CAMERA, SIDE, Shot, draw
from .episodes import episode

DEGREE = 4
"""Of the polynomial of red, green and blue that a colour map is."""

_POWERS = tuple(powers for powers in product(range(DEGREE + 1), repeat=3) if sum(powers) <= DEGREE)

EPISODES = 24
"""That a colour map is fitted on."""

FIRST_SEED = 970_000_000
"""Of those; no held-out one."""

_RIDGE = 1e-3


@dataclass(frozen=True, eq=False)
class ColourMap:
    """The same new colour for the same colour in every picture."""

    weights: NDArray[np.float64]
    """(powers, 3)."""

    def __call__(self, picture: Picture) -> Picture:
        """The picture under this map."""
        levels = (_powers(picture) @ self.weights).clip(0.0, 1.0) * 255.0
        return np.asarray(levels + 0.5, dtype=np.uint8).reshape(picture.shape)


def fitted(kind: str, photographs: Photographs) -> ColourMap:
    """The map with the least squared error for a kind of edit on these photographs (ridge of 0.001)."""
    count = len(_POWERS)
    square, mixed = _RIDGE * np.eye(count), np.zeros((count, 3))
    for number in range(EPISODES):
        one = episode(FIRST_SEED + number, photographs, kind, frames=2)
        powers = _powers(one.source)
        square += powers.T @ powers
        mixed += powers.T @ (one.target.reshape(-1, 3) / 255.0)
    return ColourMap(np.asarray(np.linalg.solve(square, mixed), dtype=np.float64))


def _powers(picture: Picture) -> NDArray[np.float64]:
    """(pixels, powers)."""
    red, green, blue = np.moveaxis(picture.reshape(-1, 3) / 255.0, 1, 0)
    return np.stack([red**a * green**b * blue**c for a, b, c in _POWERS], axis=1)


def filled(source: Picture, kind: str, *, mirrored: bool) -> Picture:
    """The source as the camera would see it, beyond its edges mirrored or its edge drawn out.

    Of a kind that does not move the camera it is the source.
    """
    if kind not in CAMERA:
        return source
    margin = SIDE // 2
    wide = np.pad(source, ((margin, margin), (margin, margin), (0, 0)), "symmetric" if mirrored else "edge")
    seen: Picture = draw(np, wide, Shot(margin, margin, SIDE), [(kind, 1.0)])[0]
    return seen
