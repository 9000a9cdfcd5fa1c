"""Solvers: how to get from one noise level to the next, given a prediction of the clean latents.

A noise level is its ᾱ, the share of the signal in the variance: x = √ᾱ · clean + √(1 − ᾱ) · noise. The levels
are our own list, one a step and one for the end, so that any number of steps lands where the next one begins.
(diffusers steps by `1000 // steps`, which is the same wherever `steps` divides 1000.)

Models of flow matching (Lipman et al., 2023) mix linearly: there a level is σ, the share of noise in
x = (1 − σ) · clean + σ · noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from torch import Tensor

History = tuple[Tensor, ...]
"""What a solver remembers between steps; each tensor is (candidates, latent frames, …) like the latents."""

Draw = Callable[[], Tensor]
"""Fresh noise in the shape of the latents, each candidate's from its own generator."""


class Solver(Protocol):
    @property
    def timesteps(self) -> tuple[float, ...]:
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


@dataclass(frozen=True)
class FlowSolver:
    """The shared half: a model that predicts noise − clean, the direction from one to the other."""

    timesteps: tuple[float, ...]
    levels: tuple[float, ...]
    """σ at each timestep, and 0 at the end."""

    def clean(self, index: int, latents: Tensor, prediction: Tensor) -> Tensor:
        return latents - self.levels[index] * prediction

    def noised(self, index: int, clean: Tensor, noise: Tensor) -> Tensor:
        level = self.levels[index]
        return (1 - level) * clean + level * noise


@dataclass(frozen=True)
class Euler(FlowSolver):
    """Straight on, which is what weights distilled to a few steps were trained for."""

    def step(
        self, index: int, latents: Tensor, clean: Tensor, history: History, draw: Draw
    ) -> tuple[Tensor, History]:
        kept = self.levels[index + 1] / self.levels[index]
        return kept * latents + (1 - kept) * clean, ()


@dataclass(frozen=True)
class UniPC(FlowSolver):
    """UniPC of second order in its B₂ form (Zhao et al., 2023): correct the step that led here, then predict.

    The history is the corrected latents of the step before and the clean latents of the two before, the
    newest first. The last step is of first order, as it must be where the noise ends.
    """

    order: ClassVar[int] = 2

    def step(
        self, index: int, latents: Tensor, clean: Tensor, history: History, draw: Draw
    ) -> tuple[Tensor, History]:
        start, *before = history or (latents,)
        if before:
            latents = self._corrected(index, start, clean, before)
        known = (clean, *before)[: self.order]
        return self._predicted(index, latents, known), (latents, *known)

    def _predicted(self, index: int, latents: Tensor, known: Sequence[Tensor]) -> Tensor:
        first, scale = self._first_order(index, index + 1, latents, known[0])
        if len(known) < self.order or index + 2 == len(self.levels):
            return first
        _, slope = self._slope(index, index + 1, known)
        return first - scale * 0.5 * slope

    def _corrected(self, index: int, start: Tensor, clean: Tensor, before: Sequence[Tensor]) -> Tensor:
        """The latents at `index` again, now that the clean latents found there are known."""
        first, scale = self._first_order(index - 1, index, start, before[0])
        if len(before) < self.order:
            return first - scale * 0.5 * (clean - before[0])
        ratio, slope = self._slope(index - 1, index, before)
        older, newer = self._weights(index, ratio)
        return first - scale * (older * slope + newer * (clean - before[0]))

    def _first_order(self, origin: int, aim: int, latents: Tensor, clean: Tensor) -> tuple[Tensor, float]:
        """The step by the newest clean latents alone, and what the terms of higher order are scaled with."""
        shrunk = math.expm1(-self._stride(origin, aim))
        scale = (1 - self.levels[aim]) * shrunk
        return self.levels[aim] / self.levels[origin] * latents - scale * clean, scale

    def _slope(self, origin: int, aim: int, known: Sequence[Tensor]) -> tuple[float, Tensor]:
        """How far back the older clean latents lie, in strides, and the change from there a stride."""
        ratio = self._stride(origin, origin - 1) / self._stride(origin, aim)
        return ratio, (known[1] - known[0]) / ratio

    def _weights(self, index: int, ratio: float) -> tuple[float, float]:
        """The corrector's two weights: the solution of their order conditions."""
        stride = -self._stride(index - 1, index)
        shrunk = math.expm1(stride)
        first = shrunk / stride - 1
        second = 2 * (first / stride - 0.5) / shrunk
        first /= shrunk
        newer = (second - ratio * first) / (1 - ratio)
        return first - newer, newer

    def _stride(self, origin: int, aim: int) -> float:
        return _flow_ratio(self.levels[aim]) - _flow_ratio(self.levels[origin])


def _flow_ratio(level: float) -> float:
    """λ, the logarithm of signal over noise; infinite where the noise ends."""
    return math.log((1 - level) / level) if level else math.inf


def _log_ratio(level: float) -> float:
    """λ, half the logarithm of the signal-to-noise ratio; infinite at either end."""
    if level in (0.0, 1.0):
        return math.inf if level else -math.inf
    return 0.5 * math.log(level / (1 - level))
