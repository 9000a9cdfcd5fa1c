"""Score curves as HTML: one plot per criterion over the frames, with the shown frame marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..values import Scores

TITLES = {
    "semantic": "Similarity to the target text",
    "preservation": "Preservation of the source",
    "energy": "Energy",
}
UNITS = {
    "semantic": "Cosine of the frame and the text.",
    "preservation": "Minus the distance to the source in feature space; 0 is the source itself.",
    "energy": "What a frame costs as the next state; the least is at the top.",
}
ROOM_FOR_A_LABEL = 12
"""Per cent of the width."""


def drawn(scores: Scores, frame_times: Sequence[int], shown: int, accepted: bool) -> str:
    """All plots, what decides first; `shown` is marked as the choice or as merely the closest."""
    names = sorted(scores.columns, key=lambda name: (name != "energy", name != "semantic"))
    limits = {"semantic": _Limit(scores.threshold, "edit shown from")}
    limits["energy"] = _Limit(scores.source.get("energy"), "staying costs")
    return "".join(
        _figure(
            name,
            _Plot(
                scores.columns[name],
                limits.get(name, _Limit()),
                frame_times,
                shown,
                accepted,
                sign=-1 if name == "energy" else 1,
            ),
        )
        for name in names
    )


def number(value: float) -> str:
    """A score as it is shown everywhere."""
    return f"{value:.3f}" if math.isfinite(value) else "–"


@dataclass(frozen=True)
class _Limit:
    """A line across the plot, and what it means."""

    value: float | None = None
    words: str = ""


@dataclass(frozen=True)
class _Plot:
    """One criterion. Places are per cent of the plot, from the left and from the bottom."""

    values: Sequence[float]
    limit: _Limit
    times: Sequence[int]
    shown: int
    accepted: bool
    sign: int = 1
    """-1 for a column that holds the negatives of what is meant."""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest number to be drawn."""
        all_values = [*self.values, *([] if self.limit.value is None else [self.limit.value])]
        finite = [value for value in all_values if math.isfinite(value)]
        return (min(finite), max(finite)) if finite else (0.0, 1.0)

    def text(self, value: float) -> str:
        return number(self.sign * value)

    def x(self, index: int) -> float:
        return 100 * index / max(1, len(self.values) - 1)

    def y(self, value: float) -> float:
        low, high = self.ends
        margin = 0.08 * (high - low) or 0.5
        return 100 * (value - low + margin) / (high - low + 2 * margin)


def _figure(name: str, plot: _Plot) -> str:
    title = TITLES.get(name, name.replace("_", " ").capitalize())
    low, high = plot.ends
    words = escape(f"{title}: {plot.text(low)} to {plot.text(high)} over {len(plot.values)} frames")
    inside = _ticks(plot) + _limit(plot) + _curve(plot) + _frame_labels(plot) + _mark(plot)
    figure = f'<div class="plot" role="img" aria-label="{words}">{inside}</div>'
    unit = f'<p class="soft unit">{UNITS[name]}</p>' if name in UNITS else ""
    return f"<div><h3>{escape(title)}</h3>{unit}{figure}</div>"


def _ticks(plot: _Plot) -> str:
    low, high = plot.ends
    values = (low, (low + high) / 2, high) if high > low else (low,)
    return "".join(
        f'<span class="rule" style="bottom:{plot.y(value):.2f}%"></span>'
        f'<span class="y" style="bottom:{plot.y(value):.2f}%">{plot.text(value)}</span>'
        for value in values
    )


def _limit(plot: _Plot) -> str:
    value = plot.limit.value
    if value is None or not math.isfinite(value):
        return ""
    height = plot.y(value)
    place = f'style="bottom:{height:.2f}%"'
    word = f'<span class="limit-word{" under" if height > 85 else ""}" {place}>'
    return f'<span class="limit" {place}></span>{word}{plot.limit.words} {plot.text(value)}</span>'


def _curve(plot: _Plot) -> str:
    """The line, broken where a frame has no score."""
    points = [
        f"{plot.x(index):.2f} {100 - plot.y(value):.2f}" if math.isfinite(value) else ""
        for index, value in enumerate(plot.values)
    ]
    pairs = zip(["", *points], points, strict=False)
    line = " ".join(f"{'L' if before else 'M'}{point}" for before, point in pairs if point)
    area = f'<path class="area" d="{line} L100 100 L0 100 Z"/>' if all(points) else ""
    open_svg = '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
    return f'{open_svg}{area}<path d="{line}"/></svg>'


def _frame_labels(plot: _Plot) -> str:
    """The first and the last frame, unless they would touch the shown one's label."""
    last = len(plot.times) - 1
    return "".join(
        f'<span class="x" style="left:{plot.x(end):.2f}%">{plot.times[end]}</span>'
        for end in (0, last)
        if abs(plot.x(end) - plot.x(plot.shown)) > ROOM_FOR_A_LABEL
    )


def _mark(plot: _Plot) -> str:
    near = "" if plot.accepted else " near"
    left, value = f"left:{plot.x(plot.shown):.2f}%", plot.values[plot.shown]
    line = f'<span class="pick{near}" style="{left}"></span>'
    label = f'<span class="x now{near}" style="{left}">{plot.times[plot.shown]}</span>'
    if not math.isfinite(value):
        return line + label
    return line + label + f'<span class="dot{near}" style="{left};bottom:{plot.y(value):.2f}%"></span>'
