"""Hands that draw episodes, choose frames and measure, which is Python's work, while a GPU makes clips."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

from .episodes import drawings
from .plan import Plan


@contextmanager
def crew(plan: Plan) -> Iterator[Executor]:
    """One process a core beside a GPU; else a single thread, so that what is timed is one processor's work.

    What is handed over must be pickled, so it is functions of modules and values without tensors.
    """
    with processes(len(cores())) if on_gpu(plan) else ThreadPoolExecutor(1) as hands:
        yield hands


def ahead(plan: Plan) -> int:
    """Episodes to draw meanwhile: only a GPU leaves the processor free for it."""
    return 2 * plan.batch if on_gpu(plan) else 0


def on_gpu(plan: Plan) -> bool:
    """Whether the plan's devices are some."""
    from ..engine.device.placement import choose_devices

    return choose_devices(plan.device)[0].type == "cuda"


def cores() -> list[int]:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """So many, of one thread each, that leave signals to their caller and end with it."""
    drawings(1)[0].draw()  # compiles the drawing code once, not in every process at the same time
    context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
    with _one_thread_each(), ProcessPoolExecutor(count, context, _settle) as hands:
        yield hands


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """What starts inside computes with one thread: a process a core with as many threads would thrash.

    A pool starts its processes when it needs them, so this holds as long as the pool lives.
    """
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _settle() -> None:
    """A time limit's signal goes to the whole group, but only the caller's process shall act on it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    leave_with_caller()


def leave_with_caller() -> None:
    """End this process when the one that started it has, however that ended."""
    caller = multiprocessing.parent_process()
    assert caller is not None

    def leave() -> None:
        caller.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
