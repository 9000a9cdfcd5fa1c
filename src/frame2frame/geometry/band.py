"""An elastic band through the states of a path: where they would rest if the path were pulled taut.

The greedy strategy never looks back, so its states may lie off the straight way. A band of springs between
them (the chain of states of Jónsson, Mills, Jacobsen 1998 and Henkelman, Uberuaga, Jónsson 2000: the nudged
elastic band) shows where each ought to be. The nudging proper splits off the slope of a known potential;
nothing gives us that slope here, so this is the plain band: its answer is a wish, and the nearest frame that
exists, or one generated anew from there, is what can be had.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import Vectors

ROUNDS = 4
"""Few rounds straighten kinks between neighbours; very many end in the great circle of the ends."""

PULL = 0.5
"""The share of the way to its neighbours' mean that a state goes in a round; up to 1 it stays stable."""


@dataclass(frozen=True)
class Band:
    """The relaxed states. Ends stay where they were."""

    positions: Vectors
    """(states, features), unit length."""
    nearest: tuple[int, ...]
    """For each state the frame that is nearest to its position."""
    gaps: tuple[float, ...]
    """How far that frame is from it, in feature space; a wide gap asks for a new frame."""


def relax(states: Vectors, frames: Vectors, rounds: int = ROUNDS, pull: float = PULL) -> Band:
    """Pull the inner `states` (states, features) taut on the unit sphere.

    `frames` (frames, features) are those that exist, of which the nearest ones are named.
    """
    positions = np.array(states, dtype=np.float64)
    for _ in range(rounds if len(positions) > 2 else 0):
        middle = (positions[:-2] + positions[2:]) / 2
        positions[1:-1] = _on_sphere(positions[1:-1] + pull * (middle - positions[1:-1]), positions[1:-1])
    return _beside(positions, np.asarray(frames, dtype=np.float64))


def _on_sphere(points: NDArray[np.float64], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of unit length; a point at the centre has no direction and stays where it was."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, points / np.maximum(lengths, 1e-9), otherwise)


def _beside(positions: NDArray[np.float64], frames: NDArray[np.float64]) -> Band:
    distances = np.stack([np.linalg.norm(frames - position, axis=1) for position in positions])
    return Band(
        positions=positions.astype(np.float32),
        nearest=tuple(int(index) for index in distances.argmin(axis=1)),
        gaps=tuple(float(gap) for gap in distances.min(axis=1)),
    )
