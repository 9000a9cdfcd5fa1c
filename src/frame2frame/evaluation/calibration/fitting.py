"""A gate's numbers, fitted to the scores of clips whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...score.degree import COLUMN as DEGREE
from ...select.gate import MOST_CONTRAST
from ...values import Scores

WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""What a standard deviation of contrast may be worth, in standard deviations of the gains in similarity."""

FLOORS = (0.002, 0.005, 0.01, 0.02)
"""The share of complete frames that a least gain may refuse."""

ABSENT = 0.005
"""The share of clips that may be refused as their source seems not to show what the wish is about."""

MOST_FALSE = 0.01
"""The most of the clips with a complete frame of which no frame may be taken."""

NO_GAIN = -2.0
"""Every frame has it."""


@dataclass(frozen=True)
class Known:
    """A clip's scores, and its first complete frame."""

    scores: Scores
    truth: int | None


@dataclass(frozen=True)
class Fitted:
    """The numbers of a gate: see `Calibration`."""

    threshold: float
    weight: float
    gain: float
    presence: float


NEVER_NONE = Fitted(threshold=-1_000, weight=0, gain=NO_GAIN, presence=-1_000)
"""By these every frame shows the edit."""


@dataclass(frozen=True)
class _Columns:
    """The scores of all clips, (clips, frames), and the truth of each."""

    semantic: NDArray[np.float64]
    contrast: NDArray[np.float64]
    gain: NDArray[np.float64]
    truth: NDArray[np.intp]
    """−1 where no frame is complete."""

    @classmethod
    def of(cls, clips: Sequence[Known]) -> _Columns:
        semantic = np.stack([one.scores["semantic"] for one in clips])
        source = np.array([one.scores.source["semantic"] for one in clips])
        contrast = np.stack([one.scores["contrast"] for one in clips])
        truth = np.array([-1 if one.truth is None else one.truth for one in clips])
        return cls(semantic, np.minimum(contrast, MOST_CONTRAST), semantic - source[:, None], truth)

    @property
    def complete(self) -> NDArray[np.bool_]:
        return self.truth >= 0

    def at_truth(self, column: NDArray[np.float64]) -> NDArray[np.float64]:
        """(complete clips,): the numbers of their first complete frames."""
        rows = np.flatnonzero(self.complete)
        return np.asarray(column[rows, self.truth[rows]])


def fitted(clips: Sequence[Known]) -> Fitted:
    """The numbers by which most clips are answered rightly: of those without a complete frame none passes, of
    the others that frame does, and all but a few of these have one that passes.

    All clips are of one length; the same clips give the same numbers. Those whose wish is measured say
    nothing of the encoder.
    """
    columns = _Columns.of([one for one in clips if DEGREE not in one.scores.columns] or clips)
    best = max(_choices(columns), key=lambda one: one[0])[1]
    shown = [one.scores.presence for one in clips if one.scores.presence is not None]
    presence = _below(np.array(shown), ABSENT) if shown else 0.0
    return Fitted(_short(best.threshold), _short(best.weight), _short(best.gain), _short(presence))


def _choices(columns: _Columns) -> Iterator[tuple[int, Fitted]]:
    """Threshold, weight and least gain, with the number of clips that they answer rightly."""
    spread = float(columns.gain.std())
    own = columns.at_truth(columns.gain)
    floors = [NO_GAIN, *(_below(own, share) for share in FLOORS if len(own))]
    for weight in WEIGHTS:
        evidence = columns.semantic + weight * spread * columns.contrast
        for floor in dict.fromkeys(floors):
            right, threshold = _threshold(columns, np.where(columns.gain >= floor, evidence, -np.inf))
            yield right, Fitted(threshold, weight * spread, floor, 0.0)


def _threshold(columns: _Columns, evidence: NDArray[np.float64]) -> tuple[int, float]:
    """The best threshold of this evidence, the middle one where several are, and what it answers rightly."""
    best, own = evidence.max(axis=1), np.sort(columns.at_truth(evidence))
    due, others = np.sort(best[~columns.complete]), np.sort(best[columns.complete])
    levels = np.unique(evidence[np.isfinite(evidence)])
    between = np.concatenate([levels[:1] - 1.0, (levels[1:] + levels[:-1]) / 2, levels[-1:] + 1.0])
    right = np.searchsorted(due, between) + len(own) - np.searchsorted(own, between)
    right[np.searchsorted(others, between) > MOST_FALSE * len(others)] = -1
    found = np.flatnonzero(right == right.max())
    middle = found[len(found) // 2]
    return int(right[middle]), float(between[middle])


def _below(values: NDArray[np.float64], share: float) -> float:
    """Just so low that this share of the values is lower."""
    return float(np.quantile(values, share)) - 1e-6


def _short(number: float) -> float:
    return round(number, 5)
