"""How long, smooth and straight a path through feature space is, and whether it nears the wish.

A path is an array (states, features) of unit-length vectors, from the source to the end. Lengths are chords,
the L2 distances of the embedding space, so a great circle is as straight as a path can be but not of
straightness 1. `docs/concepts/geometry.md` has every formula.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files.as_json import plain
from ..values import Vectors

Points = NDArray[np.float64]
"""(points, features)."""

STRAIGHTNESS_POINTS = 9
"""As many points of equal arc length stand for a path of any number of frames."""

REASONS = "reasons"

NO_LENGTH = 1e-6
"""Two unit vectors nearer than this are the same picture, encoded in single precision."""


@dataclass(frozen=True)
class Measures:
    """Everything that is measured of one path."""

    path_length: float
    smoothness: float
    curvature: float
    """Radians."""
    monotonicity: float
    straightness: float
    """At least 1; infinite for a path that returns to where it began."""
    semantic_scores: tuple[float, ...]
    identity_drift: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """What metrics.json holds; see `figures_as_json`."""
        return figures_as_json(vars(self))


def measures(vectors: Vectors, semantic: Sequence[float], through: Vectors | None = None) -> Measures:
    """Measure the path of `vectors` (states, features), whose states have the cosines `semantic`.

    `through` (frames, features) are all frames passed through, states included, for the straightness;
    without them the states are taken. Raises InputError for no state, another shape, or numbers that
    are not finite.
    """
    points = _path(vectors)
    if len(semantic) != len(points):
        raise InputError(
            "each state of a path has one semantic score",
            got=f"{len(points)} states and {len(semantic)} scores",
            remedy="score every state",
        )
    return Measures(
        path_length=path_length(points),
        smoothness=smoothness(points),
        curvature=curvature(points),
        monotonicity=monotonicity(semantic),
        straightness=straightness(points if through is None else _path(through)),
        semantic_scores=tuple(float(score) for score in semantic),
        identity_drift=identity_drift(points),
    )


def figures_as_json(figures: Mapping[str, float | tuple[float, ...]]) -> dict[str, Any]:
    """Plain JSON values; what JSON has no number for is null, and `REASONS` says why."""
    reasons = _why_not_finite(figures)
    return {**plain(figures), **({REASONS: reasons} if reasons else {})}


def _why_not_finite(figures: Mapping[str, float | tuple[float, ...]]) -> dict[str, str]:
    values = {name: value if isinstance(value, tuple) else (value,) for name, value in figures.items()}
    return {
        name: _ENDLESS.get(name, "some of it is not known")
        for name, numbers in values.items()
        if not all(map(math.isfinite, numbers))
    }


_ENDLESS = {"straightness": "infinite: the path moves and ends where it began"}


def path_length(vectors: Vectors | Points) -> float:
    """The accumulated L2 distance from state to state."""
    return float(_lengths(_steps(vectors)).sum())


def smoothness(vectors: Vectors | Points) -> float:
    """The mean norm of the second differences: smaller is smoother, 0 under three states."""
    second = np.diff(_steps(vectors), axis=0)
    return float(_lengths(second).mean()) if len(second) else 0.0


def curvature(vectors: Vectors | Points) -> float:
    """The mean angle in radians between successive displacements; those of no length are skipped.

    0 under three states, or when fewer than two displacements have a length.
    """
    steps = _steps(vectors)
    lengths = _lengths(steps)
    moves = lengths > NO_LENGTH
    directions = steps[moves] / lengths[moves, None]
    if len(directions) < 2:
        return 0.0
    # Of the half angle: an arc cosine is blind to small turns.
    half = np.arctan2(_lengths(np.diff(directions, axis=0)), _lengths(directions[1:] + directions[:-1]))
    return float(2.0 * half.mean())


def monotonicity(semantic: Sequence[float]) -> float:
    """The share of steps in which the semantic score does not fall; 1 for a single state."""
    rises = np.diff(np.asarray(semantic, dtype=np.float64)) >= 0
    return float(rises.mean()) if len(rises) else 1.0


def straightness(vectors: Vectors | Points) -> float:
    """Path length over straight distance, both of nine points of equal arc length; 1 is a straight line.

    A path of no length is straight (1); one that moves and returns to where it began is infinitely crooked.
    """
    points = resample(vectors, STRAIGHTNESS_POINTS)
    length = path_length(points)
    distance = float(np.linalg.norm(points[-1] - points[0]))
    if length <= NO_LENGTH:
        return 1.0
    return length / distance if distance > NO_LENGTH else math.inf


def identity_drift(vectors: Vectors | Points) -> tuple[float, ...]:
    """Each state's feature distance to the first."""
    points = np.asarray(vectors, dtype=np.float64)
    return tuple(float(length) for length in _lengths(points - points[0]))


def resample(points: Vectors | Points, count: int) -> Points:
    """(count, features): points on the polyline, equally far apart along it, both ends kept.

    They lie on the chords, a little inside the sphere. A path of no length gives its point `count` times.
    """
    path = np.asarray(points, dtype=np.float64)
    reached = np.concatenate([[0.0], np.cumsum(_lengths(_steps(path)))])
    wanted = np.linspace(0.0, reached[-1], count)
    before = np.clip(np.searchsorted(reached, wanted, side="right") - 1, 0, max(0, len(path) - 2))
    after = np.minimum(before + 1, len(path) - 1)
    gap = reached[after] - reached[before]
    share = np.divide(wanted - reached[before], gap, out=np.zeros_like(wanted), where=gap > 0)
    return np.asarray(path[before] + share[:, None] * (path[after] - path[before]))


def _path(vectors: Vectors) -> Points:
    points = np.asarray(vectors, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape or not np.isfinite(points).all():
        raise InputError(
            "a path is one finite vector for each of its states",
            got=f"an array of shape {points.shape}",
            remedy="give (states, features)",
        )
    return points


def _steps(vectors: Vectors | Points) -> Points:
    return np.diff(np.asarray(vectors, dtype=np.float64), axis=0)


def _lengths(differences: Points) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(differences, axis=-1))
