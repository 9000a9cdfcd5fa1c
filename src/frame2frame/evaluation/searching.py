"""Searches of many episodes at once: the decisions of `strategy.search`, all candidates drawn together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from ..media.pictures import Fit, fit
from ..plugins.stages import Draft, Item, Selector, Stages
from ..score.similarity import Similarity, score_together, similarities
from ..strategy.drafts import kept_units
from ..strategy.one_shot import best_of
from ..strategy.search import Search, promise, ranked
from ..values import Caption, Choice, Clip, Frames, Picture, Sampling, Take
from ..worlds.tabletop import Episode, judge


@dataclass(frozen=True, eq=False)
class Begun:
    """An episode whose candidates are being drawn."""

    episode: Episode
    caption: Caption
    fitted: Fit
    similarity: Similarity
    seeds: Sequence[int]


@dataclass(frozen=True, eq=False)
class Finished:
    """The clips of an episode that were drawn to the end."""

    episode: Episode
    caption: Caption
    fitted: Fit
    takes: tuple[Take, ...]
    order: tuple[int, ...]
    """The finalists among them, the most promising first."""
    chunks: tuple[int, ...]
    """Frames that each chunk of a decoding brings."""


@dataclass(frozen=True)
class Seconds:
    """Wall-clock time of a batch."""

    denoise: float = 0.0
    settled: float = 0.0
    """That part of it which came before the last seeds were dropped."""
    preview: float = 0.0
    decode: float = 0.0
    """Scoring the frames included."""


def begun(
    stages: Stages, sampling: Sampling, batch: Sequence[Episode], seeds: Sequence[Sequence[int]]
) -> list[Begun]:
    """The episodes with their captions and what scores their frames; all pictures have one size."""
    captions = [stages.captioner.write(one.source, one.instruction) for one in batch]
    fits = [fit(one.source, sampling.height, sampling.width) for one in batch]
    sources = np.stack([fitted.crop(fitted.picture) for fitted in fits])
    judges = similarities(stages.encoder, sources, captions)
    return [Begun(*one) for one in zip(batch, captions, fits, judges, seeds, strict=True)]


def warm(stages: Stages, sampling: Sampling, first: Episode) -> None:
    """Have all that previews need, so that the first batch is timed like the others."""
    short = replace(sampling, steps=1, guidance=sampling.guidance[:1])
    (one,) = begun(stages, short, [first], [[0]])
    with closing(stages.generator.draft([Item(one.fitted.picture, one.caption, 0)], short)) as draft:
        draft.advance()
        draft.preview()


def drawn(
    stages: Stages, search: Search, sampling: Sampling, starts: Sequence[Begun], together: int, *, whole: bool
) -> tuple[list[Finished], Seconds]:
    """Draw what the search draws, or with `whole` all candidates to the end, none of them dropped.

    `together` clips are decoded in one batch.
    """
    items = [Item(one.fitted.picture, one.caption, seed) for one in starts for seed in one.seeds]
    left = [list(range(len(one.seeds))) for one in starts]
    clock = _Clock()
    with closing(stages.generator.draft(items, sampling)) as draft:
        rows = [(number, own) for number, one in enumerate(starts) for own in range(len(one.seeds))]
        for rung in search.schedule(sampling.steps):
            clock.denoise(draft, rung.step - (sampling.steps - draft.steps_left))
            if rung.kept >= len(left[0]):
                continue
            promises = dict(zip(rows, _promises(draft, starts, rows), strict=True))
            left = [
                [own[i] for i in ranked([promises[number, row] for row in own])[: rung.kept]]
                for number, own in enumerate(left)
            ]
            if not whole:
                kept = [(number, row) for number, own in enumerate(left) for row in own]
                draft.keep([rows.index(row) for row in kept])
                rows = kept
            clock.lap("preview")
        settled = clock.seconds["denoise"]
        if search.every > 1:
            draft.thin(kept_units(draft.units, search.every, odd=draft.odd), search.renumber)
        clock.denoise(draft, draft.steps_left)
        takes, chunks = _decoded(draft, starts, rows, together)
        clock.lap("decode")
    found = []
    for number, one in enumerate(starts):
        own = {row: take for (at, row), take in zip(rows, takes, strict=True) if at == number}
        order = tuple(list(own).index(row) for row in left[number])
        found.append(Finished(one.episode, one.caption, one.fitted, tuple(own.values()), order, chunks))
    return found, Seconds(settled=settled, **clock.seconds)


class _Clock:
    def __init__(self) -> None:
        self.seconds = {"denoise": 0.0, "preview": 0.0, "decode": 0.0}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The time since the last lap was this stage's."""
        now = time.perf_counter()
        self.seconds[stage] += now - self._since
        self._since = now

    def denoise(self, draft: Draft, steps: int) -> None:
        import torch

        draft.advance(steps)
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.lap("denoise")


