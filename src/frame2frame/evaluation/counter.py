"""How far a benchmark is, on stderr: a line that is rewritten, or ten lines where no terminal shows it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .plan import Report

LINES = 10
"""Written during the whole of a run into a file or a pipe."""


@contextmanager
def counter(total: int, what: str = "") -> Iterator[Report]:
    """To be called with the number of those done; the line ends with the block, whatever ends it.

    `what` is counted, where that is not clear.
    """
    label = f"{what}: " if what else ""
    stream, before = sys.stderr, 0
    rewritten = stream.isatty()

    def report(done: int) -> None:
        nonlocal before
        if rewritten or done == total or done * LINES // total > before * LINES // total:
            told = f"{label}{done} of {total}"
            stream.write(f"\r{told}" if rewritten else f"{told}\n")
            stream.flush()
        before = done

    try:
        yield report
    finally:
        if rewritten and before:
            stream.write("\n")
            stream.flush()
