"""Part "vae": how well pictures survive the way into the model's latents and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.families.cogvideox.generator import CogVideoX
from ..errors import InputError
from ..media.pictures import decibels
from ..plugins.stages import Generator
from ..values import Frames
from ..worlds.tabletop import KINDS
from .crew import crew
from .found import Found, Row, Table
from .making import stages_of
from .plan import FRAMES, Plan, Report, drawings, drawn

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
    from ..engine.families.cogvideox import network as cogvideox_network

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


@dataclass(frozen=True, eq=False)
class Loss:
    """Mean squared errors of one clip, a number a frame, in levels²."""

    seed: int
    kind: str
    errors: NDArray[np.float64]


def run(plan: Plan, report: Report) -> Found:
    """Send whole held-out clips through the VAE."""
    frames = plan.frames or FRAMES
    if frames < 2 or frames % 8 != 1:
        remedy = f"the nearest is {max(8 * round((frames - 1) / 8), 8) + 1}"
        raise InputError(
            "a clip for the VAE has a multiple of 8 frames, plus 1", got=str(frames), remedy=remedy
        )
    through, losses = coder(stages_of(plan).generator), []
    with crew(plan) as hands:
        for one in drawn(drawings(plan.count, frames), hands, plan.batch):
            difference = through(one.frames).astype(np.float64) - one.frames
            losses.append(Loss(one.seed, one.kind, (difference**2).mean(axis=(1, 2, 3))))
            report(len(losses))
    return _found(losses)


def _found(losses: Sequence[Loss]) -> Found:
    kinds = {kind: [one for one in losses if one.kind == kind] for kind in KINDS}
    groups = {"all": list(losses)} | {kind: ones for kind, ones in kinds.items() if ones}
    figures = {name: _figures(ones) for name, ones in groups.items()}
    header = ("kind", "n", "all frames, dB", "first frame, dB", "last frame, dB", "worst clip, dB")
    rows = tuple(
        (name, str(len(groups[name])), *(f"{value:.2f}" for value in found.values()))
        for name, found in figures.items()
    )
    return Found(
        figures, [_row(one) for one in losses], (Table("Clips through the VAE (PSNR)", header, rows),)
    )


def _figures(losses: Sequence[Loss]) -> dict[str, float]:
    """From errors averaged over all pixels of all clips, as one long clip."""
    errors = np.stack([one.errors for one in losses])
    return {
        "all_frames": decibels(float(errors.mean())),
        "first_frame": decibels(float(errors[:, 0].mean())),
        "last_frame": decibels(float(errors[:, -1].mean())),
        "worst_clip": decibels(float(errors.mean(axis=1).max())),
    }


def _row(one: Loss) -> Row:
    errors = [decibels(float(error)) for error in (one.errors.mean(), one.errors[0], one.errors[-1])]
    names = ("all_frames", "first_frame", "last_frame")
    return {
        "seed": one.seed,
        "kind": one.kind,
        **{n: round(e, 3) for n, e in zip(names, errors, strict=True)},
    }
