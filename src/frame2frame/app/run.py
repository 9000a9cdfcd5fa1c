"""One edit on the page: from the fields to the changes of what is shown, and how it is stopped."""

from __future__ import annotations

import logging
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

log = logging.getLogger(__name__)


@dataclass
class Stops:
    """The wish to stop of each open page, by its session."""

    _wishes: dict[str, threading.Event] = field(default_factory=dict)

    def begin(self, session: str | None) -> None:
        """Forget the wish of the run before."""
        self._wishes[session or ""] = threading.Event()

    def stop(self, session: str | None) -> None:
        self.of(session).set()

    def of(self, session: str | None) -> threading.Event:
        return self._wishes.setdefault(session or "", threading.Event())


@dataclass(frozen=True, eq=False)
class Runner:
    """One edit: from the fields to the changes of the page."""

    out: Path
    cache_dir: str | None
    widgets: Widgets
    stops: Stops

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
        return [own.status, own.fields["caption"], own.target, own.written, *shown]

    def begin(self, session: str | None) -> Updates:
        """Generate makes room for Cancel."""
        self.stops.begin(session)
        own = self.widgets
        return {
            own.generate: gr.update(visible=False),
            own.cancel: gr.update(visible=True),
            own.status: told.waiting("Starting"),
        }

    def cancel(self, session: str | None) -> str:
        self.stops.stop(session)
        return told.waiting("Stopping after this step")

    def run(
        self, session: str | None, form: Form, written: Written, before: told.Shown | None
    ) -> Iterator[Updates]:
        """The changes of the page while the edit runs; what is wrong is one line, and the fields stay."""
        own = self.widgets
        try:
            yield from self._followed(form.request(written, self.cache_dir), self.stops.of(session))
        except Frame2FrameError as error:
            yield {own.status: told.failed(error), **self._visible(before)}
        except Exception as error:
            log.exception("the edit failed")
            words = f"something went wrong that should not ({error!s:.200}); the terminal says more"
            yield {own.status: told.failed(words), **self._visible(before)}
            raise

    def _followed(self, request: Request, stop: threading.Event) -> Iterator[Updates]:
        teller = told.Teller(request)
        with closing(stream(request, self.out)) as events:
            for event in events:
                if isinstance(event, Result):
                    yield self._finished(told.Shown(request, tuple(teller.steps), event, tuple(teller.notes)))
                elif stop.is_set():
                    break
                elif line := teller.hear(event):
                    yield {self.widgets.status: line}
            else:
                return
        yield {self.widgets.status: told.said("Stopped. Nothing was written.")}

    def _visible(self, shown: told.Shown | None) -> Updates:
        return {self.widgets.empty: gr.update(visible=shown is None)}

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
