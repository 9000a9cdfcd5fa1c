"""A batch from its manifest to its end: what is missing is drawn, and each row is told as it is finished."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Collection, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from ...editor import Editor
from ...errors import Frame2FrameError, InputError
from ...report.finish import finish
from ...report.result import Result
from ...run import rounds_of
from .drawing import Asked, Came, drawn, grouped
from .ledger import FOUND, REFUSED, WHOLE, Known, Ledger, Outcome, Shard, short
from .manifest import EditList
from .rows import Check, Fault, Row, require_picture
from .sheet import write_pair, write_sheet

RUNS = "runs"
"""The folder of the run folders, within that of the batch."""

MOST_FAULTS = 1_000
"""That are told of one manifest."""

MOST_WAITING = 8
"""Drawn edits that wait to be written; each holds its clip."""


@dataclass(frozen=True)
class Batch:
    """What is to be done, and where."""

    manifest: EditList
    out: Path
    usual: Mapping[str, Any] = field(default_factory=dict)
    """Wishes of every row that does not make them itself."""
    shard: Shard = WHOLE
    limit: int | None = None
    """Rows to be done now, at most."""
    together: int | None = None
    """Edits of one shape that are drawn at once; of None the embedded model draws several, others one."""
    time_limit: float | None = None
    """Seconds that the drawing of an edit may take; each is then drawn by itself."""
    again: bool = False
    """Whether rows that failed are all tried once more, not only those that may go well."""


@dataclass(frozen=True)
class Checked:
    """What a look through the manifest found."""

    rows: int
    faults: tuple[Fault, ...]
    """The first of them."""
    faulty: int
    missing: Collection[int] = ()
    """The lines of the rows that are to be done now."""
    foreign: str = ""
    """What of the folder's results is of another batch; empty if nothing is."""

    def require_sound(self, name: str) -> None:
        """Raise InputError where a row cannot be asked for, and for results of another batch."""
        if self.faulty:
            first = "; ".join(map(str, self.faults[:3]))
            more = f" and {self.faulty - 3:,} more" if self.faulty > 3 else ""
            what = f"{self.faulty:,} of {self.rows:,} rows of {name} cannot be used"
            raise InputError(what, got=f"{first}{more}", remedy="f2f batch --dry-run lists all of them")
        if not self.rows:
            raise InputError(f"there is no row in {name}", remedy="give it one for each edit")
        if self.foreign:
            what = "the folder holds results of other settings, or of another manifest"
            raise InputError(what, got=self.foreign, remedy="choose another folder with --out")


def checked(
    batch: Batch, ledger: Ledger | None = None, *, pictures: bool = False, opens: bool = False
) -> Checked:
    """Look through all rows, and for those of the batch's share that have no result in the ledger.

    `pictures` looks for their files, `opens` reads them.
    """
    check, faults, left, rows, faulty = Check(batch.usual), list[Fault](), array("Q"), 0, 0
    known, foreign = 0, ""
    for number, one in enumerate(batch.manifest.rows()):
        rows += 1
        fault = one if isinstance(one, Fault) else _fault_of(one, check, batch, pictures, opens)
        if fault is not None:
            faulty += 1
            faults += [fault] if len(faults) < MOST_FAULTS else []
        elif ledger is not None and isinstance(one, Row):
            if (found := ledger.of(one.id)) is not None:
                known += 1
                foreign = foreign or ("" if found.key == short(one.key(batch.usual)) else f"row {one.id}")
            if number % batch.shard.of == batch.shard.number and _is_missing(found, batch):
                left.append(one.line)
    if ledger is not None and known < len(ledger):
        foreign = foreign or f"{len(ledger) - known:,} rows that the manifest has not"
    return Checked(rows, tuple(faults), faulty, frozenset(left[: batch.limit]), foreign)


def _fault_of(row: Row, check: Check, batch: Batch, pictures: bool, opens: bool) -> Fault | None:
    from ...media.source import load_picture

    try:
        check(row)
        if pictures or opens:
            require_picture(row, batch.manifest.root)
        if opens:
            load_picture(row.picture)
    except Frame2FrameError as error:
        return Fault(row.line, error)
    return None


def _is_missing(known: Known | None, batch: Batch) -> bool:
    return known is None or known.passing or (known.failed and batch.again)


