"""A film strip: pictures in a row, a name and a number under each, ready for the macro `film_strip`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

WHOLE_UP_TO_FRAMES = 24
"""Strips with more are one line that scrolls."""


@dataclass(frozen=True)
class Frame:
    """One picture of a strip."""

    picture: str
    """Its address; empty where the page does not have it."""
    name: str
    """Such as `frame 6` or `round 2, frame 6`."""
    label: str
    """What it is called where it is shown large."""
    alt: str
    line: tuple[str, str] = ("", "")
    """What stands under it, at the left and at the right."""
    badge: str = ""
    """What it is called that the choice speaks of."""
    kind: str = ""
    """`chosen`, `closest` or `second`, for those with such a badge."""
    share: float | None = None
    """How much of the meter under it is filled; None for no meter."""
    is_home: bool = False
    """Whether it is the result that the page shows first."""

    @property
    def file_name(self) -> str:
        """What it is saved as."""
        return f"{'_'.join(re.findall(r'[a-z0-9]+', self.name.lower()))}.png"


@dataclass(frozen=True)
class FilmStrip:
    """Pictures of one size in a row."""

    title: str
    frames: tuple[Frame, ...]
    crisp: bool
    """Whether the pictures are so small that each pixel is to be seen."""
    unit: str = ""
    """What the numbers under the frames are."""

    @property
    def is_whole(self) -> bool:
        """Whether all frames are shown at once where there is room."""
        return len(self.frames) <= WHOLE_UP_TO_FRAMES


def share(values: Sequence[float], index: int) -> float:
    """Where a number lies between the lowest and the highest, so that bar and number grow together."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite or min(finite) == max(finite) or not math.isfinite(values[index]):
        return 0.0
    return float((values[index] - min(finite)) / (max(finite) - min(finite)))
