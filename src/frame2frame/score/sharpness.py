"""How sharp a picture is: the variance of its Laplacian (Pech-Pacheco et al., ICPR 2000)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..values import Caption, Column, Frames, Picture

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue (ITU-R BT.601)."""


@dataclass(frozen=True)
class Sharpness:
    """A scorer: how sharp each frame is."""

    columns: ClassVar = (Column("sharpness", "Sharpness", "Variance of the Laplacian of luma."),)

    def score(self, frames: Frames, source: Picture, caption: Caption) -> Mapping[str, Sequence[float]]:
        """One number a frame, as `sharpness` gives it."""
        return {"sharpness": [sharpness(frame) for frame in frames]}


def sharpness(picture: Picture) -> float:
    """The variance of the 4-neighbour Laplacian of luma, in squared levels of 255; 0 for a flat picture.

    It grows with contrast and detail as well as with focus, so it compares pictures of one scene only.
    A picture under three pixels a side has no inner pixel, and 0.
    """
    inner = laplacian(luma(picture))
    return float(inner.var()) if inner.size else 0.0


def detail(picture: Picture, where: NDArray[np.bool_]) -> float:
    """The mean square of that Laplacian inside of (height, width), in squared levels of 255; 0 of nothing."""
    inside = where[1:-1, 1:-1]
    return (
        float(np.square(laplacian(luma(picture)), dtype=np.float64)[inside].mean()) if inside.any() else 0.0
    )


def luma(picture: Picture) -> NDArray[np.float32]:
    """(height, width), in levels of 255."""
    return np.asarray(picture, dtype=np.float32) @ np.asarray(LUMA, dtype=np.float32)


def laplacian(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height − 2, width − 2): the four neighbours' sum less four times the pixel."""
    across = levels[1:-1, :-2] + levels[1:-1, 2:]
    down = levels[:-2, 1:-1] + levels[2:, 1:-1]
    return np.asarray(across + down - 4.0 * levels[1:-1, 1:-1])
