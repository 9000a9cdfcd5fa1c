"""Runs that are carried out together come to what each comes to alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from frame2frame import plan
from frame2frame.plugins.capabilities import SelectorCapabilities
from frame2frame.plugins.draws import Draw, SourceScores
from frame2frame.plugins.stages import Stages
from frame2frame.request import Request
from frame2frame.strategy.executor import Run, singly
from frame2frame.strategy.one_shot import OneShot
from frame2frame.strategy.path import Path as Rounds
from frame2frame.strategy.search import Search
from frame2frame.strategy.together import Together
from frame2frame.values import Caption, Choice, Clip, Picture, Sampling, Scores, Step, Take
from frame2frame.worlds.tabletop import Episode, episode

from ..unreached import never_arrives


@cache
def drawn(number: int) -> Episode:
    return episode(7 + number, ("recolour", "left")[number], frames=2)


@dataclass(frozen=True)
class Counting:
    """A generator that remembers how many clips each of its drafts began with."""

    inner: Any
    drafts: list[int]

    def draft(self, items: Sequence[Any], sampling: Sampling) -> Any:
        self.drafts.append(len(items))
        return self.inner.draft(items, sampling)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass(frozen=True)
class AfterNine:
    """A selector that has seen enough after nine frames, and takes the last one of some seeds' clips."""

    seeds: tuple[int, ...] = ()

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        return Choice(len(clip) - 1 if clip.seed in self.seeds else None, "a test")

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return len(clip) >= 9


@dataclass(frozen=True)
class Ahead(AfterNine):
    """One that has seen enough after nine frames where it is shown previews, and never else."""

    capabilities: ClassVar = SelectorCapabilities(looks_ahead=True)

    def enough(self, clip: Clip, scores: Scores) -> bool:
        return False

    def enough_ahead(self, clip: Clip, scores: Scores, ahead: Clip) -> bool:
        return len(clip) >= 9 and len(ahead) == 5


@pytest.fixture(scope="module")
def stages(video_model: Path, small_encoder: Path) -> Iterator[Stages]:
    """Those of tiny models; in one thread, as they are so small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    wishes: dict[str, Any] = {"model": str(video_model), "encoder": str(small_encoder), "device": "cpu"}
    yield never_arrives(plan.of(Request.of(drawn(0).source, "edit", **wishes)).stages)
    torch.set_num_threads(threads)


def run(strategy: Any, number: int, seeds: Sequence[int], stages: Stages) -> Run[Any]:
    one = drawn(number)
    started: Run[Any] = strategy.run(one.source, one.instruction, sampling(one.source, stages), seeds, stages)
    return started


def sampling(picture: Picture, stages: Stages) -> Sampling:
    return stages.generator.sampling(picture, 17, 4, 1.0)


def takes(step: Step) -> dict[int | None, Take]:
    return {one.clip.seed: one for one in (Take(step.clip, step.scores), *step.others)}


def steps_of(events: Iterator[Any] | list[Any]) -> list[Step]:
    return [event for event in events if isinstance(event, Step)]


@pytest.mark.parametrize(
    "strategy",
    [
        OneShot(2),
        OneShot(2, stop_early=True),
        Rounds(rounds=2, candidates=1, strength=0.8),
        Search(candidates=3, finalists=1),
        Search(candidates=3, finalists=2, stop_early=True),
        Search(candidates=3, finalists=2, rungs=2, every=2),
    ],
)
def test_two_edits_together_come_to_what_each_comes_to_alone(strategy: Any, stages: Stages) -> None:
    if not isinstance(strategy, Rounds):
        stages = replace(stages, selector=AfterNine((2, 3, 12)))
    seeds = [range(1, 4), range(11, 14)]
    both = Together(stages, 8, 2).run([run(strategy, n, own, stages) for n, own in enumerate(seeds)])
    for number, (events, own) in enumerate(zip(both, seeds, strict=True)):
        alone = steps_of(singly(run(strategy, number, own, stages), stages))
        for step, other in zip(steps_of(events), alone, strict=True):
            assert step.choice.index == other.choice.index and step.clip.seed == other.clip.seed
            assert takes(step).keys() == takes(other).keys()
            for seed, take in takes(step).items():
                clip = takes(other)[seed].clip
                assert take.clip.frame_times == clip.frame_times
                assert np.abs(take.clip.frames.astype(int) - clip.frames).max() <= 1


def test_what_several_runs_want_is_drawn_once(stages: Stages) -> None:
    drafts: list[int] = []
    stages = replace(never_arrives(stages), generator=Counting(stages.generator, drafts))
    runs = [run(one, 0, (1, 2), stages) for one in (OneShot(1), OneShot(2), Rounds(rounds=1, candidates=2))]
    runs.append(run(Search(candidates=2, finalists=1), 0, (1, 2), stages))
    single, double, path, search = (steps_of(events)[-1] for events in Together(stages, 8, 8).run(runs))
    assert drafts == [2]
    frames = [take.clip.frames for step in (single, double, path, search) for take in takes(step).values()]
    assert len({id(one) for one in frames}) == 2


def test_previews_cut_a_clip_together_as_alone_whoever_else_wanted_it_whole(stages: Stages) -> None:
    stages = replace(stages, selector=Ahead((1,)))
    whole, early = OneShot(1), OneShot(1, stop_early=True)

    def in_turn() -> Run[None]:
        for strategy in (whole, early):
            yield from run(strategy, 0, (1,), stages)

    (alone,) = steps_of(singly(run(early, 0, (1,), stages), stages))
    for runs in ([in_turn()], [run(one, 0, (1,), stages) for one in (whole, early)]):
        steps = [step for events in Together(stages, 8, 8).run(runs) for step in steps_of(events)]
        assert [len(step.clip) for step in steps] == [17, len(alone.clip)] == [17, 9]
        assert np.array_equal(steps[0].clip.frames[:9], steps[1].clip.frames)


def test_what_the_source_scores_is_told_together_as_alone(stages: Stages) -> None:
    one, caption = drawn(0), Caption("the ball slowly turns blue", "the ball is blue", "test")
    draw = Draw(one.source, caption, (1,), sampling(one.source, stages))

    def asked() -> Run[None]:
        yield (yield SourceScores(draw))

    ((together,),), (alone,) = Together(stages, 1, 1).run([asked()]), singly(asked(), stages)
    assert isinstance(together, Scores) and together == alone
    assert (
        together.columns["preservation"] == pytest.approx((0.0,), abs=1e-3) and together.presence is not None
    )


def test_a_draft_holds_no_more_clips_than_asked(stages: Stages) -> None:
    drafts: list[int] = []
    stages = replace(stages, generator=Counting(stages.generator, drafts))
    Together(stages, 3, 2).run([run(OneShot(2), number, (1, 2), stages) for number in range(2)])
    assert drafts == [3, 1]


def test_seeds_that_nobody_wants_any_more_are_dropped(stages: Stages) -> None:
    together = Together(stages, 8, 8)
    (events,) = together.run([run(Search(candidates=3, finalists=1), 0, (1, 2, 3), stages)])
    assert len(takes(steps_of(events)[0])) == 1
    assert {"probe", "preview", "denoise", "decode", "score"} <= together.watch.seconds.keys()
