"""The line of progress, and what is said in its place: that it stopped, or what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

from ..errors import Frame2FrameError
from ..report.progress import DRAWING, REDRAWING, count_and_time, stage_name, what_runs
from ..report.result import Result
from ..run import Event
from ..values import Note, Progress, Started, Step
from .answer import Answer, Asked
from .form import Written
from .fragments import fragment


@dataclass
class Listener:
    """Takes a run's events and keeps what the page shows of them."""

    asked: Asked
    started: Started | None = None
    notes: list[Note] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _stage: tuple[str, int, float] = ("", 0, 0.0)
    """The stage, in which round, and since when."""

    def take(self, event: Event) -> str | None:
        """What the event changes in the line of progress, as HTML; None if nothing."""
        if isinstance(event, Started):
            self.started = event
        elif isinstance(event, Note):
            self.notes.append(event)
        elif isinstance(event, Step):
            self.steps.append(event)
        elif isinstance(event, Progress):
            return self._progress(event)
        return None

    def answer(self, result: Result) -> Answer:
        """The finished edit."""
        return Answer(self.asked, tuple(self.steps), result, tuple(self.notes))

    def _progress(self, event: Progress) -> str:
        stage, rounds, since = self._stage
        if (stage, rounds) != (event.stage, len(self.steps)):
            since = monotonic()
            self._stage = (event.stage, len(self.steps), since)
        title = " · ".join(self._title(event.stage))
        share = event.done / event.total if event.total else 0.0
        about = what_runs(self.started) if self.started else ""
        count = count_and_time(event, monotonic() - since)
        return fragment("progress", title[:1].upper() + title[1:], count, share, about)

    def _title(self, stage: str) -> Iterator[str]:
        """The stage, and where a round draws its number; what comes after the last round is of none."""
        yield REDRAWING if stage == "refine" else stage_name(stage)
        if self.asked.rounds is not None and stage in DRAWING and len(self.steps) < self.asked.rounds:
            yield f"round {len(self.steps) + 1} of at most {self.asked.rounds}"


def waiting(words: str) -> str:
    """The line of progress before the first event, and after a wish to stop."""
    return fragment("progress", words, "", 0.0, "")


def line(words: str) -> str:
    """A line that is neither progress nor an error."""
    return fragment("line", words)


def failed(error: Frame2FrameError | str) -> str:
    """An error as one line."""
    return fragment("error", _sentence(str(error)))


def caption_html(written: Written) -> str:
    """What the frames are scored against, and what the user should know of the caption."""
    return fragment("caption", written)


def _sentence(words: str) -> str:
    """With a capital and a full stop; the name of a file at the front is left as it is."""
    first = words.partition(" ")[0]
    start = words[:1].upper() + words[1:] if first.isalpha() else words
    return start if start.endswith((".", "!", "?")) else f"{start}."
