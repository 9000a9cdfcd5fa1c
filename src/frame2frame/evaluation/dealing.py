"""A run's episodes dealt to several devices, each of which has a process of its own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from ..errors import Frame2FrameError, ModelError
from .crew import cores, leave_with_caller
from .plan import Plan, Report
from .stopping import stoppable

Part = TypeVar("Part")
Measure = Callable[[Plan, range, Report], Part]
"""Measures these episodes of a plan on one device, and ends early on SIGTERM with what it has.

It is a function of a module, and what it answers can be pickled.
"""


def dealt(measure: Measure[Part], plan: Plan, report: Report) -> list[Part]:
    """What each device found, in the order of the episodes; a single device is this process's own.

    Raises what one of them raised. A stop is passed on to all; one that had not begun then has no part.
    """
    from ..engine.device.placement import choose_devices

    devices = choose_devices(plan.device)
    if len(devices) == 1:
        return [measure(plan, range(plan.count), report)]
    parts = list(zip(devices, shares(plan.count, len(devices)), strict=False))
    others = [
        _Other(measure, replace(plan, device=str(device)), share, (number, len(parts)))
        for number, (device, share) in enumerate(parts)
    ]
    try:
        return _answers(others, report)
    finally:
        for other in others:
            other.process.kill()
            other.process.join()


def shares(count: int, devices: int) -> list[range]:
    """So many episodes in as many runs of neighbours, whose lengths differ by one at most."""
    ends = [count * number // devices for number in range(devices + 1)]
    return [range(*both) for both in pairwise(ends) if both[0] < both[1]]


class _Other:
    """A process that measures some episodes, and what it has said."""

    def __init__(self, measure: Measure[Any], plan: Plan, share: range, place: tuple[int, int]) -> None:
        context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
        self.line, end = context.Pipe(duplex=False)
        self.process = context.Process(target=_measure, args=(measure, plan, share, place, end))
        self.process.start()
        end.close()
        self.done, self.answers = 0, list[Any]()

    def hear(self, stopped: bool) -> bool:
        """Take what it says; whether that was its last word."""
        try:
            word = self.line.recv()
        except EOFError:
            if stopped:
                return True
            raise ModelError("a process of the benchmark has ended without an answer") from None
        if isinstance(word, Exception):
            raise word
        if isinstance(word, int):
            self.done = word
        else:
            self.answers = word
        return bool(self.answers)


def _answers(others: Sequence[_Other], report: Report) -> list[Any]:
    left, stopped = list(others), False
    while left:
        with stoppable() as stop:
            while left:
                ready = wait([other.line for other in left])
                before = sum(one.done for one in others)
                left = [one for one in left if one.line not in ready or not one.hear(stopped)]
                if (done := sum(one.done for one in others)) > before:
                    report(done)
        if stop.asked:
            stopped = True
            for other in left:
                other.process.terminate()
    return [answer for other in others for answer in other.answers]


def _measure(
    measure: Measure[Any], plan: Plan, share: range, place: tuple[int, int], line: Connection
) -> None:
    from ..engine.device.placement import on

    _settle(*place)
    with suppress(BrokenPipeError), on(plan.device):
        try:
            line.send([measure(plan, share, line.send)])
        except Frame2FrameError as error:
            line.send(error)


def _settle(number: int, count: int) -> None:
    """Leave signals to the caller, who passes them on once, and to the others their part of the cores."""
    leave_with_caller()
    if hasattr(os, "setsid"):
        os.setsid()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(cores()[number::count]) or set(cores()))
