"""A thread for each device, so that several work at the same time.

PyTorch lets other threads of Python go on while it computes and while it waits for a GPU. What belongs to a
device, a model and its drafts, is touched by the device's own thread only, one job after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from threading import Event
from typing import Generic, TypeVar

from .placement import on

Found = TypeVar("Found")
Value = TypeVar("Value")


class Worker:
    """The thread of a device, which ends with `close`."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"frame2frame {device}")
        self.is_closing = False

    def do(self, job: Callable[[], Found]) -> Future[Found]:
        """Have it done after the jobs before it."""
        return self._thread.submit(self._done, job)

    def close(self) -> None:
        """Wait for the job that it is at, and end the thread; streams break off."""
        self.is_closing = True
        self._thread.shutdown(wait=True)

    def _done(self, job: Callable[[], Found]) -> Found:
        with on(self._device):
            return job()


def together(workers: Sequence[Worker], jobs: Sequence[Callable[[Event], Found]]) -> list[Found]:
    """What the jobs give, each done by its worker; returns, or raises the first error, when all have ended.

    A job of several steps is given an event that is set as soon as it should break off, since another one
    failed or the caller was interrupted.
    """
    halt = Event()
    futures = [
        worker.do(lambda job=job: job(halt))  # type: ignore[misc]
        for worker, job in zip(workers, jobs, strict=True)
    ]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
    finally:
        halt.set()
    wait(futures)
    return [one.result() for one in futures]


class Stream(Generic[Value]):
    """What an iterator gives in a worker's thread: iterating it waits for each value, and raises its errors.

    The worker goes ahead of who takes the values, until it is stopped.
    """

    def __init__(self, worker: Worker, source: Callable[[], Iterator[Value]]) -> None:
        self._values = SimpleQueue[tuple[Value] | None]()
        self._worker, self._is_stopped = worker, False
        self._end = worker.do(lambda: self._go_through(source))

    def stop(self) -> None:
        """Have the worker break off after the value that it is at."""
        self._is_stopped = True

    def __iter__(self) -> Iterator[Value]:
        try:
            while (found := self._values.get()) is not None:
                yield found[0]
            self._end.result()
        finally:
            self.stop()

    def _go_through(self, source: Callable[[], Iterator[Value]]) -> None:
        try:
            if self._breaks_off:
                return
            for value in source():
                self._values.put((value,))
                if self._breaks_off:
                    return
        finally:
            self._values.put(None)

    @property
    def _breaks_off(self) -> bool:
        return self._is_stopped or self._worker.is_closing
