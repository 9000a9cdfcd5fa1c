"""The stream of events on a terminal or in a notebook: stage, step and the time that is left in the stage.

The rounds of a path repeat the stages: each begins anew under its own line, after what the last one came to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from textwrap import shorten
from time import monotonic
from typing import Any, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from ..errors import printable
from ..values import Caption, Note, Progress, Started, Step
from .progress import REDRAWING, count_and_time, duration, stage_name, what_runs

_FIRST_STAGE, _REFINE_STAGE = "encode", "refine"

LONGEST_CAPTION = 300
"""Characters of a caption that are shown; the run folder has all of it."""

LINE_SECONDS = 10.0
"""Where lines are written, the next one of a stage comes no sooner."""

Event = TypeVar("Event")


def watched(events: Iterator[Event], progress: bool = True, warnings: bool = True) -> Iterator[Event]:
    """Pass the events on, shown on stderr if it is a terminal, or in a notebook; else in silence."""
    console = screen()
    is_seen = console.is_terminal or console.is_jupyter
    return show(events, warnings=warnings) if progress and is_seen else events


def show(events: Iterator[Event], progress: bool = True, warnings: bool = True) -> Iterator[Event]:
    """Pass the events on, showing them on stderr as they come; a file or a pipe has lines in place of bars.

    Without `progress` only words are shown, and not how far the stages are; `warnings` are left out where
    somebody else tells them.
    """
    console = screen()
    columns = (TextColumn("{task.description:<22}"), BarColumn(24), TextColumn("{task.fields[left]}"))
    bars = progress and _has_bars(console)
    with Bar(*columns, console=console, transient=True, disable=not bars) as bar:
        lines = _Lines(console) if progress else None
        teller = _Teller(console, _Stages(bar) if bars else lines)
        for event in events:
            if warnings or not (isinstance(event, Note) and event.is_warning):
                teller.tell(event)
            yield event


def screen() -> Console:
    return Console(stderr=True, highlight=False)


def _has_bars(console: Console) -> bool:
    """Notebooks draw over what stands there with the help of ipywidgets only."""
    return console.is_terminal or (console.is_jupyter and find_spec("ipywidgets") is not None)


class _Shown(Protocol):
    """How the stages of a round are shown."""

    def restart(self) -> None: ...

    def update(self, event: Progress) -> None: ...


class _Teller:
    """What is said of each event."""

    def __init__(self, console: Console, stages: _Shown | None) -> None:
        self._console, self._stages = console, stages
        self._rounds: list[Step] = []
        self._of = 1
        self._is_open = False
        """Whether it is still to be said what the last round came to."""

    def tell(self, event: Any) -> None:
        if isinstance(event, Started):
            self._of = event.rounds
            self._print(f"Model {what_runs(event)}")
        elif isinstance(event, Caption):
            self._close()
            of = f" for {event.place}" if event.place else ""
            self._print(f"Caption{of}: {shorten(event.temporal, LONGEST_CAPTION, placeholder=' …')}")
        elif isinstance(event, Note):
            self._print(f"Note: {event.text}" if event.is_warning else event.text)
        elif isinstance(event, Progress):
            self._begin(event)
            if self._stages:
                self._stages.update(event)
        elif isinstance(event, Step):
            self._rounds.append(event)
            self._is_open = True
            if event.ended:
                self._print(event.ended)

    def _begin(self, event: Progress) -> None:
        """Say what the last round came to and which one begins, where one does."""
        if event.done or event.stage not in (_FIRST_STAGE, _REFINE_STAGE):
            return
        self._close()
        if event.stage == _REFINE_STAGE:
            self._print(f"{REDRAWING}:")
        elif self._of > 1 or self._rounds:
            of = f" of {self._of}" if self._of > 1 else ""
            self._print(f"Round {len(self._rounds) + 1}{of}:")

    def _close(self) -> None:
        """Say what the last round came to, where that was not said."""
        if self._is_open:
            self._is_open = False
            self._print(self._last())
            if self._stages:
                self._stages.restart()

    def _last(self) -> str:
        reason = self._rounds[-1].choice.reason
        return f"Round {len(self._rounds)}: {reason}" if self._of > 1 or len(self._rounds) > 1 else reason

    def _print(self, text: str) -> None:
        """The text as it is: brackets are no markup, and a file or a pipe has no width to wrap at."""
        wrapped = self._console.is_terminal
        self._console.print(printable(text), markup=False, emoji=False, soft_wrap=not wrapped)


class _Lines:
    """Lines where no terminal shows a bar: one as a stage begins, and now and then how far it is."""

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic) -> None:
        self._console, self._clock = console, clock
        self._seen: dict[str, tuple[float, float]] = {}
        """When each stage began, and when it was last told of."""
        self._before: float | None = None

    def restart(self) -> None:
        self._seen.clear()

    def update(self, event: Progress) -> None:
        now, name = self._clock(), stage_name(event.stage).capitalize()
        before, self._before = self._before, now
        if event.stage not in self._seen:
            self._seen[event.stage] = _began(event, now, before), now
            self._print(f"{name} …")
            return
        began, told = self._seen[event.stage]
        if now - told >= LINE_SECONDS and event.done:
            self._seen[event.stage] = began, now
            self._print(f"{name} {count_and_time(event, now - began)}")

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, emoji=False, soft_wrap=True)


class _Stages:
    """One bar a stage; its time left follows from the stage's own pace."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, tuple[TaskID, float]] = {}
        self._before: float | None = None

    def restart(self) -> None:
        for task, _ in self._tasks.values():
            self._bar.remove_task(task)
        self._tasks.clear()

    def update(self, event: Progress) -> None:
        now = monotonic()
        before, self._before = self._before, now
        if event.stage not in self._tasks:
            self._finish_whole()
            task = self._bar.add_task(stage_name(event.stage), total=event.total, left="")
            self._tasks[event.stage] = task, _began(event, now, before)
        task, start = self._tasks[event.stage]
        self._bar.update(task, completed=event.done, left=count_and_time(event, now - start))

    def _finish_whole(self) -> None:
        """A stage that is done at one go ends as the next one begins."""
        for task, start in self._tasks.values():
            shown = next(one for one in self._bar.tasks if one.id == task)
            if shown.total == 1 and not shown.finished:
                self._bar.update(task, completed=1, left=duration(monotonic() - start))


def _began(event: Progress, now: float, before: float | None) -> float:
    """When a stage that is new began: some are heard of only once their first unit is done."""
    return before if event.done and before is not None else now
