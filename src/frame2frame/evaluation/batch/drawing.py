"""Rows of one shape drawn together, which one row's failure does not end for the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from ...errors import CancelledError, Frame2FrameError
from ...files.as_json import rendered
from ...plan import Plan
from ...plugins.faults import blamed
from ...report.finish import Drawn
from ...run import drawing, rounds_of
from ...strategy.executor import Run, singly
from ...strategy.together import Together
from ...values import Note
from .rows import Row

TOGETHER = 8
"""Edits of the embedded model that are drawn at once; large models fill a device with one."""

AHEAD = 4
"""So many times as many rows wait for others of their shape."""


One = TypeVar("One")


@dataclass(frozen=True, eq=False)
class Asked:
    """A row with its plan."""

    row: Row
    key: str
    plan: Plan


@dataclass(frozen=True, eq=False)
class Came:
    """What came of drawing a row."""

    asked: Asked
    found: Drawn | Frame2FrameError
    notes: tuple[str, ...]
    seconds: float


def shape_of(plan: Plan) -> Hashable:
    """What the edits of a draft have in common: all that was decided but the picture, the words and seeds."""
    alike = replace(plan.record(), seeds=())
    own = plan.request
    return rendered(alike, sort_keys=True), plan.sampling, own.source.picture.shape, own.target is None


def grouped(
    rows: Iterable[One], size_of: Callable[[One], int], shape_of: Callable[[One], Hashable]
) -> Iterator[list[One]]:
    """The rows in groups of one shape, as far as those nearby have it; few of them wait at a time."""
    waiting, most = dict[Hashable, list[One]](), 0
    for one in rows:
        size, shape = size_of(one), shape_of(one)
        most = max(most, AHEAD * size)
        alike = waiting.setdefault(shape, [])
        alike.append(one)
        if len(alike) >= size:
            yield waiting.pop(shape)
        elif sum(map(len, waiting.values())) >= most:
            yield waiting.pop(max(waiting, key=lambda shape: len(waiting[shape])))
    yield from waiting.values()


def drawn(group: Sequence[Asked], out: Path, time_limit: float | None = None) -> Iterator[Came]:
    """What comes of each row of a group. What fails for all of them is tried with fewer at a time.

    `time_limit` holds for a row that is drawn alone.
    """
    if len(group) == 1:
        yield _alone(group[0], out, time_limit)
        return
    began, stages = perf_counter(), group[0].plan.stages
    runs = [_guarded(replace(one.plan, stages=stages), out) for one in group]
    try:
        with blamed():
            told = Together(stages, len(group), len(group)).run(runs)
    except Frame2FrameError:
        half = len(group) // 2
        yield from drawn(group[:half], out)
        yield from drawn(group[half:], out)
        return
    share = (perf_counter() - began) / len(group)
    for one, events in zip(group, told, strict=True):
        yield _came(one, events, share)


def _alone(one: Asked, out: Path, time_limit: float | None) -> Came:
    began, events = perf_counter(), list[object]()
    try:
        with closing(singly(_guarded(one.plan, out), one.plan.stages)) as running:
            for event in running:
                events.append(event)
                if time_limit and (took := perf_counter() - began) > time_limit:
                    got = f"{took:.0f} s"
                    raise CancelledError("stopped at its time limit", got=got, remedy="raise --time-limit")
    except Frame2FrameError as error:
        return Came(one, error, (), perf_counter() - began)
    return _came(one, events, perf_counter() - began)


def _came(one: Asked, events: Sequence[object], seconds: float) -> Came:
    notes = tuple(event.text for event in events if isinstance(event, Note) and event.is_warning)
    (found,) = [event for event in events if isinstance(event, Drawn | Frame2FrameError)]
    return Came(one, found, notes, seconds)


def _guarded(plan: Plan, out: Path) -> Run[None]:
    """The events of an edit, what was drawn or the error that ended it the last."""
    try:
        with blamed():
            found = yield from drawing(plan, rounds_of(plan, out))
    except Frame2FrameError as error:
        yield error
    else:
        yield found
