"""Answers to be looked at: the worst, those in the middle and the best of a run, by one of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...values import Picture

MOST = 3
"""Cases of each sort."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A case and what was answered."""

    name: str
    words: str
    """The instruction, or what else was wanted."""
    value: float
    """By which cases are sorted; higher is better."""
    told: Mapping[str, str]
    """Its figures by name."""
    pictures: Callable[[], Mapping[str, Picture]]
    """Loads or draws them, by what they are, such as `source`, `answer` and `target`."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """The cases of one system."""

    by: str
    """The figure that sorts them."""
    cases: Sequence[Shown]

    def extremes(self) -> dict[str, list[Shown]]:
        """The worst, those around the median and the best; none is there twice."""
        ordered = sorted(self.cases, key=lambda one: (one.value, one.name))
        size = min(MOST, max(1, len(ordered) // 3))
        best, rest = ordered[len(ordered) - size :][::-1], ordered[: len(ordered) - size]
        worst, between = rest[:size], rest[size:]
        start = (len(between) - size) // 2 if len(between) > size else 0
        found = {"worst": worst, "median": between[start : start + size], "best": best}
        return {name: cases for name, cases in found.items() if cases}
