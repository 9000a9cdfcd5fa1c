"""The energy that the path descends: what a frame costs as the next state.

    E = w_sem·(1 − cos(f, text)) + w_step·‖f − f_prev‖ + w_id·‖f − f_start‖
        + w_curve·‖f − 2·f_prev + f_before‖ + w_monotone·max(0, cos(f_prev, text) − cos(f, text))

All features f have unit length. The first line is the contract's energy; the second adds the curvature of
the path and asks that the similarity to the text never falls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..plugins.options import ENERGY, Flag, Widget, check, option
from ..values import Scores, Vectors

Column = NDArray[np.float64]

MOST_WEIGHT = 1_000.0

_STRANGER = math.sqrt(2.0)
"""The distance of two vectors that have nothing in common."""


def _weight(default: float, name: str, label: str, told: str) -> Any:
    widget = Widget("weights", f"{label} ({name})", step=0.05, beside=True)
    return option(default, told, low=0, high=MOST_WEIGHT, flag=Flag(name, panel=ENERGY), widget=widget)


@dataclass(frozen=True)
class Weights:
    """The weights of the energy's terms, each from 0 to 1,000. Raises InputError for others.

    A part that weighs frames inherits them, so that its options bear their names.
    """

    w_sem: float = _weight(1.0, "w_sem", "Words", "Cost of a frame that does not match the words.")
    w_step: float = _weight(0.1, "w_step", "Last step", "Cost of moving far from the last state.")
    w_id: float = _weight(0.1, "w_id", "Your picture", "Cost of moving far from your picture.")
    w_curve: float = _weight(0.0, "w_curve", "Bends", "Cost of a path that bends.")
    w_monotone: float = _weight(
        0.0, "w_monotone", "Falling back", "Cost of matching the words less than the last state did."
    )

    def __post_init__(self) -> None:
        check(self)

    def energy(self, frames: Features, path: Sequence[Features]) -> Column:
        """(frames,): the energy of each frame as the state after those of `path`, which has at least one."""
        last, before = path[-1], path[-2] if len(path) > 1 else path[-1]
        step = _lengths(frames.vectors - last.vectors)
        bend = _lengths(frames.vectors - 2.0 * last.vectors + before.vectors) if len(path) > 1 else 0.0 * step
        fall = np.maximum(last.semantic - frames.semantic, 0.0)
        return np.asarray(
            self.w_sem * (1.0 - frames.semantic)
            + self.w_step * step
            + self.w_id * frames.from_start
            + self.w_curve * bend
            + self.w_monotone * fall
        )


@dataclass(frozen=True, eq=False)
class Features:
    """What the energy knows of some frames, a row each."""

    vectors: Vectors
    """(frames, features) by the image encoder."""
    semantic: Column
    """Cosine to the target text."""
    from_start: Column
    """Distance to the source, by the identity encoder if there is one."""

    @classmethod
    def of(cls, scores: Scores) -> Features:
        """Of scored frames. A frame whose identity cannot be told is as far away as a stranger."""
        if scores.vectors is None:
            raise InputError("these scores have no vectors", remedy="score the frames again")
        name = "identity" if "identity" in scores.columns else "preservation"
        return cls(scores.vectors, scores["semantic"], np.nan_to_num(-scores[name], nan=_STRANGER))

    @classmethod
    def of_source(cls, scores: Scores) -> Features:
        """Of the source, one row."""
        if scores.start is None:
            raise InputError("these scores have no vectors", remedy="score the frames again")
        return cls(scores.start, np.array([scores.source["semantic"]]), np.zeros(1))

    def __getitem__(self, index: int) -> Features:
        rows = slice(index, index + 1)
        return Features(self.vectors[rows], self.semantic[rows], self.from_start[rows])


def _lengths(vectors: NDArray[np.floating]) -> Column:
    return np.asarray(np.linalg.norm(vectors.astype(np.float64), axis=-1))
