"""Edits of several pictures at once, through the same stages as a single edit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .. import catalogue, flow
from ..media import Fit, fit, load_picture
from ..request import Request
from ..score.similarity import Similarity
from ..stages import Item, Stages
from ..tabletop.scene import PICTURE_SIZE
from ..values import Caption, Clip, Frames, Picture, Sampling, Scores
from .plan import Plan

if TYPE_CHECKING:
    from ..catalogue import Model


@dataclass(frozen=True, eq=False)
class Wish:
    """A picture, what to do with it, and the seed of the noise."""

    picture: Picture
    instruction: str
    seed: int


@dataclass(frozen=True, eq=False)
class Made:
    """A finished edit."""

    frames: Frames
    """The whole clip in the picture's own size."""
    index: int | None
    scores: Scores
    caption: Caption
    seconds: float
    """Wall-clock time of the batch, shared among its edits."""


def model_of(plan: Plan) -> Model:
    """The model that the plan names, with the plan's encoder; raises ModelError."""
    model = catalogue.find(plan.model)
    return replace(model, encoder=plan.encoder) if plan.encoder else model


def stages_of(plan: Plan) -> Stages:
    """The parts that an edit with this plan's settings runs through."""
    blank = load_picture(np.zeros((PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.uint8))
    request = Request(
        blank, "edit", model_of(plan), caption=plan.caption, select=plan.select, device=plan.device
    )
    return flow.stages(request)


def load(stages: Stages, sampling: Sampling, picture: Picture) -> None:
    """Load all weights by an edit in one step, so that the first one that counts is timed like the others."""
    make(stages, replace(sampling, steps=1, guidance=sampling.guidance[:1]), [Wish(picture, "wait", 0)])


def make(stages: Stages, sampling: Sampling, wishes: Sequence[Wish], workers: int = 1) -> list[Made]:
    """Caption, denoise and decode together, then score and choose by so many threads."""
    start = time.perf_counter()
    captions = [stages.captioner.write(wish.picture, wish.instruction) for wish in wishes]
    fits = [fit(wish.picture, sampling.height, sampling.width) for wish in wishes]
    items = [Item(f.picture, c, w.seed) for f, c, w in zip(fits, captions, wishes, strict=True)]
    with closing(stages.generator.draft(items, sampling)) as draft, ThreadPoolExecutor(workers) as pool:
        draft.advance(draft.steps_left)
        clips = np.concatenate(list(draft.decode_together(range(len(items)))), axis=1)
        made = list(pool.map(lambda *one: _finish(stages, *one), clips, items, fits))
    seconds = (time.perf_counter() - start) / len(wishes)
    return [replace(one, seconds=seconds) for one in made]


def _finish(stages: Stages, decoded: Frames, item: Item, fitted: Fit) -> Made:
    frames = fitted.crop(decoded)
    clip = Clip(frames, tuple(range(len(frames))), item.seed)
    scores = Similarity.of(stages.encoder, fitted.crop(item.picture), item.caption).score(frames)
    choice = stages.selector.choose(clip, scores, item.caption)
    whole = np.stack([fitted.restore(frame) for frame in frames])
    return Made(whole, choice.index, scores, item.caption, seconds=0.0)
