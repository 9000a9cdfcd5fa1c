"""Whose turn it is: weights load alone, and a device computes for one caller at a time.

While weights load, PyTorch's own defaults change for the whole process, so nothing computes meanwhile. A
turn lasts for one call into a model, such as one step, so that several edits take turns step by step. It must
never be held across a `yield`: a run that is left halfway would hold up all others.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from .hardware import numbered
from .heap import freed_kept

if TYPE_CHECKING:
    import torch


class _Own(threading.local):
    """What this thread holds."""

    computes = 0
    loads = 0


class _Turns:
    """Any number compute, or one loads; who waits to load goes first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._own = _Own()
        self._computing = self._waiting = 0
        self._is_loading = False

    @contextmanager
    def computing(self) -> Iterator[None]:
        own = self._own
        if not (own.computes or own.loads):
            with self._changed:
                self._changed.wait_for(lambda: not self._is_loading and not self._waiting)
                self._computing += 1
        own.computes += 1
        try:
            yield
        finally:
            own.computes -= 1
            if not (own.computes or own.loads):
                with self._changed:
                    self._computing -= 1
                    self._changed.notify_all()

    @contextmanager
    def loading(self) -> Iterator[None]:
        own = self._own
        if own.computes and not own.loads:
            raise RuntimeError("weights cannot load in the middle of a call into a model")
        if not own.loads:
            self._begin_to_load()
        own.loads += 1
        try:
            yield
        finally:
            own.loads -= 1
            if not own.loads:
                with self._changed:
                    self._is_loading = False
                    self._changed.notify_all()

    def _begin_to_load(self) -> None:
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: not self._is_loading and not self._computing)
                self._is_loading = True
            finally:
                self._waiting -= 1
                self._changed.notify_all()


_turns = _Turns()
_devices: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)

loading = _turns.loading
"""While weights load: nobody else of this process computes or loads. May be nested."""


@contextmanager
def computing(device: torch.device | str) -> Iterator[None]:
    """While one call into a model on this device runs: the device computes for nobody else. May be nested."""
    import torch

    where = numbered(torch.device(device))
    kept = freed_kept() if where.type == "cpu" else nullcontext()
    with _turns.computing(), _devices[str(where)], kept:
        yield
