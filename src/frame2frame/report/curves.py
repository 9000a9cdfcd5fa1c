"""Score curves: one plot for each criterion over the frames, with the shown frame marked.

Places are per cent of the plot, from the left and from the bottom; the macro `curves` draws them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..score.degree import COLUMN as DEGREE
from ..score.limits import ANY
from ..select.gate import Basis, Gate
from ..values import Scores
from .columns import Column, column, in_order

ROOM_FOR_A_LABEL = 12
"""Per cent of the width."""


def plots(
    scores: Scores, frame_times: Sequence[int], shown: int, accepted: bool, gate: Gate
) -> tuple[Plot, ...]:
    """All plots, what decides first; `shown` is marked as the choice or as merely the closest.

    `gate` is the one that the run went by.
    """
    limits = {
        DEGREE: _enough(scores, gate),
        "semantic": _needed(scores, shown, gate),
        "energy": _Limit(scores.source.get("energy"), "staying costs {}"),
    }
    return tuple(
        Plot(
            column(name, scores),
            scores.columns[name],
            limits.get(name, _Limit()),
            frame_times,
            shown,
            accepted,
        )
        for name in in_order(scores)
    )


@dataclass(frozen=True)
class _Limit:
    """A line across the plot, and what it means, with braces where the value stands."""

    value: float | None = None
    words: str = ""


def _enough(scores: Scores, gate: Gate) -> _Limit:
    """The degree from which a frame counts."""
    before = scores.source.get(DEGREE)
    return _Limit() if before is None else _Limit(before + gate.degree, "edit shown from {}")


def _needed(scores: Scores, shown: int, gate: Gate) -> _Limit:
    """The similarity from which the shown frame counts, as its contrast counts beside it.

    None where no threshold decides, and where the source and every frame have more: then it says nothing.
    """
    if scores.threshold is None or scores.threshold <= ANY or gate.basis(scores) is not Basis.CALIBRATED:
        return _Limit()
    worth = float(gate.evidence(scores)[shown] - scores["semantic"][shown])
    if scores.threshold - worth < min(*scores["semantic"], scores.source.get("semantic", math.inf)):
        return _Limit()
    words = "edit shown from {}"
    if "contrast" in scores.columns:
        words += ", with this contrast"
    return _Limit(scores.threshold - worth, words)


@dataclass(frozen=True)
class Label:
    """Words at a place of the plot."""

    at: float
    text: str


@dataclass(frozen=True)
class Plot:
    """One criterion."""

    column: Column
    values: Sequence[float]
    _limit: _Limit
    _times: Sequence[int]
    _shown: int
    accepted: bool

    @property
    def words(self) -> str:
        """What there is to see, for those who do not see it."""
        low, high = self._ends
        ends = f"{self.column.text(low)} to {self.column.text(high)}"
        return f"{self.column.title}: {ends} over {len(self.values)} frames"

    @property
    def ticks(self) -> tuple[Label, ...]:
        """Of the axis at the left."""
        low, high = self._ends
        values = (low, (low + high) / 2, high) if high > low else (low,)
        return tuple(Label(self._y(value), self.column.text(value)) for value in values)

    @property
    def limit(self) -> Label | None:
        """The line from which a frame is good enough."""
        value = self._limit.value
        if value is None or not math.isfinite(value):
            return None
        return Label(self._y(value), self._limit.words.format(self.column.text(value)))

    @property
    def line(self) -> str:
        """The curve as an SVG path in a box of 100 by 100, broken where a frame has no score."""
        pairs = zip(["", *self._points], self._points, strict=False)
        return " ".join(f"{'L' if before else 'M'}{point}" for before, point in pairs if point)

    @property
    def is_whole(self) -> bool:
        """Whether every frame has a score."""
        return all(self._points)

    @property
    def ends(self) -> Iterator[Label]:
        """The numbers of the first and the last frame, unless they would touch the shown one's."""
        for end in (0, len(self._times) - 1):
            if abs(self._x(end) - self._x(self._shown)) > ROOM_FOR_A_LABEL:
                yield Label(self._x(end), str(self._times[end]))

    @property
    def mark(self) -> Label:
        """The number of the shown frame."""
        return Label(self._x(self._shown), str(self._times[self._shown]))

    @property
    def height(self) -> float | None:
        """Where the shown frame lies on the curve; None where it has no score."""
        value = self.values[self._shown]
        return self._y(value) if math.isfinite(value) else None

    @property
    def _points(self) -> list[str]:
        return [
            f"{self._x(index):.2f} {100 - self._y(value):.2f}" if math.isfinite(value) else ""
            for index, value in enumerate(self.values)
        ]

    @property
    def _ends(self) -> tuple[float, float]:
        """The lowest and the highest number to be drawn."""
        all_values = [*self.values, *([] if self._limit.value is None else [self._limit.value])]
        finite = [value for value in all_values if math.isfinite(value)]
        return (min(finite), max(finite)) if finite else (0.0, 1.0)

    def _x(self, index: int) -> float:
        return 100 * index / max(1, len(self.values) - 1)

    def _y(self, value: float) -> float:
        low, high = self._ends
        margin = 0.08 * (high - low) or 0.5
        return 100 * (value - low + margin) / (high - low + 2 * margin)
