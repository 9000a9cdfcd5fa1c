"""The path over all generated frames in the plane, as one SVG that looks like the report.

It takes the colours of the page that it stands in, and has the report's light ones where it stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

NAMESPACE = "http://www.w3.org/2000/svg"
"""Of a picture that stands alone; inside a page it needs none."""

WIDTH, HEIGHT, MARGIN = 640, 420, 34
"""Pixels."""
LEGEND = 40
"""Pixels under the plot."""
MOST_NUMBERED = 14
"""Paths of more states number only their ends."""

STYLE = (
    "<style>"
    ".path-plot{font:12px ui-sans-serif,system-ui,sans-serif;font-variant-numeric:tabular-nums}"
    ".path-plot{max-width:100%;height:auto}"
    ".path-plot .ground{fill:var(--card,#fff)}.path-plot .edge{fill:none;stroke:var(--line,#e3e1db)}"
    ".path-plot .cloud{fill:var(--accent,#3b5bdb);stroke:var(--card,#fff);stroke-width:1}"
    ".path-plot .way{fill:none;stroke:var(--ink,#1d1f23);stroke-width:2;stroke-linejoin:round}"
    ".path-plot .halo{fill:none;stroke:var(--card,#fff);stroke-width:6;stroke-linejoin:round;opacity:.85}"
    ".path-plot .state{fill:var(--ink,#1d1f23);stroke:var(--card,#fff);stroke-width:2}"
    ".path-plot .start{fill:var(--card,#fff);stroke:var(--ink,#1d1f23);stroke-width:2.5}"
    ".path-plot .end{fill:var(--good,#1c7c4a);stroke:var(--card,#fff);stroke-width:2}"
    ".path-plot text{fill:var(--soft,#666a73)}"
    ".path-plot .label{fill:var(--ink,#1d1f23);font-weight:600;stroke:var(--card,#fff);stroke-width:4;"
    "stroke-linejoin:round;paint-order:stroke}.path-plot .label.good{fill:var(--good,#1c7c4a)}"
    ".path-plot .count{fill:var(--soft,#666a73);font-size:10.5px;stroke:var(--card,#fff);stroke-width:3;"
    "stroke-linejoin:round;paint-order:stroke}"
    "</style>"
)

PALEST = 0.3
"""The opacity of the first round's frames; the last round's is 1."""

ROOM_FOR_A_NUMBER = 16
"""Pixels between two states, below which only the earlier one is numbered."""


def projection_plot(
    points: NDArray[np.float64], path_indices: Sequence[int], round_of_each: Sequence[int]
) -> str:
    """The path drawn over all frames, as the text of an SVG picture.

    `points` (frames, 2) are places in the plane, `path_indices` the frames of the path from start to end, and
    `round_of_each` the round in which each frame was generated.
    """
    _check(points, path_indices, round_of_each)
    plot = _Plot(_placed(points), tuple(path_indices), tuple(round_of_each))
    words = f"{len(plot.places)} frames in the plane, and the path over {len(plot.path)} of them"
    size = f'viewBox="0 0 {WIDTH} {HEIGHT + LEGEND}" width="{WIDTH}" height="{HEIGHT + LEGEND}"'
    parts = (STYLE, _ground(), _cloud(plot), _way(plot), _states(plot), _ends(plot), _legend(plot))
    opened = f'<svg xmlns="{NAMESPACE}" class="path-plot" {size} role="img" aria-label="{words}">'
    return opened + "".join(parts) + "</svg>"


def _check(points: NDArray[np.float64], path: Sequence[int], rounds: Sequence[int]) -> None:
    count = len(rounds)
    inside = all(0 <= index < count for index in path)
    if not path or not inside or np.shape(points) != (count, 2) or not np.isfinite(points).all():
        raise InputError(
            "a path is drawn over frames that each have a finite place and a round",
            got=f"places of shape {np.shape(points)}, {count} rounds, path {list(path)}",
            remedy="give (frames, 2) places, a round for each, and indices of frames",
        )


@dataclass(frozen=True)
class _Plot:
    places: NDArray[np.float64]
    """(frames, 2): pixels from the left and from the top."""
    path: tuple[int, ...]
    rounds: tuple[int, ...]

    def at(self, index: int) -> tuple[float, float]:
        x, y = self.places[index]
        return float(x), float(y)

    def opacity(self, number: int) -> float:
        """Of the frames of this round: the later, the fuller."""
        first, last = min(self.rounds), max(self.rounds)
        return PALEST + (1 - PALEST) * (number - first) / (last - first) if last > first else 0.6

    def numbered(self) -> list[int]:
        """Which inner states have room for their number."""
        kept: list[int] = []
        if len(self.path) > MOST_NUMBERED:
            return kept
        for number in range(1, len(self.path) - 1):
            others = self.places[[self.path[other] for other in (0, *kept, -1)]]
            gaps = np.abs(others - self.places[self.path[number]]).max(axis=1)
            if gaps.min() >= ROOM_FOR_A_NUMBER:
                kept.append(number)
        return kept


def _placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points in the middle of the plot, as large as fits, both axes to one scale."""
    plane = np.asarray(points, dtype=np.float64)
    low, high = plane.min(axis=0), plane.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    spread = high - low
    scale = min((room[i] / spread[i] for i in (0, 1) if spread[i] > 0), default=1.0)
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    return np.asarray(middle + (plane - (low + high) / 2) * [scale, -scale])


