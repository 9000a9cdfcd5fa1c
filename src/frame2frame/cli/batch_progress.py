"""How far a batch is: a bar in a terminal, else a line now and then; the same lines in a log file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from ..errors import one_line
from ..files.unfinished import write_error
from .answering import say

if TYPE_CHECKING:
    from ..evaluation.batch.ledger import Outcome
    from ..evaluation.batch.pace import Pace
    from ..evaluation.batch.work import Begun

LINE_SECONDS = 30.0
"""Between two lines that say how far it is."""

Told = Callable[[str], None]


def shown(
    events: Iterable[Begun | Outcome], progress: bool, log: Path | None
) -> Iterator[Begun | Outcome | Pace]:
    """Pass the events on, how far it is now and then among them, and show them. Raises WriteError."""
    from ..evaluation.batch.ledger import Outcome
    from ..evaluation.batch.pace import Pace, paced

    due = monotonic() + LINE_SECONDS
    with _log(log) as note, _bar(progress) as (bar, is_drawn):
        for event in paced(events):
            if isinstance(event, Pace):
                bar(event)
                if monotonic() < due:
                    continue
                due = monotonic() + LINE_SECONDS
                note(_how_far(event))
                if progress and not is_drawn:
                    say(_how_far(event))
            elif isinstance(event, Outcome):
                if event.error:
                    say(f"{event.id}: {event.reason}")
                    note(f"{event.id}: {event.reason}")
            else:
                begun = f"{event.count:,} of {event.of:,} rows are to be done."
                say(begun)
                note(begun)
            yield event
        note("Ended.")


def _how_far(pace: Pace) -> str:
    return f"{pace.done:,} of {pace.of:,} done, {_left(pace)}"


def _left(pace: Pace) -> str:
    from ..report.progress import duration

    return f"{pace.per_minute:.1f} a minute, {duration(pace.seconds_left)} left"


@contextmanager
def _bar(progress: bool) -> Iterator[tuple[Callable[[Pace], None], bool]]:
    """What shows the pace in a bar, and whether there is one."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from ..report.terminal import screen as opened

    screen = opened()
    is_drawn = progress and screen.is_terminal
    columns = (TextColumn("edits"), BarColumn(24), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=screen, transient=True, disable=not is_drawn) as bar:
        task = bar.add_task("", total=None, left="")
        yield lambda at: bar.update(task, total=at.of, completed=at.done, left=_left(at)), is_drawn


@contextmanager
def _log(path: Path | None) -> Iterator[Told]:
    """What adds a line to the log file, with the time. Raises WriteError."""
    if path is None:
        yield lambda text: None
        return
    with _writing(path):
        file = path.open("a", encoding="utf-8")
    with file:
        yield lambda text: _add(file, path, text)


def _add(file: TextIO, path: Path, text: str) -> None:
    with _writing(path):
        file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {one_line(text)}\n")
        file.flush()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise write_error(path, error, "name another file with --log") from error
