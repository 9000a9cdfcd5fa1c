"""Noise levels of flow matching: σ, the share of noise, falls from 1 to 0, shifted towards the noisy end.

Both lists are those of the models' own authors. Nothing here imports torch, so that settings which depend on
a step's level can be worked out before a model loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float64]

_BELOW_ONE = 1e-6
"""UniPC takes the logarithm of 1 − σ, so it begins this much below 1."""


@dataclass(frozen=True)
class Noise:
    """The levels of a run, in float32 precision, as models are told them."""

    timesteps: tuple[float, ...]
    """What the model is told at each step, from the number of training steps down."""
    levels: tuple[float, ...]
    """σ at each step, and 0 at the end."""


def unipc_noise(steps: int, shift: float, training_steps: int) -> Noise:
    """As UniPC is run with flow matching: down to one training step before the end, whole timesteps."""
    levels = _shifted(np.linspace(1, 1 / training_steps, steps + 1)[:-1], shift)
    if abs(levels[0] - 1) < _BELOW_ONE:
        levels[0] -= _BELOW_ONE
    timesteps = tuple(int(level * training_steps) for level in levels)
    return Noise(timesteps, (*_single(levels), 0.0))


def euler_noise(steps: int, shift: float, training_steps: int) -> Noise:
    """Even parts of the way, which at 4 steps and a shift of 5 are 1, 15/16, 5/6 and 5/8."""
    levels = _single(_shifted(np.linspace(1, 0, steps + 1)[:-1], shift))
    timesteps = tuple(float(np.float32(level) * np.float32(training_steps)) for level in levels)
    return Noise(timesteps, (*levels, 0.0))


def _shifted(levels: Levels, shift: float) -> Levels:
    return shift * levels / (1 + (shift - 1) * levels)


def _single(levels: Levels) -> tuple[float, ...]:
    return tuple(float(np.float32(level)) for level in levels)
