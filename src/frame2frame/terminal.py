"""The stream of events on a terminal: stage, step and the time that is left in the stage.

The rounds of a path repeat the stages: each begins anew under its own line, after what the last one came to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from .edit import Event
from .generate import guidance
from .printable import printable
from .values import Caption, Note, Progress, Started, Step

_FIRST_STAGE = "encode"
_NAMES = {
    "encode": "loading and encoding",
    "denoise": "denoising",
    "decode": "decoding",
    "score": "scoring",
    "keep": "keeping the source",
}


def show(events: Iterator[Event]) -> Iterator[Event]:
    """Pass the events on, showing them on stderr as they come."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description:<20}"), BarColumn(24), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        stages = _Stages(bar) if console.is_terminal else _Lines(console)
        rounds: list[Step] = []
        for event in events:
            if _begins_round(event, rounds):
                _print(console, f"Round {len(rounds)}: {rounds[-1].choice.reason}\nRound {len(rounds) + 1}:")
                stages.restart()
            if isinstance(event, Started):
                _print(console, _started(event))
            elif isinstance(event, Caption):
                _print(console, f"Caption: {event.temporal}")
            elif isinstance(event, Note):
                _print(console, f"Note: {event.text}" if event.is_warning else event.text)
            elif isinstance(event, Progress):
                stages.update(event)
            elif isinstance(event, Step):
                rounds.append(event)
            yield event


def _begins_round(event: Event, rounds: Sequence[Step]) -> bool:
    """Whether another round follows those that are finished; a run that goes on begins with such."""
    return isinstance(event, Progress) and event.stage == _FIRST_STAGE and event.done == 0 and bool(rounds)


def _print(console: Console, text: str) -> None:
    """The text as it is: brackets are no markup, and a file or a pipe has no width to wrap at."""
    console.print(printable(text), markup=False, emoji=False, soft_wrap=not console.is_terminal)


def _started(event: Started) -> str:
    sampling = event.sampling
    return (
        f"Model {event.model} on {event.device}: {sampling.frames} frames of "
        f"{sampling.width}×{sampling.height}, {sampling.steps} step{'s' if sampling.steps != 1 else ''}, "
        f"guidance {guidance.told(sampling.guidance)}, seed {event.seed}"
    )


class _Lines:
    """One line a stage, where no terminal shows a bar."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen: set[str] = set()

    def restart(self) -> None:
        self._seen.clear()

    def update(self, event: Progress) -> None:
        if event.stage not in self._seen:
            self._seen.add(event.stage)
            _print(self._console, f"{_NAMES.get(event.stage, event.stage).capitalize()} …")


class _Stages:
    """One bar a stage; its time left follows from the stage's own pace."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, tuple[TaskID, float]] = {}

    def restart(self) -> None:
        for task, _ in self._tasks.values():
            self._bar.remove_task(task)
        self._tasks.clear()

    def update(self, event: Progress) -> None:
        if event.stage not in self._tasks:
            name = _NAMES.get(event.stage, event.stage)
            self._tasks[event.stage] = (self._bar.add_task(name, total=event.total, left=""), monotonic())
        task, start = self._tasks[event.stage]
        self._bar.update(task, completed=event.done, left=_left(event, monotonic() - start))


def _left(event: Progress, seconds: float) -> str:
    count = f"{event.done} of {event.total}"
    if not 0 < event.done < event.total:
        return count
    left = seconds / event.done * (event.total - event.done)
    return f"{count}, {left:.0f} s left in this stage" if left >= 1 else count
