"""What several stages of an edit ask alike, made once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Once(Generic[Found]):
    """The answer to the last question; another question takes its place."""

    def __init__(self) -> None:
        self._last: tuple[Hashable, Found] | None = None

    def of(self, question: Hashable, answer: Callable[[], Found]) -> Found:
        """The answer, made anew unless the question was the last one."""
        last = self._last  # read once, as another thread may ask something else meanwhile
        if last is None or last[0] != question:
            self._last = last = question, answer()
        return last[1]
