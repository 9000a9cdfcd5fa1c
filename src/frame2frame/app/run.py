"""One edit or pick on the page: from the fields to the changes of what is shown, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from ..edit import Event, stream
from ..errors import Frame2FrameError
from ..pick import picking
from ..values import Result
from . import film, told
from .fields import Desk, Widgets
from .form import GIVEN, Form, PickForm, Written

Updates = dict[Any, Any]
"""The new states of some components."""

Events = Generator[Event, None, None]

Work = tuple[told.Asked, Events]
"""What was asked, and what happens while it is done."""

STOPPED = "Stopped. Nothing was written."
WAIT_SECONDS = 0.5


@dataclass
class Stops:
    """The wish to stop of each open page, by its session, and of its two works: `edit` and `pick`."""

    _wishes: dict[tuple[str, str], threading.Event] = field(default_factory=dict)

    def begin(self, session: str | None, work: str) -> threading.Event:
        """Forget the wish of the run before."""
        self._wishes[session or "", work] = threading.Event()
        return self._wishes[session or "", work]

    def stop(self, session: str | None, work: str) -> None:
        if wish := self._wishes.get((session or "", work)):
            wish.set()

    def forget(self, session: str | None) -> None:
        """Stop what a closed page has running."""
        for own in [key for key in self._wishes if key[0] == (session or "")]:
            self._wishes.pop(own).set()


@dataclass(frozen=True, eq=False)
class Runner:
    """One edit or pick: from the fields to the changes of the page."""

    out: Path
    cache_dir: str | None
    widgets: Widgets
    stops: Stops = field(default_factory=Stops)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def outputs(self) -> list[Any]:
        """What `run` may change."""
        own = self.widgets
        shown = [
            own.empty,
            own.result,
            own.outcome,
            own.slider,
            own.strips,
            own.large,
            own.metrics,
            own.shown,
        ]
        written = [own.fields["caption"], own.target, own.written, own.keep_seed]
        return [*own.edit.buttons, *own.pick.buttons, *written, *shown]

    def cancel(self, session: str | None, work: str = "edit") -> Any:
        """Wish for a stop; only the run itself writes the line of progress, so that its last word stands."""
        self.stops.stop(session, work)
        return gr.update(value="Stopping after this step …", interactive=False)

    def run(self, session: str | None, form: Form, written: Written) -> Iterator[Updates]:
        """The changes of the page while the edit runs; what is wrong is one line, and the fields stay."""
        yield from self._guarded(session, "edit", lambda: self._edit(form, written))

    def pick(self, session: str | None, form: PickForm) -> Iterator[Updates]:
        """The same while a frame of a given clip is picked."""
        yield from self._guarded(session, "pick", lambda: self._pick(form))

    def _edit(self, form: Form, written: Written) -> Work:
        request = form.request(written, self.cache_dir)
        return told.Asked.of(request), stream(request, self.out)

    def _pick(self, form: PickForm) -> Work:
        wanted = form.wanted(self.cache_dir)
        return told.Asked.of(wanted), picking(wanted, self.out)

    def _guarded(self, session: str | None, work: str, begin: Callable[[], Work]) -> Iterator[Updates]:
        stop, desk = self.stops.begin(session, work), self.widgets.desk(work)
        yield {
            desk.go: gr.update(visible=False),
            desk.cancel: gr.update(value="Cancel", interactive=True, visible=True),
            desk.status: told.waiting("Starting"),
        }
        try:
            yield from self._in_turn(desk, *begin(), stop)
        except Frame2FrameError as error:
            yield {desk.status: told.failed(error)}
        except Exception as error:
            words = f"something went wrong that should not ({error!s:.200}); the terminal says more"
            yield {desk.status: told.failed(words)}
            raise

    def _in_turn(
        self, desk: Desk, asked: told.Asked, events: Events, stop: threading.Event
    ) -> Iterator[Updates]:
        """One at a time, or they would not fit in memory."""
        while not self.turn.acquire(timeout=WAIT_SECONDS):
            if stop.is_set():
                yield {desk.status: told.said(STOPPED)}
                return
            yield {desk.status: told.waiting("Waiting for an edit of another window")}
        try:
            yield from self._followed(desk, asked, events, stop)
        finally:
            self.turn.release()

    def _followed(
        self, desk: Desk, asked: told.Asked, events: Events, stop: threading.Event
    ) -> Iterator[Updates]:
        teller = told.Teller(asked)
        with closing(events):
            for event in events:
                if isinstance(event, Result):
                    shown = told.Shown(asked, tuple(teller.steps), event, tuple(teller.notes))
                    yield {desk.status: "", **self._finished(shown)}
                    return
                if stop.is_set():
                    break
                if line := teller.hear(event):
                    yield {desk.status: line}
        yield {desk.status: told.said(STOPPED)}

    def _finished(self, shown: told.Shown) -> Updates:
        own, caption = self.widgets, shown.last.caption
        title, after = shown.after()
        crisp = ["crisp"] if film.is_crisp(after) else []
        label = f"Before · {title}"
        pictures = (shown.asked.source.picture, after)
        updates = {
            own.empty: gr.update(visible=False),
            own.result: gr.update(visible=True),
            own.outcome: told.outcome_html(shown),
            own.slider: gr.update(value=pictures, label=label, elem_classes=crisp),
            own.strips: film.strips_html(shown.strips()),
            own.large: "",
            own.metrics: told.metrics_html(shown),
            own.shown: shown,
            own.keep_seed: gr.update(visible=shown.asked.seed is not None),
        }
        if shown.asked.captioner in ("", GIVEN):
            return updates
        written = Written(shown.asked.words, shown.asked.captioner, caption.temporal, caption.target)
        written_now = {
            own.fields["caption"]: caption.temporal,
            own.target: told.target_html(caption.target),
            own.written: written,
        }
        return updates | written_now
