"""What becomes of main memory that is freed.

The C library's allocator gives large blocks back to the system at once, and takes new ones from it, page by
page and filled with zeros, for the next tensor. An edit on a CPU makes half a million pages so, and spends a
quarter of its time on it.
"""

from __future__ import annotations

import ctypes
import sys

LARGEST = 2**29
"""Bytes of the largest block that is kept for the next tensor."""
MOST = 2**30
"""Bytes that are kept in all, where they lie together."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of `mallopt` (malloc.h of the GNU C library)."""


def keep_freed() -> bool:
    """Keep what is freed for what this process allocates next; whether the allocator can.

    That is the GNU C library's of Linux. Other ones are left as they are.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return set_option is not None and all(
        [set_option(_MMAP_THRESHOLD, LARGEST), set_option(_TRIM_THRESHOLD, MOST)]
    )
