"""Solvers, on a model that knows the clean answer."""

from __future__ import annotations

import math

import pytest
import torch

from frame2frame.engine.sampling.noise import unipc_noise
from frame2frame.engine.sampling.solvers import DDIM, DPM, Euler, History, Solver, UniPC

CLEAN = torch.full((1, 1, 1, 2, 2), 0.5)
LEVELS = (0.0, 0.1, 0.4, 0.8, 1.0)


def solve(solver: Solver) -> torch.Tensor:
    """Run with a prediction that always stands for `CLEAN`."""
    latents, history = torch.randn(CLEAN.shape, generator=torch.Generator().manual_seed(0)), History()
    for index in range(len(solver.timesteps)):
        latents, history = solver.step(index, latents, CLEAN, history, lambda: torch.randn(CLEAN.shape))
    return latents


@pytest.mark.parametrize("kind", [DDIM, DPM])
def test_a_model_that_knows_the_answer_arrives_there(kind: type[DDIM] | type[DPM]) -> None:
    assert torch.allclose(solve(kind((999, 700, 400, 100), LEVELS)), CLEAN, atol=1e-6)


@pytest.mark.parametrize("kind", [DDIM, DPM])
def test_a_step_lands_on_the_next_level(kind: type[DDIM] | type[DPM]) -> None:
    """Noise of variance 1 - ᾱ is left: for the stochastic solver on average, over many values."""
    clean = torch.zeros(1, 1, 1, 300, 300)
    solver = kind((999, 700, 400, 100), LEVELS)
    latents = solver.noised(1, clean, torch.randn(clean.shape))
    latents, _ = solver.step(1, latents, clean, (), lambda: torch.randn(clean.shape))
    assert latents.var().item() == pytest.approx(1 - LEVELS[2], rel=0.05)


def test_the_velocity_gives_back_the_clean_latents() -> None:
    solver, noise = DDIM((999, 700, 400, 100), LEVELS), torch.randn(CLEAN.shape)
    level = LEVELS[2]
    velocity = level**0.5 * noise - (1 - level) ** 0.5 * CLEAN
    assert torch.allclose(solver.clean(2, solver.noised(2, CLEAN, noise), velocity), CLEAN, atol=1e-6)


@pytest.mark.parametrize("kind", [Euler, UniPC])
@pytest.mark.parametrize("steps", [1, 2, 3, 7])
def test_flow_matching_arrives_at_the_answer_too(kind: type[Euler] | type[UniPC], steps: int) -> None:
    noise = unipc_noise(steps, 3.0, 1000)
    assert torch.allclose(solve(kind(noise.timesteps, noise.levels)), CLEAN, atol=1e-6)


@pytest.mark.parametrize("kind", [Euler, UniPC])
def test_the_direction_from_clean_to_noise_gives_back_the_clean_latents(
    kind: type[Euler] | type[UniPC],
) -> None:
    noise, drawn = unipc_noise(4, 3.0, 1000), torch.randn(CLEAN.shape)
    solver = kind(noise.timesteps, noise.levels)
    assert torch.allclose(solver.clean(2, solver.noised(2, CLEAN, drawn), drawn - CLEAN), CLEAN, atol=1e-6)


def test_unipc_follows_a_curved_way_closer_than_euler() -> None:
    """Of a Gaussian with a known deviation, the way from any level to any other is known as well."""
    deviation, levels = 0.3, tuple(0.9 - 0.05 * step for step in range(13))

    def spread(level: float) -> float:
        return math.hypot((1 - level) * deviation, level)

    def error(solver: Euler | UniPC) -> float:
        latents, history = torch.full(CLEAN.shape, spread(levels[0])), History()
        for index, level in enumerate(levels[:-1]):
            clean = (1 - level) * deviation**2 / spread(level) ** 2 * latents
            latents, history = solver.step(index, latents, clean, history, lambda: CLEAN)
        return abs(latents.mean().item() - spread(levels[-1]))

    assert error(UniPC(levels[:-1], levels)) < 0.5 * error(Euler(levels[:-1], levels))
