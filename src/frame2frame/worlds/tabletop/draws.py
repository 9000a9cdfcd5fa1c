"""Frozen random draws: the same seed gives the same numbers with every version of NumPy.

NumPy promises that the raw 64-bit stream of a bit generator never changes, but not what its
distributions make of it; so floats and integers are made here from the raw bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from ...errors import InputError

T = TypeVar("T")

FIRST_HELD_OUT_SEED = 1_000_000_000
"""Training draws only below this seed; evaluation only from it on."""


class Draws:
    """A stream of draws from one seed, any integer in [0, 2⁶³)."""

    def __init__(self, seed: int) -> None:
        if not 0 <= seed < 2**63:
            raise InputError("a seed is from 0 to 2^63 - 1", got=str(seed), remedy="choose another")
        self._bits = np.random.PCG64(seed)

    def unit(self) -> float:
        """A number in [0, 1) with 53 random bits."""
        return float(int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def below(self, count: int) -> int:
        """An integer in [0, count)."""
        return int(self._bits.random_raw()) * count >> 64

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def some_of(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in random order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(count)]
