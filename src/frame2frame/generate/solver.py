"""Solvers: how to get from one noise level to the next, given a prediction of the clean latents.

A noise level is its ᾱ, the share of the signal in the variance: x = √ᾱ · clean + √(1 − ᾱ) · noise. The levels
are our own list, one a step and one for the end, so that any number of steps lands where the next one begins.
(diffusers steps by `1000 // steps`, which is the same wherever `steps` divides 1000.)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

History = tuple[Tensor, ...]
"""What a solver remembers between steps; each tensor is (candidates, latent frames, …) like the latents."""

Draw = Callable[[], Tensor]
"""Fresh noise in the shape of the latents, each candidate's from its own generator."""


class Solver(Protocol):
    @property
    def timesteps(self) -> tuple[int, ...]:
        """What the model is told at each step."""

    def clean(self, index: int, latents: Tensor, prediction: Tensor) -> Tensor:
        """The clean latents that the model's prediction at step `index` stands for."""

    def step(
        self, index: int, latents: Tensor, clean: Tensor, history: History, draw: Draw
    ) -> tuple[Tensor, History]:
        """The latents at the level of step `index + 1`."""

    def noised(self, index: int, clean: Tensor, noise: Tensor) -> Tensor:
        """Clean latents brought to the level at which step `index` begins."""


@dataclass(frozen=True)
class VelocitySolver:
    """The shared half: a model that predicts v = √ᾱ · noise − √(1 − ᾱ) · clean (Salimans and Ho, 2022)."""

    timesteps: tuple[int, ...]
    levels: tuple[float, ...]
    """ᾱ at each timestep, and at the end."""

    def clean(self, index: int, latents: Tensor, prediction: Tensor) -> Tensor:
        level = self.levels[index]
        return math.sqrt(level) * latents - math.sqrt(1 - level) * prediction

    def noised(self, index: int, clean: Tensor, noise: Tensor) -> Tensor:
        level = self.levels[index]
        return math.sqrt(level) * clean + math.sqrt(1 - level) * noise


@dataclass(frozen=True)
class DDIM(VelocitySolver):
    """Deterministic (Song et al., 2020, equation 12 with σ = 0)."""

    def step(
        self, index: int, latents: Tensor, clean: Tensor, history: History, draw: Draw
    ) -> tuple[Tensor, History]:
        level, following = self.levels[index], self.levels[index + 1]
        keep = math.sqrt((1 - following) / (1 - level))
        return keep * latents + (math.sqrt(following) - math.sqrt(level) * keep) * clean, ()


@dataclass(frozen=True)
class DPM(VelocitySolver):
    """DPM-Solver++ SDE of second order, as CogVideoX's authors sample (Lu et al., 2022)."""

    def step(
        self, index: int, latents: Tensor, clean: Tensor, history: History, draw: Draw
    ) -> tuple[Tensor, History]:
        level, following = self.levels[index], self.levels[index + 1]
        stride = _log_ratio(following) - _log_ratio(level)
        noise, aim = draw(), clean
        if history and index + 1 < len(self.timesteps):
            # diffusers draws again here and throws the first draw away; so do we, to follow the same seed.
            noise = draw()
            previous = _log_ratio(level) - _log_ratio(self.levels[index - 1])
            aim = clean + stride / (2 * previous) * (clean - history[0])
        keep = math.sqrt((1 - following) / (1 - level)) * math.exp(-stride)
        fresh = math.sqrt((1 - following) * -math.expm1(-2 * stride))
        return keep * latents - math.expm1(-2 * stride) * math.sqrt(following) * aim + fresh * noise, (clean,)


def _log_ratio(level: float) -> float:
    """λ, half the logarithm of the signal-to-noise ratio; infinite at either end."""
    if level in (0.0, 1.0):
        return math.inf if level else -math.inf
    return 0.5 * math.log(level / (1 - level))
