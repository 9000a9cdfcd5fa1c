"""What becomes of main memory that is freed.

The C library's allocator gives large blocks back to the system at once, and takes new ones from it, page by
page and filled with zeros, for the next tensor: an edit on a CPU would have half a million pages made so.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

LARGEST = (2**27, 2**25)
"""Bytes of the largest block that is kept for the next tensor; older versions take only the second.

Pictures of 45 megapixels and more are larger; what is kept of several would add up.
"""
MOST = 2**30
"""Bytes that are kept in all, where they lie together."""
OWN_LARGEST, OWN_MOST = 2**25, 2**26
"""The same that the allocator comes to by itself in a process that frees large blocks."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of `mallopt` (malloc.h of the GNU C library)."""


class _Kept:
    """The bounds are those of the whole process: they change for the first who wants it and for the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0

    @contextmanager
    def freed_kept(self) -> Iterator[None]:
        with self._lock:
            self._wanted += 1
            if self._wanted == 1:
                _keep(*LARGEST, most=MOST)
        try:
            yield
        finally:
            with self._lock:
                self._wanted -= 1
                if not self._wanted:
                    _keep(OWN_LARGEST, most=OWN_MOST)


freed_kept = _Kept().freed_kept
"""While it lasts, what this process frees is kept for what it allocates next; several may want it at once.

Only the GNU C library of Linux can; others are left alone, and so are bounds that the environment sets.
"""


def give_back() -> None:
    """Let go of what nobody uses any more, and give the system back what was kept of it."""
    gc.collect()
    if trim := _of_allocator("malloc_trim"):
        trim(0)


def _keep(*largest: int, most: int) -> None:
    """Keep blocks up to the first of these sizes that the allocator takes."""
    set_option = None if _is_set() else _of_allocator("mallopt")
    if set_option and any(set_option(_MMAP_THRESHOLD, size) for size in largest):
        set_option(_TRIM_THRESHOLD, most)  # alone it would fix the largest block at its first, small size


def _of_allocator(name: str) -> Callable[..., Any] | None:
    """A function of the C library, None where it lacks it."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _is_set() -> bool:
    """Whether the user says what is kept."""
    said = " ".join([*os.environ, os.environ.get("GLIBC_TUNABLES", "")]).lower()
    return any(f"{bound}_threshold" in said for bound in ("mmap", "trim"))