def _promises(draft: Draft, starts: Sequence[Begun], rows: Sequence[tuple[int, int]]) -> list[float]:
    clips = [
        starts[number].fitted.crop(clip) for (number, _), clip in zip(rows, draft.preview(), strict=True)
    ]
    judges = [starts[number].similarity for number, _ in rows]
    return [promise(scores) for scores in score_together(judges, clips)]


def _decoded(
    draft: Draft, starts: Sequence[Begun], rows: Sequence[tuple[int, int]], together: int
) -> tuple[list[Take], tuple[int, ...]]:
    clips: list[Frames] = []
    chunks: tuple[int, ...] = ()
    for first in range(0, len(rows), together):
        parts = list(draft.decode_together(range(first, min(first + together, len(rows)))))
        chunks = tuple(part.shape[1] for part in parts)
        clips += list(np.concatenate(parts, axis=1))
    clips = [starts[number].fitted.crop(clip) for (number, _), clip in zip(rows, clips, strict=True)]
    scores = score_together([starts[number].similarity for number, _ in rows], clips)
    seeds = [starts[number].seeds[row] for number, row in rows]
    times = draft.frame_times
    found = zip(clips, seeds, scores, strict=True)
    return [Take(Clip(frames, times, seed), own) for frames, seed, own in found], chunks


@dataclass(frozen=True)
class Answered:
    """What was answered for an episode and how good that is."""

    success: bool
    half: bool
    edit_error: float
    shown: bool
    """Whether a frame was taken for the edit."""
    finished: int
    """Clips that had to be drawn to the end for it."""


def answered(selector: Selector, search: Search, done: Finished) -> Answered:
    """What the search answers, having finished no more clips than it needs."""
    takes = [done.takes[row] for row in done.order]
    seen, choices = list[Take](), list[Choice]()
    for take in takes:
        seen.append(_cut(selector, take, done.chunks) if search.stop_early else take)
        choices.append(selector.choose(seen[-1].clip, seen[-1].scores, done.caption))
        if search.stop_early and choices[-1].index is not None:
            break
    best = best_of(seen, choices)
    return replace(judged(done, seen[best], choices[best].index), finished=len(seen))


def judged(done: Finished, take: Take, index: int | None) -> Answered:
    """How good it is to answer this frame, or the source."""
    picture: Picture = done.episode.source if index is None else done.fitted.restore(take.clip.frames[index])
    found = judge(picture[None], done.episode)
    return Answered(
        bool(found.success[0]), bool(found.half[0]), float(found.edit_error[0]), index is not None, 1
    )


def _cut(selector: Selector, take: Take, chunks: Sequence[int]) -> Take:
    """The clip up to the chunk that is enough."""
    for end in np.cumsum(chunks):
        columns = {name: column[:end] for name, column in take.scores.columns.items()}
        vectors = None if take.scores.vectors is None else take.scores.vectors[:end]
        scores = replace(take.scores, columns=columns, vectors=vectors)
        clip = replace(take.clip, frames=take.clip.frames[:end], frame_times=take.clip.frame_times[:end])
        if selector.enough(clip, scores):
            return Take(clip, scores)
    return take
