"""Ending a long run early without losing what it has measured."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..errors import CancelledError


class Stop:
    """Whether a run was stopped."""

    asked = False

    @classmethod
    def of(cls, parts: Iterable[Stop]) -> Stop:
        """That of a run whose parts these are; without any it was stopped before one began."""
        asked, stop = [part.asked for part in parts], cls()
        stop.asked = any(asked) or not asked
        return stop

    def after(self, done: int) -> int | None:
        """The episodes that were done, if it was stopped. Raises CancelledError if there are none."""
        if self.asked and not done:
            raise CancelledError("stopped", remedy="nothing was measured yet")
        return done if self.asked else None


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Ctrl-C and SIGTERM, which time limits send, end the block and not the process; a second one does."""
    stop = Stop()
    on_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if on_main else None
    try:
        yield stop
    except KeyboardInterrupt:
        stop.asked = True
    finally:
        if on_main:
            signal.signal(signal.SIGTERM, before)
