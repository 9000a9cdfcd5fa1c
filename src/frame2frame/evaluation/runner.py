"""The one loop that runs every part: episodes in batches, other hands beside the model, and an early end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import islice
from typing import Any

from ..errors import CancelledError
from .counter import counter
from .crew import crew, on_gpu
from .episodes import ahead
from .machine import about
from .plan import Plan, Report
from .results.columns import Results
from .results.outputs import Files
from .tasks import task_of
from .tasks.task import Batch, Task


def measure(plan: Plan, report: Report = lambda done: None) -> Results:
    """Run one part; `report` is called with the number of episodes done.

    Ctrl-C ends it with what is done by then. Raises InputError, ModelError, OutOfMemoryError, and
    CancelledError if nothing was done.
    """
    told = about(plan)  # first, so that a model that is not there is said at once
    task, begun, stopped = task_of(plan), list[Future[Any]](), False
    with crew(plan) as hands:
        try:
            for batch in _begun(task, hands):
                begun += batch
                for answer in begun[: len(begun) - len(batch) * on_gpu(plan)]:
                    answer.result()  # no more than two batches of clips are held
                report(len(begun))
        except KeyboardInterrupt:
            stopped = True
        answers = [answer.result() for answer in begun]
    if not answers:
        raise CancelledError("stopped", remedy="nothing was measured yet")
    return replace(task.results(answers), stopped=len(answers) if stopped else None, about=told)


def _begun(task: Task, hands: Executor) -> Iterator[list[Future[Any]]]:
    """The answers of each batch, which are still being measured.

    Only a GPU leaves the processor free to draw the next episodes and measure the last ones meanwhile.
    """
    wanted, size = task.drawings(), task.plan.batch
    drawn = ahead((hands.submit(one.draw) for one in wanted), 2 * size * on_gpu(task.plan))
    for first in range(0, len(wanted), size):
        courses = [one.course for one in wanted[first : first + size]]
        batch = Batch(first, [one.result() for one in islice(drawn, size)], courses, hands)
        if not first:
            task.prepare(batch.episodes[0])
        looked = zip(batch.episodes, task.look(batch), strict=True)
        yield [hands.submit(task.measure, *one) for one in looked]


def run(plan: Plan, files: Files) -> None:
    """Measure, print the tables, and write the forms that are asked for.

    Raises what `measure` raises, and WriteError.
    """
    files.require_places()
    with counter(plan.count) as report:
        found = measure(plan, report)
    files.tell(found)
