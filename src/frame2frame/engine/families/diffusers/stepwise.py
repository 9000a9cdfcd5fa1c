"""Work that runs from its beginning to its end, made to wait after each of its steps.

A pipeline of diffusers holds the loop over its steps itself. In a thread of its own it can be led through
them one by one, so that its progress shows and it can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Generic, TypeVar

Outcome = TypeVar("Outcome")

Work = Callable[[Callable[[], None]], Outcome]
"""It calls what it is given after each of its steps."""


class _Stopped(BaseException):
    """Ends the work; no `except Exception` on the way holds it up."""


class Stepwise(Generic[Outcome]):
    """The work waits for `step` before it begins, and again whenever it reports the end of a step."""

    def __init__(self, work: Work[Outcome]) -> None:
        self._outcome: Future[Outcome] = Future()
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._go, self._halts = Semaphore(0), SimpleQueue[None]()
        self._stopped = False

    @property
    def begun(self) -> bool:
        return self._thread.ident is not None

    @property
    def done(self) -> bool:
        return self._outcome.done()

    def step(self) -> None:
        """Let it go on until its next step ends or it is done; raises what the work raises."""
        if self.begun:
            self._go.release()
        else:
            self._thread.start()
        self._halts.get()
        if self.done:
            self.outcome()

    def outcome(self) -> Outcome:
        """What the finished work returned; raises what it raised."""
        return self._outcome.result(timeout=0)

    def stop(self) -> None:
        """End the work where it waits, or after the step that it is at."""
        if self.begun:
            self._stopped = True
            self._go.release()
            self._thread.join()

    def _run(self, work: Work[Outcome]) -> None:
        try:
            self._outcome.set_result(work(self._halt))
        except _Stopped:
            self._outcome.cancel()  # rather than to keep its traceback, and with it all the work's values
        except BaseException as error:
            self._outcome.set_exception(error)
        finally:
            self._halts.put(None)

    def _halt(self) -> None:
        self._halts.put(None)
        self._go.acquire()
        if self._stopped:
            raise _Stopped
