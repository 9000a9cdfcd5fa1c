"""How near the states of an edit stay to the drawn clip, in which the edit goes its true way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..media.pictures import resized
from ..runs.states import measured, states
from ..runs.vectors import routed
from ..values import Frames, Step
from ..worlds.tabletop import Episode, judge


@dataclass(frozen=True)
class Way:
    """One edit: its answer and how it came there."""

    states: tuple[tuple[int, int], ...]
    """Seed and frame number of each state after the source; the last one is the answer."""
    arrived: bool
    """Whether the selector, or the path's gate, takes the answer for the edit."""
    success: bool
    half: bool
    edit_error: float
    spill: float
    distance: float | None
    """Mean error of the states to the nearest drawn frame; None for the source as an answer."""
    path_length: float
    smoothness: float
    rounds: int
    clips: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded."""
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in vars(self).items()}


def way(steps: Sequence[Step], arrived: bool, one: Episode) -> Way:
    """What is true of an edit that went these steps."""
    pictures = np.stack(list(states(one.source, steps)))
    answer, figures = judge(pictures[-1:], one), measured(steps)
    passed = [(step.clip.seed, index) for step in steps for index in step.passed]
    return Way(
        states=tuple(passed),
        arrived=arrived,
        success=bool(answer.success[0]),
        half=bool(answer.half[0]),
        edit_error=float(answer.edit_error[0]),
        spill=float(answer.spill[0]),
        distance=float(off_truth(pictures[1:], one).mean()) if passed else None,
        path_length=_number(figures["path_length"]),
        smoothness=_number(figures["smoothness"]),
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


def route_distance(steps: Sequence[Step], one: Episode) -> tuple[float, int] | None:
    """That of the least-energy route over all frames of all rounds to the same answer, and its states.

    None for the source as an answer.
    """
    frames = routed(steps)
    if not frames:
        return None
    shown = np.stack([resized(frame, *one.source.shape[:2]) for frame in frames])
    return float(off_truth(shown, one).mean()), len(shown)


def clip_distance(steps: Sequence[Step], one: Episode) -> float | None:
    """That of all frames passed through: of each kept clip those up to the chosen one.

    None for the source as an answer.
    """
    kept = [(step.clip.frames, step.passed[-1]) for step in steps if step.passed]
    if not kept:
        return None
    frames = np.concatenate([clip[min(1, last) : last + 1] for clip, last in kept])
    return float(off_truth(np.stack([resized(frame, *one.source.shape[:2]) for frame in frames]), one).mean())


def _inside(frames: Frames, one: Episode) -> NDArray[np.float64]:
    """(frames, values) of the changed pixels."""
    return frames[:, one.changed].reshape(len(frames), -1).astype(np.float64)


def _squares(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("fv,fv->f", rows, rows))


def _number(figure: float | tuple[float, ...]) -> float:
    assert isinstance(figure, float)
    return figure
