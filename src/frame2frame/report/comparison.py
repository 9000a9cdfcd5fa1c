"""A picture before and after, to be compared under one slider by the macro `slider`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..values import Picture

MIDDLE, LITTLE, MARGIN = 0.5, 0.02, 0.02
"""Where the slider stands if nothing differs; else how much of the change may be left of it, and how far."""

EDGE = 0.1
"""Share of the width. A change from one edge to the other, but for so much, is one of all of the picture."""

ROWS = 256
"""So many are compared at a time."""


@dataclass(frozen=True)
class Before:
    """A picture that the result can be held against."""

    kind: str
    """`source`, `generated` or `mask`."""
    picture: str
    """Its address."""
    alt: str
    tag: str = "Before"
    choice: str = "the source"
    """What it is called where there are several to choose from."""


@dataclass(frozen=True)
class Comparison:
    """Pictures of one size; the first of `before` is shown first."""

    before: tuple[Before, ...]
    after: str
    """An address."""
    after_alt: str
    after_label: str
    aspect: float
    """Width over height."""
    crisp: bool
    clear: bool = False
    """Whether the pictures are transparent somewhere."""
    start: int = round(100 * MIDDLE)
    """Where the slider stands at first, in per cent from the left."""


def differ(one: Picture, other: Picture) -> bool:
    """Whether they are two pictures."""
    strips = (slice(first, first + ROWS) for first in range(0, len(one), ROWS))
    return one.shape != other.shape or any(not np.array_equal(one[rows], other[rows]) for rows in strips)


def change_begins(before: Picture, after: Picture) -> int:
    """Left of how many per cent of the width hardly anything differs.

    It is the middle if nothing does at all, or all of the picture: left of that there is nothing to be seen.
    """
    share = MIDDLE
    if before.shape == after.shape:
        columns = np.zeros(before.shape[1])
        for first in range(0, len(before), ROWS):  # a large picture takes little memory so
            rows = slice(first, first + ROWS)
            difference = np.abs(before[rows].astype(np.int16) - after[rows])
            columns += difference.sum(axis=(0, 2), dtype=np.float64)
        if columns.any():
            limits = np.array([LITTLE, 1.0 - LITTLE]) * columns.sum()
            start, end = np.searchsorted(np.cumsum(columns), limits) / len(columns)
            share = MIDDLE if start < EDGE and end > 1.0 - EDGE else max(0.0, float(start) - MARGIN)
    return round(100 * share)
