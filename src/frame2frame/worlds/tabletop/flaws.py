"""What generated clips get wrong besides the edit: late drift, flicker, a glitch, going past the goal.

Each begins once the edit is complete, but for flicker, which lasts for the whole clip; so the first complete
frame stays the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ...values import Frames
from .draws import Draws

States = NDArray[np.float64]
"""(frames, numbers): see `Scene.pack`."""

State = NDArray[np.float64]
"""(numbers,)."""

Shares = NDArray[np.float64]
"""(frames,)."""

_DISTANCE, _SIDE, _LIGHT = 0, 1, slice(2, 5)

BLOCKS = 8
"""A glitch shuffles the picture's 8 × 8 blocks."""

PAST_THE_GOAL = ("left", "right", "closer", "away", "float", "grow", "shrink", "squash", "zoom", "orbit")
"""Kinds that can be overdone; of the others a clip goes on to another value."""


def flawed(draws: Draws, flaw: str, states: States, progress: Sequence[float], further: State) -> States:
    """The states of the clip with the flaw, one of `FLAWS`; `further` leads from the goal past it."""
    if flaw == "overshoot":
        return np.asarray(states + shares(progress)[:, None] * further)
    return FLAWS[flaw](draws, states, shares(progress))


def shares(progress: Sequence[float]) -> Shares:
    """(frames,): 0 until the edit is complete, and from there evenly up to 1 in the last frame."""
    start = next(i for i, done in enumerate(progress) if done == 1.0)
    last = max(len(progress) - 1 - start, 1)
    return np.array([max(0.0, (i - start) / last) for i in range(len(progress))])


def _camera(draws: Draws, states: States, share: Shares) -> States:
    """The camera turns or comes closer."""
    sign = draws.one_of((-1.0, 1.0))
    if draws.chance(0.5):
        states[:, _SIDE] += share * sign * draws.between(0.06, 0.15)
    else:
        states[:, _DISTANCE] *= 1.0 + share * sign * draws.between(0.12, 0.3)
    return states


def _colour(draws: Draws, states: States, share: Shares) -> States:
    """The light takes on another colour."""
    gains = np.array([draws.between(0.55, 1.0), draws.between(0.55, 1.0), draws.between(0.55, 1.0)])
    states[:, _LIGHT] *= 1.0 + share[:, None] * (gains - 1.0)
    return states


def _flicker(draws: Draws, states: States, share: Shares) -> States:
    """The light goes up and down at random from the second frame on."""
    height = draws.between(0.04, 0.1)
    gains = [1.0] + [1.0 - height * draws.unit() for _ in share[1:]]
    states[:, _LIGHT] *= np.array(gains)[:, None]
    return states


def _as_it_is(draws: Draws, states: States, share: Shares) -> States:
    return states


FLAWS: dict[str, Callable[[Draws, States, Shares], States]] = {
    "camera": _camera,
    "colour": _colour,
    "flicker": _flicker,
    "glitch": _as_it_is,
    "overshoot": _as_it_is,
}
"""The flaws by name. A glitch is in the pictures, and what goes past the goal is known from the edit."""


def glitched(draws: Draws, frames: Frames, complete: int) -> Frames:
    """The clip with the blocks of its last one to three frames after the complete one in another order."""
    broken, side = frames.copy(), frames.shape[1] // BLOCKS
    places = [(row, column) for row in range(BLOCKS) for column in range(BLOCKS)]
    for index in range(max(complete + 1, len(frames) - 1 - draws.below(3)), len(frames)):
        for place, (row, column) in zip(places, draws.some_of(places, len(places)), strict=True):
            to = tuple(slice(side * at, side * (at + 1)) for at in place)
            of = slice(side * row, side * (row + 1)), slice(side * column, side * (column + 1))
            broken[index][to] = frames[index][of]
    return broken
