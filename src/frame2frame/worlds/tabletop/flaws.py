"""What generated clips get wrong besides the edit: late drift, flicker, a glitch, going past the goal.

Each begins once the edit is complete, but for flicker, which lasts for the whole clip; so the first complete
frame stays the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...values import Frames
from .draws import Draws

if TYPE_CHECKING:
    from .episodes import Plan

States = NDArray[np.float64]
"""(frames, numbers): see `Scene.pack`."""

_DISTANCE, _SIDE, _LIGHT = 0, 1, slice(2, 5)

BLOCKS = 8
"""A glitch shuffles the picture's 8 × 8 blocks."""

PAST_THE_GOAL = ("left", "right", "closer", "away", "float", "grow", "shrink", "squash", "zoom", "orbit")
"""Kinds that can be overdone; of the others a clip goes on to another value."""


def flawed(draws: Draws, plan: Plan, flaw: str) -> States:
    """The states of the clip with the flaw, one of `FLAWS`."""
    return FLAWS[flaw](draws, plan, plan.states(), shares(plan.progress))


def shares(progress: Sequence[float]) -> NDArray[np.float64]:
    """(frames,): 0 until the edit is complete, and from there evenly up to 1 in the last frame."""
    start = next(i for i, done in enumerate(progress) if done == 1.0)
    last = max(len(progress) - 1 - start, 1)
    return np.array([max(0.0, (i - start) / last) for i in range(len(progress))])


def _camera(draws: Draws, plan: Plan, states: States, share: NDArray[np.float64]) -> States:
    """The camera turns or comes closer."""
    sign = draws.one_of((-1.0, 1.0))
    if draws.chance(0.5):
        states[:, _SIDE] += share * sign * draws.between(0.06, 0.15)
    else:
        states[:, _DISTANCE] *= 1.0 + share * sign * draws.between(0.12, 0.3)
    return states


def _colour(draws: Draws, plan: Plan, states: States, share: NDArray[np.float64]) -> States:
    """The light takes on another colour."""
    gains = np.array([draws.between(0.55, 1.0), draws.between(0.55, 1.0), draws.between(0.55, 1.0)])
    states[:, _LIGHT] *= 1.0 + share[:, None] * (gains - 1.0)
    return states


def _flicker(draws: Draws, plan: Plan, states: States, share: NDArray[np.float64]) -> States:
    """The light goes up and down at random from the second frame on."""
    height = draws.between(0.04, 0.1)
    gains = [1.0] + [1.0 - height * draws.unit() for _ in share[1:]]
    states[:, _LIGHT] *= np.array(gains)[:, None]
    return states


def _overshoot(draws: Draws, plan: Plan, states: States, share: NDArray[np.float64]) -> States:
    """The edit goes past its goal, or on to another one."""
    start, end = plan.source.pack(), plan.target.pack()
    if plan.edit.kind in PAST_THE_GOAL:
        further = draws.between(0.25, 0.5) * (end - start)
    else:
        further = plan.rivals["other_value"].pack() - end
    return np.asarray(states + share[:, None] * further)


def _as_it_is(draws: Draws, plan: Plan, states: States, share: NDArray[np.float64]) -> States:
    return states


FLAWS: dict[str, Callable[[Draws, Plan, States, NDArray[np.float64]], States]] = {
    "camera": _camera,
    "colour": _colour,
    "flicker": _flicker,
    "glitch": _as_it_is,
    "overshoot": _overshoot,
}
"""The flaws by name. A glitch is in the pictures, not in the scene."""


def glitched(draws: Draws, frames: Frames) -> Frames:
    """The clip with the blocks of its last one to three frames in another order."""
    broken, side = frames.copy(), frames.shape[1] // BLOCKS
    places = [(row, column) for row in range(BLOCKS) for column in range(BLOCKS)]
    for index in range(len(frames) - 1 - draws.below(3), len(frames)):
        for place, (row, column) in zip(places, draws.some_of(places, len(places)), strict=True):
            to = tuple(slice(side * at, side * (at + 1)) for at in place)
            of = slice(side * row, side * (row + 1)), slice(side * column, side * (column + 1))
            broken[index][to] = frames[index][of]
    return broken
