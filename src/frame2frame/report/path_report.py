"""The path of a run, ready to be shown: its states, its route, its figures, its place among all frames.

The plots need scikit-learn, the extra `eval`; without it the page says how to get it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingPackageError
from ..geometry.projection import pca, tsne
from ..runs.read import StepRecord
from ..runs.vectors import Cloud
from ..values import Picture, Vectors
from .columns import number
from .film_strip import FilmStrip, Frame
from .path_plot import PathPlot, path_plot

MOST_POINTS = 3_000
"""More frames than that get no t-SNE, which would take minutes."""

MEANINGS = {
    "path_length": ("Length", "how far the path goes in all"),
    "straightness": ("Straightness", "times the straight way; 1 is the least"),
    "smoothness": ("Smoothness", "how abruptly state follows state; 0 is the smoothest"),
    "curvature": ("Curvature", "how far it turns at a state: 0 is straight on, 3.142 straight back"),
    "monotonicity": ("Monotonicity", "share of steps in which the likeness to the words does not fall"),
    "semantic_scores": ("Likeness to the words", "cosine, from the source to the end"),
    "identity_drift": ("Distance from the source", "in feature space, from the source to the end"),
}
"""A name and a few words for each figure; `docs/concepts/geometry.md` has the formulas."""

Figures = Mapping[str, float | tuple[float, ...]]


def states_strip(
    steps: Sequence[StepRecord], pictures: Sequence[str], crisp: bool, known: Figures
) -> FilmStrip:
    """The states from the source to the end, of which the pages have these pictures."""
    names, last = list(_state_names(steps)), len(pictures) - 1
    likeness = known.get("semantic_scores", ())
    figures = [number(value) for value in likeness] if isinstance(likeness, tuple) else []
    figures = figures if len(figures) == len(pictures) else [""] * len(pictures)
    frames = (
        Frame(
            picture,
            f"state {place}" if place else "source",
            label=f"State {place} · {names[place]}",
            alt=f"State {place}, {names[place]}",
            line=(names[place].capitalize(), figures[place]),
            badge="Source" if place == 0 else "End" if place == last else "",
            kind="chosen" if place == last else "",
            is_home=place == last,
        )
        for place, picture in enumerate(pictures)
    )
    return FilmStrip("The path", tuple(frames), crisp, _walked(steps))


def route_strip(pictures: Sequence[str], crisp: bool) -> FilmStrip:
    """The least-energy route from the source, which is not among the pictures, to the end of the path."""
    last = len(pictures)
    frames = (
        Frame(
            picture,
            f"route {place}",
            label=f"Route · {place} of {last}",
            alt=f"Picture {place} of the route",
            line=(f"{place} of {last}", ""),
            badge="End" if place == last else "",
        )
        for place, picture in enumerate(pictures, 1)
    )
    told = "from the source to the same end in the smallest steps, through the frames of all clips"
    return FilmStrip("The least-energy route", tuple(frames), crisp, told)


def is_same(route: Sequence[Picture], path: Sequence[Picture]) -> bool:
    """Whether the route has nothing to show beside the path."""
    return len(route) == len(path) and all(map(np.array_equal, route, path))


def _state_names(steps: Sequence[StepRecord]) -> Iterator[str]:
    yield "source"
    for round_number, step in enumerate(steps, 1):
        for index in step.passed:
            yield f"round {round_number}, frame {step.frame_times[index]}"


def _walked(steps: Sequence[StepRecord]) -> str:
    kept = sum(bool(step.passed) for step in steps)
    back = len(steps) - kept
    rolled = f", {back} of them rolled back" if back else ""
    walked = f"{_counted(kept, 'state')} in {_counted(len(steps), 'round')}{rolled}"
    return f"{walked}; the numbers are the likeness to the words"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Plane:
    """The path on one plane."""

    title: str
    meaning: str
    plot: PathPlot


@dataclass(frozen=True)
class Geometry:
    """The path through feature space, for the macro `geometry`; false where nothing of it is known."""

    figures: tuple[tuple[str, str, str], ...] = ()
    """Title, value and meaning of each."""
    planes: tuple[Plane, ...] = ()
    missing: str = ""
    """How to get the package that the planes need, where it is missing."""

    def __bool__(self) -> bool:
        return bool(self.figures or self.planes or self.missing)


def geometry(moved: bool, known: Figures, cloud: Cloud | None, with_tsne: bool) -> Geometry:
    """Of a run whose path left the source if it `moved`; `cloud` holds the features of all frames."""
    figures = _figures(known) if moved else ()
    try:
        return Geometry(figures, () if cloud is None else tuple(_planes(cloud, with_tsne)))
    except MissingPackageError as error:
        return Geometry(figures, missing=error.remedy)


def _figures(known: Figures) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (title, _figure(known[name]), meaning) for name, (title, meaning) in MEANINGS.items() if name in known
    )


def _figure(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        ends = (value[0], value[-1]) if len(value) > 1 else value
        return " → ".join(number(end) for end in ends) or "–"
    return number(value) if math.isfinite(value) else "not known"


def _planes(cloud: Cloud, with_tsne: bool) -> Iterator[Plane]:
    rounds, path = [max(1, int(one)) for one in cloud.round], cloud.path.tolist()
    ways: dict[str, tuple[Callable[[Vectors], NDArray[np.float64]], str]] = {
        "PCA": (pca, "Distances are true, but for what lies across the plane.")
    }
    if with_tsne and len(rounds) <= MOST_POINTS:
        ways["t-SNE"] = (tsne, "Neighbours stay neighbours; distances between groups mean nothing.")
    for title, (projected, meaning) in ways.items():
        yield Plane(title, meaning, path_plot(projected(cloud.vectors), path, rounds))
