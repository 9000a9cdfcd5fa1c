"""A batch from its manifest to its end: what is missing is drawn, and each row is told as it is finished."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from ...editor import Editor
from ...engine.models.catalogue import Model
from ...errors import Frame2FrameError, InputError, ServerError
from ...files.anywhere import Place
from ...files.remote import Listed
from ...media.source import load_picture
from ...report.finish import finish
from ...report.result import Result
from ...run import rounds_of
from .drawing import TOGETHER, Asked, Came, drawn, grouped, shape_of
from .ledger import FOUND, REFUSED, WHOLE, Known, Ledger, Outcome, Shard
from .manifest import EditList
from .places import RUNS, Answer, Keeping, scratch_of
from .rows import Check, Fault, Keys, Planning, Row, require_picture
from .sheet import write_pair, write_sheet
from .shipping import keeping, recover

MOST_FAULTS = 1_000
"""That are told of one manifest."""

MOST_WAITING = 8
"""Drawn edits that wait to be written; each holds its clip."""


@dataclass(frozen=True)
class Batch:
    """What is to be done, and where."""

    manifest: EditList
    out: Place
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
    packed: bool | None = None
    """Whether run folders lie in tar files; None leaves it to the number of rows."""

    @property
    def rounds(self) -> Path:
        """Where the rounds of a path are kept until its end: here, whatever lies in a bucket."""
        return scratch_of(self.out)

    def at_once(self, model: Model) -> int:
        """Edits of a model that are drawn at once; one whose time is limited is drawn alone."""
        usual = TOGETHER if model.is_embedded else 1
        return 1 if self.time_limit else self.together or usual


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

    def require_sound(self, name: str, remedy: str = "f2f batch --dry-run lists all of them") -> None:
        """Raise InputError where a row cannot be asked for, and for results of another batch."""
        if self.faulty:
            first = "; ".join(map(str, self.faults[:3]))
            more = f" and {self.faulty - 3:,} more" if self.faulty > 3 else ""
            what = f"{self.faulty:,} of {self.rows:,} rows of {name} cannot be used"
            raise InputError(what, got=f"{first}{more}", remedy=remedy)
        if not self.rows:
            raise InputError(f"there is no row in {name}", remedy="give it one for each edit")
        if self.foreign:
            what = "the folder holds results of other settings, or of another manifest"
            raise InputError(what, got=self.foreign, remedy="choose another folder with --out")


def checked(
    batch: Batch,
    ledger: Ledger | None = None,
    *,
    plan: Planning | None = None,
    pictures: bool = False,
    opens: bool = False,
) -> Checked:
    """Look through all rows, and for those of the batch's share that have no result in the ledger.

    `plan` is tried on what they wish for, `pictures` looks for their files, `opens` reads them. Raises
    ServerError for a bucket that cannot be read.
    """
    check, looks = Check(batch.usual, plan), _looks(batch, pictures, opens)
    keys, faults, left = Keys(batch.usual), list[Fault](), array("Q")
    rows, faulty, known, foreign = 0, 0, 0, ""
    for number, one in enumerate(batch.manifest.rows()):
        rows += 1
        found = ledger.of(one.id) if ledger is not None and isinstance(one, Row) else None
        same = found is not None and isinstance(one, Row) and found.key == keys.of(one)
        fault = (
            one
            if isinstance(one, Fault)
            else _fault_of(one, [partial(check, known=same), *looks], batch.manifest)
        )
        if fault is not None:
            faulty += 1
            faults += [fault] if len(faults) < MOST_FAULTS else []
        elif ledger is not None and isinstance(one, Row):
            if found is not None:
                known += 1
                foreign = foreign or ("" if same else f"row {one.id}")
            if number % batch.shard.of == batch.shard.number and _is_missing(found, batch):
                left.append(one.line)
    if ledger is not None and known < len(ledger):
        foreign = foreign or f"{len(ledger) - known:,} rows that the manifest has not"
    return Checked(rows, tuple(faults), faulty, frozenset(left[: batch.limit]), foreign)


Look = Callable[[Row], object]
"""Raises for a row that cannot be used."""


def _looks(batch: Batch, pictures: bool, opens: bool) -> Sequence[Look]:
    """Those at the pictures."""
    there = partial(require_picture, root=batch.manifest.root, in_bucket=Listed())
    looks = [there] if pictures or opens else []
    return [*looks, *([lambda row: load_picture(row.picture)] if opens else [])]


def _fault_of(row: Row, checks: Sequence[Look], of: EditList) -> Fault | None:
    try:
        for check in checks:
            check(row)
    except ServerError:
        raise
    except Frame2FrameError as error:
        return Fault(row.line, error, of.where(row))
    return None


def _is_missing(known: Known | None, batch: Batch) -> bool:
    return known is None or known.passing or (known.failed and batch.again)


@dataclass(frozen=True)
class Begun:
    """The manifest is sound, and so much is to be done."""

    count: int
    of: int
    """Rows of the whole manifest."""


class Workers(Protocol):
    """Who draws the rows of a batch."""

    @property
    def plan(self) -> Planning | None:
        """How a request is decided where it is drawn; None where this program cannot tell."""
        ...

    def answers(self, batch: Batch, rows: Iterable[Row]) -> Generator[Answer | None, None, None]:
        """What came of each row, in whatever order; None now and then, where nothing comes for long.

        Closing it ends the drawing within a step.
        """
        ...


def carried_out(batch: Batch, workers: Workers) -> Generator[Begun | Outcome, None, None]:
    """Do what is missing; each outcome comes once it stands in the ledger.

    Closing it ends the batch within a step; what is drawn by then is written. Raises InputError for a
    manifest or folder that cannot be used, before anything is drawn, and WriteError.
    """
    with Ledger(batch.out, batch.shard) as ledger, ThreadPoolExecutor(1, "f2f-writer") as thread:
        recover(batch.out, batch.shard, ledger)
        found = checked(batch, ledger, plan=workers.plan)
        found.require_sound(batch.manifest.name)
        ledger.forget()
        yield Begun(len(found.missing), found.rows)
        rows = (row for row in batch.manifest.rows(found.missing) if isinstance(row, Row))
        place = keeping(batch.out, batch.shard, found.rows, batch.packed)
        with closing(workers.answers(batch, rows)) as answers:
            yield from _kept(answers, place, ledger, thread)


def _kept(
    answers: Iterable[Answer | None], place: Keeping, ledger: Ledger, thread: ThreadPoolExecutor
) -> Iterator[Outcome]:
    """The outcomes: one thread writes run folders and results while the next edits are drawn."""
    waiting = deque[Future[Sequence[Outcome]]]()
    try:
        for answer in answers:
            if answer is not None:
                waiting.append(thread.submit(place.keep, answer, ledger))
            while waiting and (waiting[0].done() or len(waiting) > MOST_WAITING):
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        last = thread.submit(place.end, ledger).result()
    yield from last


@dataclass(frozen=True)
class Here:
    """This program draws, with its own editor, those of one shape together."""

    editor: Editor

    @classmethod
    @contextmanager
    def opened(cls, editor: Editor | None = None) -> Iterator[Here]:
        """With this editor, or with one whose models are freed at the end."""
        if editor is not None:
            yield cls(editor)
            return
        with Editor() as own:
            yield cls(own)

    @property
    def plan(self) -> Planning:
        """As `Workers` has it."""
        return self.editor.plan

    def answers(self, batch: Batch, rows: Iterable[Row]) -> Generator[Answer | None, None, None]:
        """As `Workers` has it."""
        failed = list[Answer]()
        asked = self._asked(batch, rows, failed)
        for group in grouped(
            asked, lambda one: batch.at_once(one.plan.model), lambda one: shape_of(one.plan)
        ):
            for came in drawn(group, batch.rounds, batch.time_limit):
                yield partial(_written, came, batch.rounds)
            while failed:
                yield failed.pop(0)
        yield from failed

    def _asked(self, batch: Batch, rows: Iterable[Row], failed: list[Answer]) -> Iterator[Asked]:
        """The rows with their plans; a row that has none is an outcome already."""
        for row in rows:
            key, began = row.key(batch.usual), perf_counter()
            try:
                require_picture(row, batch.manifest.root)
                request = self.editor.request(row.picture, row.instruction, **row.settings(batch.usual))
                yield Asked(row, key, self.editor.plan(request))
            except Frame2FrameError as error:
                failed.append(partial(failed_answer, row, key, error, perf_counter() - began))


def failed_answer(row: Row, key: str, error: Frame2FrameError, seconds: float, out: Path) -> Outcome:
    """The answer of a row that has no run folder."""
    return _of(row, key).failed(error, seconds)


def _written(came: Came, rounds_folder: Path, out: Path) -> Outcome:
    """The outcome of a row, once its run folder is there."""
    one, began = came.asked, perf_counter()
    if isinstance(came.found, Frame2FrameError):
        return _of(one.row, one.key).failed(came.found, came.seconds)
    result = _finished(finish(came.found, out / RUNS, one.row.id))
    write_pair(out, one.row.id, one.plan.request.source, result)
    if rounds := rounds_of(one.plan, rounds_folder):
        rounds.forget()
    return _outcome(one, result, came.seconds + perf_counter() - began, came.notes)


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


def outcomes_of(asked: Batch, workers: AbstractContextManager[Workers]) -> Iterator[Outcome]:
    """Do what is missing, and show all on a page."""
    with workers as opened, closing(carried_out(asked, opened)) as events:
        yield from (event for event in events if isinstance(event, Outcome))
    write_sheet(asked.out)
