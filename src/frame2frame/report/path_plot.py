"""The path over all generated frames in the plane, as one SVG that looks like the page it stands in.

It takes the colours of that page, and has the report's light ones where it stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .templating import render

WIDTH, HEIGHT, MARGIN = 640, 420, 34
"""Pixels."""
LEGEND = 40
"""Pixels under the plot."""
MOST_NUMBERED = 14
"""Paths of more states number only their ends."""
MOST_IN_LEGEND = 6
"""Of more rounds the legend names the first and the last."""

PALEST = 0.3
"""The opacity of the first round's frames; the last round's is 1."""

ROOM_FOR_A_NUMBER = 16
"""Pixels between two states, below which only the earlier one is numbered."""


def projection_plot(
    points: NDArray[np.float64], path_indices: Sequence[int], round_of_each: Sequence[int]
) -> str:
    """The path drawn over all frames, as the text of an SVG picture.

    `points` (frames, 2) are places in the plane, `path_indices` the frames of the path from start to end, and
    `round_of_each` the round in which each frame was generated. Raises InputError where they do not belong
    together.
    """
    return render("report/templates/path_plot.svg.j2", plot=path_plot(points, path_indices, round_of_each))


def path_plot(points: NDArray[np.float64], path: Sequence[int], rounds: Sequence[int]) -> PathPlot:
    """The same, ready for the macro `path_plot`."""
    _check(points, path, rounds)
    return PathPlot(_placed(points), tuple(path), tuple(rounds))


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
class Mark:
    """Something at a place of the drawing; pixels from the left and from the top."""

    x: float
    y: float
    text: str = ""
    opacity: float = 1.0

    @property
    def text_y(self) -> float:
        """Where its text stands: above it, or below it at the plot's top edge."""
        return self.y + (22 if self.y < MARGIN + 4 else -12)


@dataclass(frozen=True, eq=False)
class PathPlot:
    """All frames in the plane and the path over some of them."""

    places: NDArray[np.float64]
    """(frames, 2): pixels from the left and from the top."""
    path: tuple[int, ...]
    rounds: tuple[int, ...]
    """Of each frame."""

    width, height, legend_height = WIDTH, HEIGHT, LEGEND

    @property
    def frames(self) -> tuple[Mark, ...]:
        """A dot for each, the later its round the fuller."""
        return tuple(self._mark(index) for index in range(len(self.places)))

    @property
    def states(self) -> tuple[Mark, ...]:
        """The path from start to end; the inner ones that have room for it are numbered."""
        numbered = self._numbered()
        return tuple(
            self._mark(index, str(number) if number in numbered else "")
            for number, index in enumerate(self.path)
        )

    @property
    def legend(self) -> tuple[Mark, ...]:
        """A dot for each of several rounds, as far as there is room."""
        rounds = sorted(set(self.rounds)) if len(set(self.rounds)) > 1 else []
        shown = rounds if len(rounds) <= MOST_IN_LEGEND else [rounds[0], rounds[-1]]
        return tuple(
            Mark(12 + 88 * place, HEIGHT + LEGEND / 2, f"round {number}", self._opacity(number))
            for place, number in enumerate(shown)
        )

    def _mark(self, index: int, text: str = "") -> Mark:
        x, y = self.places[index]
        return Mark(float(x), float(y), text, self._opacity(self.rounds[index]))

    def _opacity(self, number: int) -> float:
        first, last = min(self.rounds), max(self.rounds)
        return PALEST + (1 - PALEST) * (number - first) / (last - first) if last > first else 0.6

    def _numbered(self) -> list[int]:
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
