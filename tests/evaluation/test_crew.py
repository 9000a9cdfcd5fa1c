"""What a GPU's evaluation hands over to other processes gets there and back."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from frame2frame.evaluation.crew import processes
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.tasks import task_of
from frame2frame.evaluation.tasks.task import Batch


@pytest.fixture(scope="module")
def others() -> Iterator[Executor]:
    with processes(2) as hands:
        yield hands


@pytest.mark.slow
@pytest.mark.parametrize("part", ["keep", "path", "search", "presets"])
def test_other_processes_choose_and_measure_the_same(plan: Plan, others: Executor, part: str) -> None:
    task = task_of(replace(plan, part=part, truth_frames=9, rounds=1, steps=1))
    one = task.drawings()[0].draw()
    task.prepare(one)
    with ThreadPoolExecutor(1) as own:
        batches = (Batch(0, [one], ["whole"], hands) for hands in (own, others))
        (here,), (there,) = (list(task.look(batch)) for batch in batches)
    away, answer = others.submit(task.measure, one, there).result(), task.measure(one, here)
    assert untimed(away) == untimed(answer)


def untimed(answer: object) -> object:
    """An answer without what it took."""
    if isinstance(answer, dict):
        return {name: untimed(one) for name, one in answer.items()}
    return {name: value for name, value in vars(answer).items() if name != "seconds"}
