"""What becomes of main memory that is freed.

The C library's allocator gives large blocks back to the system at once, and takes new ones from it, page by
page and filled with zeros, for the next tensor: an edit on a CPU has some hundred thousand pages made so.

Our own programs have it kept. A library call does not, as it would hold for all of the caller's process;
whoever edits from Python on a CPU may call `keep_freed` once.
"""

from __future__ import annotations

import ctypes
import gc
import sys

LARGEST = (2**29, 2**25)
"""Bytes of the largest block that is kept for the next tensor; older versions take only the second."""
MOST = 2**30
"""Bytes that are kept in all, where they lie together."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of `mallopt` (malloc.h of the GNU C library)."""


def keep_freed() -> int:
    """Keep what is freed for what this process allocates next; the largest block that is kept, or 0.

    It holds for all of the process from then on. Only the GNU C library of Linux can; others are left alone.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is None:
        return 0
    kept = next((size for size in LARGEST if set_option(_MMAP_THRESHOLD, size)), 0)
    if kept:  # alone the other would fix the largest block at its first, small size
        set_option(_TRIM_THRESHOLD, MOST)
    return kept


def give_back() -> None:
    """Let go of what nobody uses any more, and give the system back what was kept of it."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
