"""How fast a batch goes, and how long it will go on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic

from .ledger import Outcome
from .work import Begun

RECENT = 64
"""Rows that the pace is taken from: enough for groups that are finished at once, and few enough to forget
how long the model took to load."""


@dataclass(frozen=True)
class Pace:
    """How far a batch is."""

    done: int
    of: int
    """Rows that were to be done."""
    per_minute: float
    """Rows, of late."""
    seconds_left: float
    """At this pace."""


def paced(
    events: Iterable[Begun | Outcome], now: Callable[[], float] = monotonic
) -> Iterator[Begun | Outcome | Pace]:
    """The events of a batch, and how far it is after each row."""
    ended, done, total = deque([now()], RECENT + 1), 0, 0
    for event in events:
        yield event
        if isinstance(event, Begun):
            total = event.count
            ended = deque([now()], RECENT + 1)
        else:
            done += 1
            ended.append(now())
            seconds = max(ended[-1] - ended[0], 1e-9) / (len(ended) - 1)
            yield Pace(done, total, 60 / seconds, seconds * (total - done))
