"""Silence of the libraries that decode pictures: what matters of their remarks is in our notes and errors."""

from __future__ import annotations

import ctypes
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from PIL import _imaging

_lock = threading.Lock()
_inside = 0
_undo = ExitStack()


@contextmanager
def decoders() -> Iterator[None]:
    """Within the block Pillow warns of nothing and libtiff prints nothing.

    Both keep that for the whole process, so the first of several threads silences them and the last one gives
    them their voice back.
    """
    global _inside
    with _lock:
        _inside += 1
        if _inside == 1:
            _silence(_undo)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _undo.close()


def _silence(undo: ExitStack) -> None:
    undo.enter_context(warnings.catch_warnings(action="ignore"))
    logger = logging.getLogger("PIL")
    undo.callback(logger.setLevel, logger.level)
    logger.setLevel(logging.CRITICAL + 1)
    if (set_handler := _libtiff_handler()) is not None:
        undo.callback(set_handler, set_handler(None))


def _libtiff_handler() -> Callable[[int | None], int | None] | None:
    """What sets where libtiff prints its errors and returns where it did; None where it cannot be reached."""
    try:
        function = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError, TypeError):
        return None
    function.argtypes, function.restype = [ctypes.c_void_p], ctypes.c_void_p
    return function
