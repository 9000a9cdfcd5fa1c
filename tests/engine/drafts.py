"""Drafts of several candidates, and that one equals a clip of diffusers' own pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.plugins.stages import Item
from frame2frame.values import Frames, Sampling

MakeItem = Callable[..., Item]

ANY = np.zeros((40, 60, 3), np.uint8)
"""A picture of which only the aspect counts."""
TOLERANCE = 1e-4


def drafted(
    model: CogVideoX | Wan, make: MakeItem, seeds: Sequence[int] = (1, 2, 3)
) -> tuple[Denoising, Sampling]:
    sampling = model.sampling(ANY)
    return model.draft([make(seed, sampling) for seed in seeds], sampling), sampling


def assert_same(draft: Denoising, candidate: int, latents: torch.Tensor, frames: Frames) -> None:
    """`latents` without padding; `frames` from 0 to 1."""
    assert torch.allclose(draft.latents(candidate), latents, rtol=0, atol=TOLERANCE)
    ours = np.concatenate(list(draft.decode(candidate)))
    assert ours.shape == frames.shape
    assert np.abs(ours - frames * 255.0).max() <= 0.5 + 255 * TOLERANCE