def _ground() -> str:
    inside = f'x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="10"'
    whole = f'<rect class="ground" width="{WIDTH}" height="{HEIGHT + LEGEND}"/>'
    return f'{whole}<rect class="edge" {inside}/>'


def _cloud(plot: _Plot) -> str:
    return "".join(
        _circle("cloud", plot.at(index), 4.5, plot.opacity(number))
        for index, number in enumerate(plot.rounds)
    )


def _way(plot: _Plot) -> str:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(plot.at, plot.path))
    return f'<polyline class="halo" points="{line}"/><polyline class="way" points="{line}"/>'


def _states(plot: _Plot) -> str:
    dots = "".join(_circle("state", plot.at(index), 5) for index in plot.path[1:-1])
    numbers = (_text("count", plot.at(plot.path[number]), str(number)) for number in plot.numbered())
    return dots + "".join(numbers)


def _ends(plot: _Plot) -> str:
    start, end = plot.at(plot.path[0]), plot.at(plot.path[-1])
    marks = _circle("start", start, 7) + _circle("end", end, 8)
    if plot.path[0] == plot.path[-1]:
        return marks + _text("label", start, "start")
    return marks + _text("label", start, "start") + _text("label good", end, "end")


def _legend(plot: _Plot) -> str:
    """A dot for each of several rounds, as far as there is room, and how many frames there are."""
    rounds = sorted(set(plot.rounds)) if len(set(plot.rounds)) > 1 else []
    shown = rounds if len(rounds) <= 6 else [rounds[0], rounds[-1]]
    middle = HEIGHT + LEGEND / 2
    dots = "".join(
        _circle("cloud", (12 + 88 * place, middle), 5, plot.opacity(number))
        + f'<text x="{22 + 88 * place}" y="{middle + 4}">round {number}</text>'
        for place, number in enumerate(shown)
    )
    return dots + f'<text x="{WIDTH - 4}" y="{middle + 4}" text-anchor="end">{len(plot.rounds)} frames</text>'


def _circle(name: str, at: tuple[float, float], radius: float, opacity: float = 1.0) -> str:
    pale = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    return f'<circle class="{name}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}"{pale}/>'


def _text(name: str, at: tuple[float, float], words: str) -> str:
    """Above the place, or below it at the plot's top edge."""
    below = at[1] < MARGIN + 4
    y = at[1] + (22 if below else -12)
    return f'<text class="{name}" x="{at[0]:.1f}" y="{y:.1f}" text-anchor="middle">{words}</text>'
