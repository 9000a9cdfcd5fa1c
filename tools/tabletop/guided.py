"""Clips sampled as the package samples them: by DDIM, guided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import video
from torch import Tensor

Velocity = Callable[[Tensor, int], Tensor]
"""Of noisy latents at a timestep."""


def velocity_of(job: video.VideoJob, first: Tensor, texts: Tensor, scale: float) -> Velocity:
    """What the video model answers to first pictures and embedded texts, guided: two evaluations a step."""
    both = torch.cat([texts, job.embed(job.empty).expand(len(texts), -1, -1)])
    shown = torch.cat([first, first])

    def velocity(noisy: Tensor, time: int) -> Tensor:
        times = torch.full((2 * len(noisy),), time, device=noisy.device)
        found = job.predict(torch.cat([noisy, noisy]), shown, both, times).float()
        told, blank = found.chunk(2)
        return blank + scale * (told - blank)

    return velocity


def scheduler(steps: int) -> Any:
    """The model's scheduler, asked for so many steps."""
    made = video.build_scheduler()
    made.set_timesteps(steps)
    return made


def jump(sampler: Any, velocity: Velocity, noisy: Tensor, step: int) -> Tensor:
    """The latents after one of the scheduler's steps."""
    time = int(sampler.timesteps[step])
    landed: Tensor = sampler.step(velocity(noisy, time), time, noisy).prev_sample
    return landed


def walk(velocity: Velocity, noise: Tensor, steps: int) -> list[Tensor]:
    """The latents after each step from noise."""
    sampler, trajectory = scheduler(steps), [noise]
    for step in range(steps):
        trajectory.append(jump(sampler, velocity, trajectory[-1], step))
    return trajectory[1:]
