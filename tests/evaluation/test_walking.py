"""Paths that are walked together are the paths that each would be alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from frame2frame.evaluation.making import stages_of
from frame2frame.evaluation.plan import FIRST_SEED, Plan
from frame2frame.evaluation.walking import Studio, Walker, best_step, first_rounds, walked
from frame2frame.strategy.executor import singly
from frame2frame.strategy.path import Path
from frame2frame.values import Step
from frame2frame.worlds.tabletop import Episode, episode

from ..uncalibrated import never_arrives

EPISODES = [episode(FIRST_SEED, "recolour", frames=2), episode(FIRST_SEED + 1, "left", frames=2)]
SEEDS = [(0, 1), (2, 3)]
PATH = Path(rounds=2, candidates=1)


def alone(one: Episode, seeds: Sequence[int], studio: Studio) -> list[Step]:
    run = PATH.run(one.source, one.instruction, studio.sampling, seeds, studio.stages)
    return [event for event in singly(run, studio.stages) if isinstance(event, Step)]


def test_the_embedded_model_goes_the_same_paths_together_as_alone() -> None:
    stages = never_arrives(stages_of(Plan(device="cpu")))
    generator: Any = stages.generator
    stages = replace(stages, generator=replace(generator, height=64, width=64))
    studio = Studio(stages, stages.generator.sampling(EPISODES[0].source, 9, 1, 1.0), 2, 2)
    walks = studio.starts(EPISODES)
    together = walked(studio, [Walker(PATH, *start) for start in zip(walks, SEEDS, strict=True)])
    found, steps = together[1].steps, alone(EPISODES[1], SEEDS[1], studio)
    assert len(found) == 2 and [one.clip.seed for one in found] == [one.clip.seed for one in steps]
    assert [one.choice.index for one in found] == [one.choice.index for one in steps]
    for mine, own in zip(found, steps, strict=True):
        assert mine.scores["energy"] == pytest.approx(own.scores["energy"], abs=1e-3)


@pytest.fixture(scope="module")
def studio(plan: Plan) -> Studio:
    stages = stages_of(plan)
    return Studio(stages, stages.generator.sampling(EPISODES[0].source, None, 1, 1.0), 2, 1)


def test_paths_at_the_same_state_share_the_clips(studio: Studio) -> None:
    (walk,) = studio.starts(EPISODES[:1])
    stay = replace(PATH, w_sem=0.0)
    one, other = walked(studio, [Walker(PATH, walk, SEEDS[0]), Walker(stay, walk, SEEDS[0])])
    assert one.steps[0].clip.frames is other.steps[0].clip.frames
    assert other.steps[0].choice.index is None and len(other.steps) == 2


def test_clips_of_one_shot_mode_are_the_first_round_of_the_path(studio: Studio) -> None:
    (walk,) = studio.starts(EPISODES[:1])
    (takes,) = studio.takes(PATH, 0, [walk], SEEDS[:1])
    (walker,) = walked(studio, [Walker(PATH, walk, SEEDS[0])], first_rounds(PATH, [walk], [takes]))
    assert walker.steps[0].clip.frames is takes[0].clip.frames
    (fresh,) = walked(studio, [Walker(PATH, walk, SEEDS[0])])
    assert np.abs(fresh.steps[0].clip.frames.astype(int) - takes[0].clip.frames).max() <= 1


def test_a_draft_holds_no_more_clips_than_asked_and_each_gets_its_own_seed(studio: Studio) -> None:
    walks = studio.starts(EPISODES)
    one_by_one = replace(studio, together=1)
    for few, many in zip(
        one_by_one.takes(PATH, 0, walks, SEEDS), studio.takes(PATH, 0, walks, SEEDS), strict=True
    ):
        for alone, beside in zip(few, many, strict=True):
            assert alone.clip.seed == beside.clip.seed
            assert np.abs(alone.clip.frames.astype(int) - beside.clip.frames).max() <= 1


def test_one_shot_mode_answers_with_one_of_its_clips(studio: Studio) -> None:
    (walk,) = studio.starts(EPISODES[:1])
    (takes,) = studio.takes(PATH, 0, [walk], SEEDS[:1])
    step = best_step(studio.stages.selector, walk, takes)
    assert {step.clip.seed, *(take.clip.seed for take in step.others)} == set(SEEDS[0])
