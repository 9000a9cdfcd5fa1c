"""One edit on the page: from the fields to the changes of what is shown, and how it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from ..edit import stream
from ..errors import Frame2FrameError
from ..request import Request
from ..values import Result
from . import told
from .fields import Widgets
from .form import GIVEN, Form, Written

Updates = dict[Any, Any]
"""The new states of some components."""

STOPPED = "Stopped. Nothing was written."
WAIT_SECONDS = 0.5


@dataclass
class Stops:
    """The wish to stop of each open page, by its session."""

    _wishes: dict[str, threading.Event] = field(default_factory=dict)

    def begin(self, session: str | None) -> threading.Event:
        """Forget the wish of the run before."""
        self._wishes[session or ""] = threading.Event()
        return self._wishes[session or ""]

    def stop(self, session: str | None) -> None:
        if wish := self._wishes.get(session or ""):
            wish.set()

    def forget(self, session: str | None) -> None:
        """Stop what a closed page has running."""
        self.stop(session)
        self._wishes.pop(session or "", None)


@dataclass(frozen=True, eq=False)
class Runner:
    """One edit: from the fields to the changes of the page."""

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
        return [own.generate, own.cancel, own.status, own.fields["caption"], own.target, own.written, *shown]

    def cancel(self, session: str | None) -> Any:
        """Wish for a stop; only the run itself writes the line of progress, so that its last word stands."""
        self.stops.stop(session)
        return gr.update(value="Stopping after this step …", interactive=False)

    def run(self, session: str | None, form: Form, written: Written) -> Iterator[Updates]:
        """The changes of the page while the edit runs; what is wrong is one line, and the fields stay."""
        stop, status = self.stops.begin(session), self.widgets.status
        yield {
            self.widgets.generate: gr.update(visible=False),
            self.widgets.cancel: gr.update(value="Cancel", interactive=True, visible=True),
            status: told.waiting("Starting"),
        }
        try:
            request = form.request(written, self.cache_dir)
            yield from self._in_turn(request, stop)
        except Frame2FrameError as error:
            yield {status: told.failed(error)}
        except Exception as error:
            words = f"something went wrong that should not ({error!s:.200}); the terminal says more"
            yield {status: told.failed(words)}
            raise

    def _in_turn(self, request: Request, stop: threading.Event) -> Iterator[Updates]:
        """One edit at a time, or they would not fit in memory."""
        while not self.turn.acquire(timeout=WAIT_SECONDS):
            if stop.is_set():
                yield {self.widgets.status: told.said(STOPPED)}
                return
            yield {self.widgets.status: told.waiting("Waiting for an edit of another window")}
        try:
            yield from self._followed(request, stop)
        finally:
            self.turn.release()

    def _followed(self, request: Request, stop: threading.Event) -> Iterator[Updates]:
        teller = told.Teller(request)
        with closing(stream(request, self.out)) as events:
            for event in events:
                if isinstance(event, Result):
                    yield self._finished(told.Shown(request, tuple(teller.steps), event, tuple(teller.notes)))
                    return
                if stop.is_set():
                    break
                if line := teller.hear(event):
                    yield {self.widgets.status: line}
        yield {self.widgets.status: told.said(STOPPED)}

    def _finished(self, shown: told.Shown) -> Updates:
        own, caption = self.widgets, shown.last.caption
        title, after = shown.after()
        crisp = ["crisp"] if told.is_crisp(after) else []
        label = f"Before · {title}"
        pictures = (shown.request.source.picture, after)
        updates = {
            own.status: "",
            own.empty: gr.update(visible=False),
            own.result: gr.update(visible=True),
            own.outcome: told.outcome_html(shown),
            own.slider: gr.update(value=pictures, label=label, elem_classes=crisp),
            own.strips: told.strips_html(shown.strips()),
            own.large: "",
            own.metrics: told.metrics_html(shown),
            own.shown: shown,
        }
        if shown.request.caption == GIVEN:
            return updates
        written = Written(shown.request.instruction, shown.request.caption, caption.temporal, caption.target)
        written_now = {
            own.fields["caption"]: caption.temporal,
            own.target: told.target_html(caption.target),
            own.written: written,
        }
        return updates | written_now
