"""How well pictures survive the way into the model's latents and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.families.cogvideox.generator import CogVideoX
from ...errors import InputError
from ...media.pictures import decibels
from ...plugins.stages import Generator
from ...values import Frames
from ...worlds.tabletop import Episode
from ..episodes import Drawing, drawings
from ..plan import FRAMES, Plan
from ..results import COUNT, Column
from ..statistics import Number
from ..task import Task

Coder = Callable[[Frames], Frames]
"""(frames, height, width, 3) through the VAE, rounded to 8 bits again."""


def require_vae(generator: Generator) -> CogVideoX:
    """The generator, if its VAE is known; raises InputError for another family than CogVideoX."""
    if isinstance(generator, CogVideoX):
        return generator
    raise InputError(
        "this part knows only the VAE of CogVideoX",
        got=type(generator).__name__,
        remedy="choose a model of the family cogvideox",
    )


def coder(generator: Generator) -> Coder:
    """The VAE of a CogVideoX model as a way there and back; raises InputError for another family."""
    from ...engine.families.cogvideox import network as cogvideox_network

    known = require_vae(generator)
    parts = cogvideox_network.load(known.folder(), known.device, known.dtype)
    family = cogvideox_network.CogVideoXFamily(parts)

    def there_and_back(frames: Frames) -> Frames:
        import torch

        parts.residence.bring(parts.vae)
        values = torch.from_numpy(frames.astype(np.float32) / 255) * 2 - 1
        video = values.permute(3, 0, 1, 2)[None].to(family.device, parts.vae.dtype)
        with torch.inference_mode():
            latents = parts.vae.encode(video).latent_dist.mode().transpose(1, 2)
            chunks = family.decode(latents * parts.vae.config.scaling_factor)
            return np.concatenate([chunk[0] for chunk in chunks])

    return there_and_back


@dataclass(frozen=True)
class Loss:
    """Mean squared errors of one clip, a number a frame, in levels²."""

    seed: int
    kind: str
    errors: tuple[float, ...]


def _psnr(header: str, name: str, of: Callable[[NDArray[np.float64]], Any]) -> Column:
    """Of errors (clips, frames), averaged over all pixels as if it were one long clip."""
    return Column(
        header,
        name,
        lambda ones: Number(decibels(float(of(np.stack([one.errors for one in ones])))), 2),
    )


COLUMNS = (
    COUNT,
    _psnr("all frames, dB", "all_frames", lambda errors: errors.mean()),
    _psnr("first frame, dB", "first_frame", lambda errors: errors[:, 0].mean()),
    _psnr("last frame, dB", "last_frame", lambda errors: errors[:, -1].mean()),
    _psnr("worst clip, dB", "worst_clip", lambda errors: errors.mean(axis=1).max()),
)


class Vae(Task):
    """Whole held-out clips are sent through the VAE."""

    tables = (("Clips through the VAE (PSNR)", COLUMNS),)

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.frames = frames = plan.frames or FRAMES
        if frames < 2 or frames % 8 != 1:
            what = "a clip for the VAE has a multiple of 8 frames, plus 1"
            nearest = max(8 * round((frames - 1) / 8), 8) + 1
            raise InputError(what, got=str(frames), remedy=f"the nearest is {nearest}")

    @cached_property
    def through(self) -> Coder:
        return coder(self.stages.generator)

    def drawings(self) -> Sequence[Drawing]:
        return drawings(self.plan.count, self.frames)

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Loss]:
        for one in batch:
            difference = self.through(one.frames).astype(np.float64) - one.frames
            yield Loss(one.seed, one.kind, tuple((difference**2).mean(axis=(1, 2, 3)).tolist()))
