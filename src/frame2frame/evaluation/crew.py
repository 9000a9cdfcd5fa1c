"""Hands that draw episodes, choose frames and measure, which is Python's work, while a GPU makes clips."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

from ..engine.device.placement import choose_devices
from .episodes import drawings
from .plan import Plan

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A process a core with as many threads would thrash."""


def on_gpu(plan: Plan) -> bool:
    return choose_devices(plan.device)[0].type == "cuda"


@contextmanager
def crew(plan: Plan) -> Iterator[Executor]:
    """One process a core beside a GPU; else a single thread, so that what is timed is one processor's work.

    What is handed over must be pickled, so it is functions of modules and values without tensors.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with processes(cores) if on_gpu(plan) else ThreadPoolExecutor(1) as hands:
        yield hands


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """So many, of one thread each, that leave signals to their caller and end with it."""
    drawings(1)[0].draw()  # compiles the drawing code once, not in every process at the same time
    context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
    before = {name: os.environ[name] for name in ONE_THREAD if name in os.environ}
    os.environ.update(ONE_THREAD)  # for as long as the pool lives: it starts processes when it needs them
    try:
        with ProcessPoolExecutor(count, context, _settle) as hands:
            yield hands
    finally:
        for name in ONE_THREAD:
            del os.environ[name]
        os.environ.update(before)


def _settle() -> None:
    """Leave signals, which go to the whole group, to the caller, and end when it has, however that ended."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    caller = multiprocessing.parent_process()
    assert caller is not None

    def leave() -> None:
        caller.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()
