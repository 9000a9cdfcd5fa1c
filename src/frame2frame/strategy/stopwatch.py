"""Wall-clock seconds of each stage of a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    def __init__(self, finish: Callable[[], object] = lambda: None) -> None:
        """`finish` waits for what a stage has begun, before its time is taken."""
        self.seconds: dict[str, float] = {}
        self._finish = finish

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Add the time inside the block to the stage."""
        start = perf_counter()
        try:
            yield
            self._finish()
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start
