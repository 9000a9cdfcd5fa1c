"""Whether what measures and draws can be trusted: the VAE, the measure of success, the image–text encoder.

How well pictures survive the way into the model's latents and back. Whether no rival passes as a success,
neither as drawn nor as the model's VAE shows it, while the target sent through the VAE does. Whether the
encoder knows the target from pictures that are not the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.device.placement import choose_devices
from ...engine.families.cogvideox.generator import CogVideoX
from ...errors import InputError
from ...media.pictures import decibels
from ...plugins.stages import Generator
from ...values import Frames, Picture
from ...worlds.tabletop import KINDS, Episode, judge
from ..plan import FRAMES
from ..results.columns import COUNT, Case, Column, Results, Table, grouped, share
from .task import Task, stages_of

Coder = Callable[[Frames], Frames]
"""(frames, height, width, 3) through the VAE, rounded to 8 bits again."""


def coder(generator: Generator) -> Coder:
    """The VAE of a CogVideoX model as a way there and back; raises InputError for another family."""
    from ...engine.families.cogvideox import network as cogvideox_network

    if not isinstance(generator, CogVideoX):
        what, remedy = "this part knows only the VAE of CogVideoX", "choose a model of the family cogvideox"
        raise InputError(what, got=type(generator).__name__, remedy=remedy)
    parts = cogvideox_network.load(generator.folder(), generator.device, generator.dtype)
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
class Loss(Case):
    """Mean squared errors of one clip, a number a frame, in levels²."""

    errors: tuple[float, ...]


def _psnr(header: str, name: str, of: Callable[[NDArray[np.float64]], Any]) -> Column:
    """Of errors (clips, frames), averaged over all pixels as if it were one long clip."""
    return Column(header, name, lambda ones: decibels(float(of(np.stack([one.errors for one in ones])))), 2)


LOSSES = (
    COUNT,
    _psnr("all frames, dB", "all_frames", lambda errors: errors.mean()),
    _psnr("first frame, dB", "first_frame", lambda errors: errors[:, 0].mean()),
    _psnr("last frame, dB", "last_frame", lambda errors: errors[:, -1].mean()),
    _psnr("worst clip, dB", "worst_clip", lambda errors: errors.mean(axis=1).max()),
)


class Vae(Task):
    """Whole held-out clips are sent through the VAE."""

    tables = (("Clips through the VAE (PSNR)", LOSSES),)

    @cached_property
    def through(self) -> Coder:
        first = str(choose_devices(self.plan.device)[0])
        return coder(stages_of(replace(self.plan, device=first)).generator)

    @property
    def frames(self) -> int:
        frames = self.plan.frames or FRAMES
        if frames < 2 or frames % 8 != 1:
            what = "a clip for the VAE has a multiple of 8 frames, plus 1"
            nearest = max(8 * round((frames - 1) / 8), 8) + 1
            raise InputError(what, got=str(frames), remedy=f"the nearest is {nearest}")
        return frames

    def see(self, one: Episode) -> Loss:
        difference = self.through(one.frames).astype(np.float64) - one.frames
        return Loss(one.seed, one.kind, tuple((difference**2).mean(axis=(1, 2, 3)).tolist()))


@dataclass(frozen=True)
class Passed(Case):
    """What counts as a success in one episode."""

    rivals: tuple[str, ...]
    """Of the rivals as drawn."""
    rivals_through_vae: tuple[str, ...]
    target_through_vae: bool
    target_error: float


def passed(one: Episode, came: tuple[Picture, Mapping[str, Picture]]) -> Passed:
    """Rivals and target judged as if they were answers; those that went through the VAE are given."""
    target = judge(came[0][None], one)
    return Passed(
        seed=one.seed,
        kind=one.kind,
        rivals=_passing(one, one.rivals),
        rivals_through_vae=_passing(one, came[1]),
        target_through_vae=bool(target.success[0]),
        target_error=round(float(target.edit_error[0]), 4),
    )


def _passing(one: Episode, pictures: Mapping[str, Picture]) -> tuple[str, ...]:
    hits = judge(np.stack(list(pictures.values())), one).success
    return tuple(name for name, hit in zip(pictures, hits, strict=True) if hit)


PASSED = (
    COUNT,
    share("any rival passes", "rivals"),
    share("any rival through the VAE", "rivals_through_vae"),
    share("target through the VAE", "target_through_vae"),
)


class Measure(Task):
    measure = staticmethod(passed)
    tables = (("What passes as a success", PASSED),)

    def see(self, one: Episode) -> tuple[Picture, Mapping[str, Picture]]:
        through = self.stages.generator.repeated
        return through(one.target), {name: through(rival) for name, rival in one.rivals.items()}


@dataclass(frozen=True)
class Gaps(Case):
    """For one episode how much closer the target is to a caption than each rival is, in cosine."""

    by_rule: Mapping[str, float]
    by_grammar: Mapping[str, float]

    def over(self, rival: str) -> tuple[float, float]:
        """With the grammar's caption and with the captioner's."""
        return self.by_grammar[rival], self.by_rule[rival]


class EncoderTask(Task):
    """With the grammar's target caption and with the captioner's."""

    def see(self, one: Episode) -> Gaps:
        encoder = self.stages.encoder
        written = self.stages.captioner.write(one.source, one.instruction).target
        pictures = encoder.images(np.stack([one.target, *one.rivals.values()]))
        cosines = encoder.texts([written, one.target_caption]) @ pictures.T
        gaps = ((row[0] - row[1:]).tolist() for row in cosines)
        return Gaps(one.seed, one.kind, *(dict(zip(one.rivals, own, strict=True)) for own in gaps))

    def results(self, answers: Sequence[Gaps]) -> Results:
        rivals = dict.fromkeys(name for one in answers for name in one.by_grammar)
        by_rival = {name: [one.over(name) for one in answers if name in one.by_grammar] for name in rivals}
        kinds = grouped(answers, "kind", KINDS)
        by_kind = {kind: [one.over("source") for one in ones] for kind, ones in kinds.items()}
        columns = (
            share("grammar's caption [95 %]", "grammar", lambda gaps: gaps[0] > 0),
            share(f"{self.plan.caption} caption [95 %]", "captioner", lambda gaps: gaps[1] > 0),
        )
        title = "Target closer to its caption than"
        return Results.of(
            self.rows(answers),
            Table.of(f"{title} this picture is", "", by_rival, columns, "over_rival"),
            Table.of(f"{title} the source is, by kind", "", by_kind, columns, "over_source_by_kind"),
        )
