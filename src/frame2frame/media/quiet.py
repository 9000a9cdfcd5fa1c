"""Silence of the libraries that decode pictures: what matters of their remarks is in our notes and errors."""

from __future__ import annotations

import ctypes
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from PIL import _imaging


class ForAll:
    """A change of the whole process: the first of several threads makes it, the last one takes it back."""

    def __init__(self, change: Callable[[ExitStack], None]) -> None:
        """`change` makes it, and tells the stack how it is taken back."""
        self._change, self._undo = change, ExitStack()
        self._lock, self._inside = threading.Lock(), 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._change(self._undo)
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if self._inside == 0:
                    self._undo.close()


no_warnings = ForAll(lambda undo: undo.enter_context(warnings.catch_warnings(action="ignore")))
"""Within the block Python warns of nothing."""


def _silence(undo: ExitStack) -> None:
    undo.enter_context(no_warnings())
    logger = logging.getLogger("PIL")
    undo.callback(logger.setLevel, logger.level)
    logger.setLevel(logging.CRITICAL + 1)
    if (set_handler := _libtiff_handler()) is not None:
        undo.callback(set_handler, set_handler(None))


decoders = ForAll(_silence)
"""Within the block Pillow warns of nothing and libtiff prints nothing."""


def _libtiff_handler() -> Callable[[int | None], int | None] | None:
    """What sets where libtiff prints its errors and returns where it did; None where it cannot be reached."""
    try:
        function = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError, TypeError):
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function
