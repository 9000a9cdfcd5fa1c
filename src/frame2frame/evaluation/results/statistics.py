"""Figures with their uncertainty: each prints itself, and gives itself as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from typing import Self

import numpy as np

Z = 1.959963984540054
"""Standard deviations on each side of a 95 % interval."""

RESAMPLES = 2_000
"""Of a bootstrap (Efron, 1979)."""
AT_ONCE = 2**21
"""Numbers that are drawn at a time."""


def bootstrapped(numbers: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean, between percentiles of resampled means; not a number for less than two.

    The same numbers give the same interval, in whatever order they come.
    """
    if len(numbers) < 2:
        return nan, nan
    ordered, draws = np.sort(np.asarray(numbers, dtype=np.float64)), np.random.default_rng(0)
    count, rows = len(ordered), max(1, AT_ONCE // len(ordered))
    sizes = [min(rows, RESAMPLES - first) for first in range(0, RESAMPLES, rows)]
    means = [ordered[draws.integers(count, size=(size, count))].mean(axis=1) for size in sizes]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class Share:
    """How many of how many, with the 95 % interval of Wilson (1927)."""

    hits: int
    count: int
    is_brief: bool = False
    """Printed without the interval."""

    @classmethod
    def of(cls, truths: Iterable[object], is_brief: bool = False) -> Share:
        """The share of true values."""
        found = [bool(truth) for truth in truths]
        return cls(sum(found), len(found), is_brief)

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest share that the count is compatible with."""
        if not self.count:
            return 0.0, 1.0
        p, n = self.value, self.count
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        reach = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __str__(self) -> str:
        low, high = self.interval
        if self.is_brief:
            return f"{100 * self.value:.1f} %" if self.count else "–"
        return f"{100 * self.value:5.1f} % [{100 * low:4.1f}, {100 * high:5.1f}]" if self.count else "none"

    def as_json(self) -> dict[str, float | int | None]:
        low, high = self.interval
        value = self.value if self.count else None
        return {"share": value, "low": low, "high": high, "hits": self.hits, "count": self.count}


def unseen(count: int) -> float:
    """The largest share of what was not seen once in so many, at 95 % (Clopper and Pearson, 1934).

    About 3.7 of the count; the rule of three (Hanley and Lippman-Hand, 1983) is its one-sided kin.
    """
    return 1.0 - float(0.025 ** (1.0 / count))


@dataclass(frozen=True)
class Difference:
    """Another share minus a first one in points, on the same cases, with its 95 % interval."""

    points: float
    low: float
    high: float

    @classmethod
    def of(cls, first: Sequence[bool], other: Sequence[bool]) -> Self:
        """From paired truths (normal approximation of the discordant pairs).

        Where all pairs are alike that has no width. Then as many others as such pairs are compatible with may
        differ as far as can be: `unseen`.
        """
        changes = [bool(b) - bool(a) for a, b in zip(first, other, strict=True)]
        count = len(changes)
        mean = sum(changes) / count
        if len(set(changes)) == 1:
            others = unseen(count)
            return cls(100 * mean, 100 * (mean - others * (1 + mean)), 100 * (mean + others * (1 - mean)))
        reach = Z * sqrt(max(sum(map(abs, changes)) - count * mean * mean, 0.0)) / count
        return cls(100 * mean, 100 * max(-1.0, mean - reach), 100 * min(1.0, mean + reach))

    @property
    def not_lower(self) -> bool:
        """Whether the other share is at least as high, but for one point, and surely for two."""
        return self.points >= -1.0 and self.low >= -2.0

    def __str__(self) -> str:
        return f"{self.points:+.1f} [{self.low:+.1f}, {self.high:+.1f}]"

    def as_json(self) -> dict[str, float]:
        return dict(vars(self))


@dataclass(frozen=True)
class Clustered:
    """A mean with its 95 % interval, where cases come in groups that share much; of shares in percent.

    Whole groups are drawn again (cluster bootstrap; Davison and Hinkley, 1997, section 3.8). A single group
    has no interval.
    """

    value: float
    low: float
    high: float
    count: int
    groups: int
    form: str

    @classmethod
    def of(cls, numbers: Sequence[float], groups: Sequence[str], form: str = ".1%") -> Self:
        """Of numbers, each of the group that is named beside it; printed in this form."""
        names, places = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
        values = np.asarray(numbers, dtype=np.float64) * (100.0 if form.endswith("%") else 1.0)
        if not len(values):
            return cls(nan, nan, nan, 0, 0, form)
        sums, sizes = np.bincount(places, values), np.bincount(places)
        low = high = nan
        if len(names) > 1:
            drawn = np.random.default_rng(0).integers(len(names), size=(RESAMPLES, len(names)))
            means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
            low, high = (float(one) for one in np.percentile(means, [2.5, 97.5]))
        return cls(float(values.mean()), low, high, len(values), len(names), form)

    def __str__(self) -> str:
        if not self.count:
            return "–"
        form = self.form.replace("%", "f")
        unit = " %" if self.form == ".1%" else ""
        interval = "" if isnan(self.low) else f" [{self.low:{form}}, {self.high:{form}}]"
        return f"{self.value:{form}}{unit}{interval}"

    def as_json(self) -> dict[str, float | int | None]:
        return {**_figures(self.value, self.low, self.high, self.count), "groups": self.groups}


@dataclass(frozen=True)
class Mean:
    """The mean of numbers with its 95 % bootstrap interval, which a single number does not have."""

    mean: float
    low: float
    high: float
    count: int
    places: int = 3
    """Printed after the point."""

    @classmethod
    def of(cls, numbers: Iterable[float], places: int = 3) -> Self:
        """Not a number where there is none."""
        found = list(numbers)
        mean = sum(found) / len(found) if found else nan
        return cls(mean, *bootstrapped(found), len(found), places)

    def __str__(self) -> str:
        if not self.count:
            return "–"
        return _told(self, f".{self.places}f")

    def as_json(self) -> dict[str, float | int | None]:
        return _figures(self.mean, self.low, self.high, self.count)


@dataclass(frozen=True)
class MeanDifference:
    """The mean of other numbers minus that of first ones, on the same cases, with its 95 % interval."""

    mean: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, gaps: Sequence[float]) -> Self:
        """From the difference of each pair (bootstrap of the pairs); not a number for no pair.

        Pairs that are all alike have no interval: resampled, they say nothing of pairs that differ.
        """
        mean = sum(gaps) / len(gaps) if gaps else nan
        interval = bootstrapped(gaps) if len(set(gaps)) > 1 else (nan, nan)
        return cls(mean, *interval, len(gaps))

    def __str__(self) -> str:
        return _told(self, "+.4f") if self.count else "none"

    def as_json(self) -> dict[str, float | int | None]:
        return _figures(self.mean, self.low, self.high, self.count)


def _figures(mean: float, low: float, high: float, count: int) -> dict[str, float | int | None]:
    figures = {"mean": mean, "low": low, "high": high}
    known = {name: None if isnan(one) else one for name, one in figures.items()}
    return {**known, "count": count}


def _told(found: Mean | MeanDifference, form: str) -> str:
    """A mean, and its interval where it has one."""
    mean, low, high = (format(one, form) for one in (found.mean, found.low, found.high))
    return mean if isnan(found.low) else f"{mean} [{low}, {high}]"
