"""What a GPU's benchmark hands over to other processes gets there and back."""

from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np
import pytest

from frame2frame.evaluation.crew import crew, processes
from frame2frame.evaluation.keep import _outcome as keep_outcome
from frame2frame.evaluation.making import Wish, make, stages_of
from frame2frame.evaluation.path import _pair
from frame2frame.evaluation.plan import FIRST_SEED, Plan
from frame2frame.evaluation.walking import Studio, Walker, walked
from frame2frame.strategy.path import Path
from frame2frame.worlds.tabletop import episode


@pytest.fixture(scope="module")
def others() -> Iterator[Executor]:
    with processes(2) as hands:
        yield hands


def test_another_process_chooses_the_same_frames_and_finds_the_same_region(
    plan: Plan, others: Executor
) -> None:
    stages, one = stages_of(plan), episode(FIRST_SEED, "left", frames=2)
    sampling = stages.generator.sampling(one.source, None, 1, 1.0)
    wishes = [Wish(one.source, one.instruction, 1)]
    with crew(plan) as own:
        here, there = (make(stages, sampling, wishes, hands)[0] for hands in (own, others))
    assert here.index == there.index and np.array_equal(here.frames, there.frames)
    away = others.submit(keep_outcome, one, here, one.source).result()
    assert away == keep_outcome(one, here, one.source)


def test_another_process_measures_the_same_path(plan: Plan, others: Executor) -> None:
    stages, one = stages_of(plan), episode(FIRST_SEED, "left", frames=17)
    studio = Studio(stages, stages.generator.sampling(one.source, None, 1, 1.0), 2, 1)
    path, walks, seeds = Path(rounds=1, candidates=2), studio.starts([one]), (0, 1)
    (takes,) = studio.takes(path, 0, walks, [seeds])
    (walker,) = walked(studio, [Walker(path, walks[0], seeds)])
    away = others.submit(_pair, stages.selector, one, walker, takes).result()
    assert away == _pair(stages.selector, one, walker, takes)
