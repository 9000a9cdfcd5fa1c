"""Many paths at once: the decisions of `strategy.path`, the clips of all episodes drawn together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..media.pictures import fit
from ..plugins.draws import Drawn
from ..plugins.stages import Selector, Stages
from ..score.similarity import Similarity, score_together, similarities
from ..select.gate import Gate
from ..strategy.drafts import candidates_of, items_of, sampling_of
from ..strategy.one_shot import best_choice, step_of
from ..strategy.path import Path, Walk
from ..values import Clip, Sampling, Step, Take
from ..worlds.tabletop import Episode
from .making import draw

Known = dict[tuple[tuple[int, ...], bytes], list[Take]]
"""The clips of a round by their seeds and the bytes of the state that they begin at."""


@dataclass(frozen=True, eq=False)
class Judged(Walk):
    """With what its frames are scored by."""

    similarity: Similarity | None = None


@dataclass(frozen=True, eq=False)
class Walker:
    """An episode on its path."""

    path: Path
    walk: Judged
    seeds: Sequence[int]
    """Of all rounds."""
    steps: tuple[Step, ...] = ()

    def own_seeds(self, number: int) -> tuple[int, ...]:
        """Those of a round."""
        count = self.path.candidates
        return tuple(self.seeds[number * count : (number + 1) * count])

    def key(self, number: int) -> tuple[tuple[int, ...], bytes]:
        """What the clips of a round depend on."""
        return self.own_seeds(number), self.walk.picture.tobytes()

    def after(self, takes: Sequence[Take]) -> Walker:
        step = self.path.decide(Drawn(takes), self.walk)
        return replace(self, walk=self.walk.after(step), steps=(*self.steps, step))


@dataclass(frozen=True, eq=False)
class Studio:
    """What clips are drawn with; all pictures have one size."""

    stages: Stages
    sampling: Sampling
    together: int
    """Clips denoised in one draft."""
    decoded_together: int

    def starts(self, episodes: Sequence[Episode]) -> list[Judged]:
        """Where the path of each episode begins."""
        captions = [self.stages.captioner.write(one.source, one.instruction) for one in episodes]
        fits = [fit(one.source, self.sampling.height, self.sampling.width) for one in episodes]
        sources = np.stack([fitted.crop(fitted.picture) for fitted in fits])
        judges = similarities(self.stages.encoder, sources, captions)
        starts = zip(captions, sources, judges, strict=True)
        return [Judged(caption, source, Gate(), similarity=judge) for caption, source, judge in starts]

    def takes(
        self, path: Path, number: int, walks: Sequence[Judged], seeds: Sequence[Sequence[int]]
    ) -> list[list[Take]]:
        """For each walk the clips of a round, one for each of its seeds."""
        if not walks:
            return []
        draws = [
            path.draw(number, walk, tuple(own), self.sampling, walk.picture)
            for walk, own in zip(walks, seeds, strict=True)
        ]
        sampling = sampling_of(draws[0], self.stages.generator)
        candidates = [one for wanted in draws for one in candidates_of(wanted)]
        items = items_of(self.stages.generator, candidates, sampling)[1]
        decoded = draw(self.stages, sampling, items, self.together, self.decoded_together)
        fitted = fit(walks[0].picture, sampling.height, sampling.width)
        clips = [fitted.crop(frames) for frames in decoded]
        judges: Any = [walk.similarity for walk, own in zip(walks, seeds, strict=True) for _ in own]
        scores = iter(zip(clips, score_together(judges, clips), strict=True))
        return [
            [Take(Clip(frames, tuple(range(len(frames))), seed), found) for seed, (frames, found) in pairs]
            for pairs in ([(seed, next(scores)) for seed in own] for own in seeds)
        ]


def walked(studio: Studio, walkers: Sequence[Walker], known: Known | None = None) -> list[Walker]:
    """All walkers at the ends of their paths.

    Their paths may differ in the weights of the energy only. Those that stand at the same state with the same
    seeds share the clips, as do those whose clips are `known` before.
    """
    going, drawn = list(walkers), dict(known or {})
    for number in range(walkers[0].path.rounds if walkers else 0):
        wanted = {one.key(number): one for one in going if not one.walk.arrived}
        missing = {key: one for key, one in wanted.items() if key not in drawn}
        walks, seeds = [one.walk for one in missing.values()], [key[0] for key in missing]
        drawn |= zip(missing, studio.takes(going[0].path, number, walks, seeds), strict=True)
        going = [one if one.walk.arrived else one.after(drawn[one.key(number)]) for one in going]
    return going


def first_rounds(path: Path, walks: Sequence[Walk], takes: Sequence[Sequence[Take]]) -> Known:
    """What is known of paths whose starts have drawn these clips: they are those of their first rounds."""
    firsts = [list(own[: path.candidates]) for own in takes]
    return {
        (tuple(take.clip.seed for take in own), walk.picture.tobytes()): own
        for walk, own in zip(walks, firsts, strict=True)
    }


def best_step(selector: Selector, walk: Walk, takes: Sequence[Take]) -> Step:
    """What one-shot mode answers with these clips."""
    caption = walk.caption
    best, choice = best_choice(takes, lambda take: selector.choose(take.clip, take.scores, caption))
    return step_of(caption, takes, best, choice, {})