@dataclass(frozen=True)
class Begun:
    """The manifest is sound, and so much is to be done."""

    count: int
    of: int
    """Rows of the whole manifest."""


def carried_out(batch: Batch, editor: Editor) -> Generator[Begun | Outcome, None, None]:
    """Do what is missing; each outcome comes once it stands in the ledger.

    Closing it ends the batch within a step; what is drawn by then is written. Raises InputError for a
    manifest or folder that cannot be used, before anything is drawn, and WriteError.
    """
    with Ledger(batch.out, batch.shard) as ledger, ThreadPoolExecutor(1, "f2f-writer") as thread:
        found = checked(batch, ledger)
        found.require_sound(batch.manifest.name)
        yield Begun(len(found.missing), found.rows)
        yield from _Work(batch, editor, ledger, thread).outcomes(found.missing)


@dataclass(frozen=True)
class _Work:
    """A batch under way: one thread writes run folders and results while the next edits are drawn."""

    batch: Batch
    editor: Editor
    ledger: Ledger
    thread: ThreadPoolExecutor
    waiting: deque[Future[Outcome]] = field(default_factory=deque)

    @property
    def runs(self) -> Path:
        return self.batch.out / RUNS

    def outcomes(self, lines: Collection[int]) -> Iterator[Outcome]:
        """Those of the rows in these lines, in the order in which they are drawn."""
        rows = (row for row in self.batch.manifest.rows(lines) if isinstance(row, Row))
        for group in grouped(self._asked(rows), self.batch.together, self.batch.time_limit):
            for came in drawn(group, self.runs, self.batch.time_limit):
                self.waiting.append(self.thread.submit(self._written, came))
            while self.waiting and (self.waiting[0].done() or len(self.waiting) > MOST_WAITING):
                yield self.waiting.popleft().result()
        while self.waiting:
            yield self.waiting.popleft().result()

    def _asked(self, rows: Iterator[Row]) -> Iterator[Asked]:
        """The rows with their plans; a row that has none is an outcome already."""
        usual = self.batch.usual
        for row in rows:
            key, began = row.key(usual), perf_counter()
            try:
                require_picture(row, self.batch.manifest.root)
                request = self.editor.request(row.picture, row.instruction, **row.settings(usual))
                yield Asked(row, key, self.editor.plan(request))
            except Frame2FrameError as error:
                failed = _of(row, key).failed(error, perf_counter() - began)
                self.waiting.append(self.thread.submit(self._noted, failed))

    def _written(self, came: Came) -> Outcome:
        """The outcome of a row, once its run folder is there and its line in the ledger."""
        one, began = came.asked, perf_counter()
        if isinstance(came.found, Frame2FrameError):
            return self._noted(_of(one.row, one.key).failed(came.found, came.seconds))
        result = _finished(finish(came.found, self.runs, one.row.id))
        write_pair(self.batch.out, one.row.id, one.plan.request.source, result)
        if rounds := rounds_of(one.plan, self.runs):
            rounds.forget()
        seconds = came.seconds + perf_counter() - began
        return self._noted(_outcome(one, result, seconds, came.notes))

    def _noted(self, outcome: Outcome) -> Outcome:
        self.ledger.add(outcome)
        return outcome


def _finished(ending: Generator[Any, None, Result]) -> Result:
    while True:
        try:
            next(ending)
        except StopIteration as end:
            result: Result = end.value
            return result


def _of(row: Row, key: str) -> Outcome:
    """An outcome with what is known before there is one."""
    return Outcome(row.id, key, line=row.line, instruction=row.instruction)


def _outcome(one: Asked, result: Result, seconds: float, notes: tuple[str, ...]) -> Outcome:
    return replace(
        _of(one.row, one.key),
        outcome=REFUSED if result.index is None else FOUND,
        result=f"{RUNS}/{one.row.id}",
        index=result.index,
        score=round(result.score, 6),
        reason=result.reason,
        seed=result.seed,
        seconds=round(seconds, 3),
        notes=notes,
    )


def outcomes_of(asked: Batch, editor: Editor | None) -> Iterator[Outcome]:
    """Do what is missing, and show all on a page; the models are the editor's, or are freed at the end."""
    with nullcontext(editor) if editor else Editor() as owner, closing(carried_out(asked, owner)) as events:
        yield from (event for event in events if isinstance(event, Outcome))
    write_sheet(asked.out)
