"""One edit or pick on the page: from the fields to the changes of what is shown, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from ..editor import Editor
from ..errors import Frame2FrameError
from ..report.result import Result
from ..run import Event
from . import answer, status
from .fields import Desk, Widgets
from .form import GIVEN, Form, PickForm, Written
from .visitors import Visitors

Updates = dict[Any, Any]
"""The new states of some components."""

Events = Generator[Event, None, None]

Work = tuple[answer.Asked, Events]
"""What was asked, and what happens while it is done."""

STOPPED = "Stopped. Nothing was written."
WAIT_SECONDS = 0.5


@dataclass
class Pages:
    """Of each open page, by its session: the wishes to stop its works (`edit`, `pick`), and its answer."""

    _wishes: dict[tuple[str, str], threading.Event] = field(default_factory=dict)
    _shown: dict[str, answer.Answer] = field(default_factory=dict)

    def begin(self, session: str, work: str) -> threading.Event:
        """Forget the wish of the run before."""
        self._wishes[session, work] = threading.Event()
        return self._wishes[session, work]

    def stop(self, session: str, work: str) -> None:
        if wish := self._wishes.get((session, work)):
            wish.set()

    def show(self, session: str, shown: answer.Answer) -> None:
        """Keep the answer as long as the page is open."""
        if any(key[0] == session for key in self._wishes):
            self._shown[session] = shown

    def shown(self, session: str) -> answer.Answer | None:
        return self._shown.get(session)

    def forget(self, session: str) -> None:
        """Stop what a closed page has running, and let go of what it showed."""
        for own in [key for key in self._wishes if key[0] == session]:
            self._wishes.pop(own).set()
        self._shown.pop(session, None)


@dataclass(frozen=True)
class _Seat:
    """Whose work it is, where it is told, and the wish to stop it."""

    session: str
    desk: Desk
    stop: threading.Event


@dataclass(frozen=True, eq=False)
class Runner:
    """One edit or pick: from the fields to the changes of the page."""

    out: Path
    cache_dir: str | None
    widgets: Widgets
    visitors: Visitors
    editor: Editor = field(default_factory=Editor)
    """Owns the models of all pages."""
    pages: Pages = field(default_factory=Pages)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def outputs(self) -> list[Any]:
        """What `run` may change."""
        own = self.widgets
        shown = [own.empty, own.result, own.outcome, own.compare, own.strips, own.large, own.metrics]
        written = [own.fields["caption"], own.target, own.written, own.keep_seed]
        return [*own.edit.buttons, *own.pick.buttons, *written, *shown]

    def cancel(self, session: str, work: str = "edit") -> Any:
        """Wish for a stop; only the run itself writes the line of progress, so that its last word stands."""
        self.pages.stop(session, work)
        return gr.update(value="Stopping after this step …", interactive=False)

    def run(self, session: str, form: Form, written: Written) -> Iterator[Updates]:
        """The changes of the page while the edit runs; what is wrong is one line, and the fields stay."""
        yield from self._guarded(session, "edit", lambda: self._edit(form, written))

    def pick(self, session: str, form: PickForm) -> Iterator[Updates]:
        """The same while a frame of a given clip is picked."""
        yield from self._guarded(session, "pick", lambda: self._pick(form))

    def _edit(self, form: Form, written: Written) -> Work:
        request = form.request(written, self.cache_dir)
        return answer.Asked.of(request), self.editor.stream(request, self.out)

    def _pick(self, form: PickForm) -> Work:
        wanted = form.wanted(self.cache_dir)
        return answer.Asked.of(wanted), self.editor.stream(wanted, self.out)

    def _guarded(self, session: str, work: str, begin: Callable[[], Work]) -> Iterator[Updates]:
        stop, desk = self.pages.begin(session, work), self.widgets.desk(work)
        yield {
            desk.go: gr.update(visible=False),
            desk.cancel: gr.update(value="Cancel", interactive=True, visible=True),
            desk.status: status.waiting("Starting"),
        }
        try:
            yield from self._in_turn(_Seat(session, desk, stop), *begin())
        except Frame2FrameError as error:
            yield {desk.status: status.failed(error)}
        except Exception:
            yield {desk.status: status.failed("something went wrong that should not; the terminal says more")}
            raise

    def _in_turn(self, seat: _Seat, asked: answer.Asked, events: Events) -> Iterator[Updates]:
        """One at a time, or they would not fit in memory."""
        while not self.turn.acquire(timeout=WAIT_SECONDS):
            if seat.stop.is_set():
                yield {seat.desk.status: status.line(STOPPED)}
                return
            yield {seat.desk.status: status.waiting("Waiting for an edit of another window")}
        try:
            yield from self._followed(seat, asked, events)
        finally:
            self.turn.release()

    def _followed(self, seat: _Seat, asked: answer.Asked, events: Events) -> Iterator[Updates]:
        listener = status.Listener(asked)
        with closing(events):
            for event in events:
                if isinstance(event, Result):
                    yield {seat.desk.status: "", **self._finished(seat.session, listener.answer(event))}
                    return
                if seat.stop.is_set():
                    break
                if line := listener.take(event):
                    yield {seat.desk.status: line}
        yield {seat.desk.status: status.line(STOPPED)}

    def _finished(self, session: str, shown: answer.Answer) -> Updates:
        self.pages.show(session, shown)
        folder = shown.result.folder
        address = None if folder is None else f"runs/{self.visitors.keep(session, folder)}"
        own, caption = self.widgets, shown.last.caption
        updates = {
            own.empty: gr.update(visible=False),
            own.result: gr.update(visible=True),
            own.outcome: answer.outcome_html(shown, address),
            own.compare: answer.compare_html(shown),
            own.strips: answer.strips_html(shown),
            own.large: "",
            own.metrics: answer.figures_html(shown),
            own.keep_seed: gr.update(visible=shown.asked.seed is not None),
        }
        if shown.asked.captioner in ("", GIVEN) or not shown.has_caption:
            return updates
        written = Written(shown.asked.words, shown.asked.captioner, caption.temporal, caption.target)
        written_now = {
            own.fields["caption"]: caption.temporal,
            own.target: status.caption_html(written),
            own.written: written,
        }
        return updates | written_now
