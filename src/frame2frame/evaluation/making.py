"""Edits of several pictures at once, through the same stages as a single edit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from .. import plan as planning
from ..engine.models import catalogue
from ..media.pictures import Fit, fit, load_picture
from ..plugins.stages import Item, Selector, Stages
from ..request import Request
from ..score.similarity import score_together, similarities
from ..values import Caption, Clip, Frames, Picture, Sampling, Scores
from ..worlds.tabletop.scene import PICTURE_SIZE
from .plan import Plan

if TYPE_CHECKING:
    from ..engine.models.catalogue import Model


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
    return planning.of(request).stages


def ready(stages: Stages, first: Picture, plan: Plan, hands: Executor) -> Sampling:
    """The settings of all edits, once all weights are loaded.

    An edit in one step loads them, so that the first one that counts is timed like the others.
    """
    sampling = stages.generator.sampling(first, plan.frames, plan.steps, plan.guidance)
    short = replace(sampling, steps=1, guidance=sampling.guidance[:1])
    make(stages, short, [Wish(first, "wait", 0)], hands)
    return sampling


def make(stages: Stages, sampling: Sampling, wishes: Sequence[Wish], hands: Executor) -> list[Made]:
    """Caption, denoise, decode and score together, then let the hands choose; the pictures have one size."""
    start = time.perf_counter()
    captions = [stages.captioner.write(wish.picture, wish.instruction) for wish in wishes]
    fits = [fit(wish.picture, sampling.height, sampling.width) for wish in wishes]
    items = [Item(f.picture, c, w.seed) for f, c, w in zip(fits, captions, wishes, strict=True)]
    decoded = draw(stages, sampling, items, len(items), len(items))
    clips = [fitted.crop(frames) for fitted, frames in zip(fits, decoded, strict=True)]
    sources = np.stack([fitted.crop(fitted.picture) for fitted in fits])
    scores = score_together(similarities(stages.encoder, sources, captions), clips)
    made = list(hands.map(_finish, repeat(stages.selector), clips, scores, items, fits))
    seconds = (time.perf_counter() - start) / len(wishes)
    return [replace(one, seconds=seconds) for one in made]


def _finish(selector: Selector, frames: Frames, scores: Scores, item: Item, fitted: Fit) -> Made:
    clip = Clip(frames, tuple(range(len(frames))), item.seed)
    choice = selector.choose(clip, scores, item.caption)
    whole = np.stack([fitted.restore(frame) for frame in frames])
    return Made(whole, choice.index, scores, item.caption, seconds=0.0)


def draw(
    stages: Stages, sampling: Sampling, items: Sequence[Item], together: int, decoded_together: int
) -> Iterator[Frames]:
    """The clip of each item, padding included; so many items share a draft, and a decoding."""
    for draft_start in range(0, len(items), together):
        part = items[draft_start : draft_start + together]
        with closing(stages.generator.draft(part, sampling)) as draft:
            draft.advance(draft.steps_left)
            for start in range(0, len(part), decoded_together):
                rows = range(start, min(start + decoded_together, len(part)))
                yield from np.concatenate(list(draft.decode_together(rows)), axis=1)
