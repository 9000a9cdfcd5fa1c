"""The one loop that runs every part: episodes in batches, other hands beside the model, and an early end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .counter import counter
from .crew import ahead, crew
from .dealing import dealt
from .episodes import batches, drawn
from .machine import about
from .plan import Plan, Report
from .results import Results, require_place
from .stopping import Stop, stoppable
from .tasks import task_of


@dataclass(frozen=True)
class Share:
    """The answers of one device."""

    ready: Any
    answers: Sequence[Any]
    stop: Stop


def measured(plan: Plan, episodes: range, report: Report) -> Share:
    """The answers for these episodes of a plan, or for those that were done when it was stopped."""
    task, ready, answers = task_of(plan), None, list[Future[Any]]()
    with stoppable() as stop, crew(plan) as hands:
        wanted = task.drawings()[episodes.start : episodes.stop]
        for batch in batches(drawn(wanted, hands, ahead(plan)), plan.batch):
            if not answers:
                ready = task.prepare(batch[0])
            looked = task.look(ready, batch, episodes.start + len(answers), hands)
            answers += [
                hands.submit(task.measure, one, came) for one, came in zip(batch, looked, strict=True)
            ]
            for answer in answers[: len(answers) - min(ahead(plan), len(batch))]:
                answer.result()  # no more than two batches of clips are held
            report(len(answers))
    return Share(ready, [answer.result() for answer in answers], stop)


def measure(plan: Plan, report: Report = lambda done: None) -> Results:
    """Run one part; `report` is called with the number of episodes done.

    Raises InputError, ModelError, OutOfMemoryError, and CancelledError if it is stopped before any was done.
    """
    told = about(plan)  # first, so that a model that is not there is said at once
    shares = dealt(measured, plan, report)
    answers = [answer for share in shares for answer in share.answers]
    stopped = Stop.of(share.stop for share in shares).after(len(answers))
    ready = next((share.ready for share in shares if share.answers), None)
    return replace(task_of(plan).results(ready, answers), stopped=stopped, about=told)


def run(plan: Plan, file: Path | None, rows: bool) -> None:
    """Measure, print the tables, and write the figures to `file` if there is one, with or without the rows.

    Raises what `measure` raises, and WriteError.
    """
    if file is not None:
        require_place(file)
    with counter(plan.count) as report:
        found = measure(plan, report)
    sys.stdout.write(found.text() + "\n")
    if file is not None:
        found.save(file, rows)
