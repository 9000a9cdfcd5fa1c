"""How good an answer is, and how near the states of an edit stay to the drawn clip, the true way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...media.canvas import Canvas
from ...runs.states import measured, states
from ...runs.vectors import routed
from ...values import Frames, Picture, Step
from ...worlds.tabletop import Episode, Judged
from ..measures.looks import looked
from ..results.columns import median, share


@dataclass(frozen=True)
class Answer:
    """How good one picture is as an answer."""

    success: bool
    half: bool
    edit_error: float
    spill: float
    sharpness: float | None = field(default=None, kw_only=True)
    perceptual: float | None = field(default=None, kw_only=True)
    clean: bool | None = field(default=None, kw_only=True)
    """This and the two before are None where nothing looked at it: see `Looked`."""

    @classmethod
    def of(cls, judged: Judged, at: int = 0) -> Answer:
        """Of several pictures that were judged."""
        return cls(**{name: values.tolist()[at] for name, values in vars(judged).items()})


SUCCESS, HALF = share("success [95 %]", "success"), share("half [95 %]", "half")
ERROR, SPILL = median("error", "edit_error"), median("spill", "spill", 4)
ANSWERED = (SUCCESS, HALF, ERROR, SPILL)
"""Figures of answers."""

LOOKS = (
    median("sharpness", "sharpness", 2),
    median("perceptual", "perceptual", 4),
    share("clean", "clean", is_brief=True),
)
"""How answers look."""


@dataclass(frozen=True)
class Way(Answer):
    """One edit: its answer and how it came there."""

    states: tuple[tuple[int, int], ...]
    """Seed and frame number of each state after the source; the last one is the answer."""
    arrived: bool
    """Whether the selector, or the path's gate, takes the answer for the edit."""
    distance: float | None
    """Mean error of the states to the nearest drawn frame; None for the source as an answer."""
    path_length: float
    smoothness: float
    rounds: int
    clips: int


def in_full(frames: Frames, one: Episode) -> Frames:
    """A clip's frames in the size of the episode's pictures."""
    return np.stack([Canvas.of(one.source).placed(frame) for frame in frames])


def way(steps: Sequence[Step], arrived: bool, one: Episode, start: Picture | None = None) -> Way:
    """What is true of an edit that went these steps, from the `start` where that is not the source."""
    pictures = np.stack(list(states(Canvas.of(one.source if start is None else start), steps)))
    figures: dict[str, Any] = dict(measured(steps))
    passed = [(step.clip.seed or 0, index) for step in steps for index in step.passed]
    return Way(
        **vars(Answer.of(looked(pictures[-1:], one))),
        states=tuple(passed),
        arrived=arrived,
        distance=float(off_truth(pictures[1:], one).mean()) if passed else None,
        path_length=figures["path_length"],
        smoothness=figures["smoothness"],
        rounds=len(steps),
        clips=sum(1 + len(step.others) for step in steps),
    )


def off_truth(frames: Frames, one: Episode) -> NDArray[np.float64]:
    """(frames,): the least error to any drawn frame of the episode.

    An error is the mean square inside the changed pixels, over that of the source against the target.
    """
    shown, drawn = _inside(frames, one), _inside(one.frames, one)
    # |s - d|², multiplied out; whole numbers below 2⁵³, so exact.
    squares = _squares(shown)[:, None] + _squares(drawn) - 2.0 * shown @ drawn.T
    source, target = _inside(one.source[None], one), _inside(one.target[None], one)
    return np.asarray(squares.min(axis=1) / _squares(source - target)[0])


@dataclass(frozen=True)
class Route:
    """Over all frames of all rounds to an answer; nothing of it for the source as an answer."""

    distance: float | None = None
    """From the true way."""
    states: int | None = None


def route_distance(steps: Sequence[Step], one: Episode) -> Route:
    """That of least energy to the answer of these steps."""
    frames = routed(steps)
    if not frames:
        return Route()
    return Route(float(off_truth(in_full(np.stack(frames), one), one).mean()), len(frames))


def clip_distance(steps: Sequence[Step], one: Episode) -> float | None:
    """That of all frames passed through: of each kept clip those up to the chosen one.

    None for the source as an answer.
    """
    kept = [(step.clip.frames, step.passed[-1]) for step in steps if step.passed]
    if not kept:
        return None
    frames = np.concatenate([clip[min(1, last) : last + 1] for clip, last in kept])
    return float(off_truth(in_full(frames, one), one).mean())


def _inside(frames: Frames, one: Episode) -> NDArray[np.float64]:
    """(frames, values) of the changed pixels."""
    return frames[:, one.changed].reshape(len(frames), -1).astype(np.float64)


def _squares(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("fv,fv->f", rows, rows))
