"""The source as what the frames of a clip are placed in: all of it, or the middle that the clip shows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ..values import CROP, Picture
from .pictures import resized, within


@dataclass(frozen=True, eq=False)
class Canvas:
    """A picture and the part of it that frames show; what is beside that part stays the picture's own."""

    picture: Picture
    top: int
    left: int
    size: tuple[int, int]
    """(height, width) of the part."""

    @classmethod
    def of(cls, picture: Picture, how: object = None, shape: tuple[int, int] = (1, 1)) -> Canvas:
        """All of it; with the fit `crop` the largest part in the middle that has the (height, width) `shape`.

        Up to half a pixel, as a part has whole ones.
        """
        height, width = picture.shape[:2]
        if how != CROP:
            return cls(picture, 0, 0, (height, width))
        aspect = Fraction(max(shape[1], 1), max(shape[0], 1))
        size = min(height, max(1, round(width / aspect))), min(width, max(1, round(height * aspect)))
        return cls(picture, (height - size[0]) // 2, (width - size[1]) // 2, size)

    @property
    def is_whole(self) -> bool:
        return self.size == self.picture.shape[:2]

    @property
    def part(self) -> Picture:
        """What the frames show of it."""
        return np.ascontiguousarray(self.part_of(self.picture))

    def placed(self, frame: Picture) -> Picture:
        """The picture with a frame, of any size, in the place of the part; both map edge to edge."""
        if self.is_whole:
            return resized(frame, *self.size)
        whole = self.picture.copy()
        self.part_of(whole)[:] = resized(frame, *self.size)
        return whole

    def spread(self, mask: NDArray[np.float32]) -> NDArray[np.float32]:
        """(height, width) of the picture from the same of the part; 0 beside it."""
        whole = np.zeros(self.picture.shape[:2], dtype=np.float32)
        self.part_of(whole)[:] = mask
        return whole

    def within(self, longest_side: int) -> Canvas:
        """The same of the picture reduced so far that no side is longer."""
        small = within(self.picture, longest_side)
        scale = small.shape[0] / self.picture.shape[0], small.shape[1] / self.picture.shape[1]
        top, left = round(self.top * scale[0]), round(self.left * scale[1])
        end = round((self.top + self.size[0]) * scale[0]), round((self.left + self.size[1]) * scale[1])
        return Canvas(small, top, left, (max(end[0] - top, 1), max(end[1] - left, 1)))

    def part_of(self, whole: NDArray[np.generic]) -> NDArray[np.generic]:
        """A view of the same part of anything (height, width, …) of the picture's size."""
        return whole[self.top : self.top + self.size[0], self.left : self.left + self.size[1]]
