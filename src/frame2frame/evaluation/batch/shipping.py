"""Run folders in tar files in a bucket, where no file can grow.

They gather in a tar file here, which is copied once it is large or some minutes old. Its lines are written
after that: until then they stand beside it here, so that a program that goes on after a kill copies the file
before anything else. On another machine the rows of such a file are missing, and are drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic

from ...files import remote
from ...files.anywhere import Place
from ...files.as_json import from_json
from ...files.remote import Address
from ...files.unfinished import unfinished_folder
from ...runs.packed import INDEX, TAR, pack
from .ledger import Ledger, Outcome, Shard, line_of, outcomes
from .lines import RESULTS, Growing, own_name
from .places import MANY, RUNS, Answer, Bucket, Folders, Keeping, Tars, keep_pair, scratch_of

LARGE_BYTES = 2**26
"""A tar file is copied from here on."""

OLD_SECONDS = 300.0
"""That a tar file may wait to grow large."""


class BucketTars:
    """Run folders lie in tar files in a bucket.

    Raises WriteError where another program on this machine does the same share.
    """

    def __init__(self, out: Address, shard: Shard, rows: int) -> None:
        """`rows` are those of the whole batch."""
        self._out, self._suffix, self._rows = out, shard.suffix, rows
        self._here = _here(out, shard)
        self._lines = Growing(self._here / RESULTS.format(""))
        self._tar = next((one.name for one in self._here.glob(f"*{TAR}")), "")
        self._waiting = list(_left(self._here)) if self._tar else []
        self._began = monotonic()

    def keep(self, answer: Answer, ledger: Ledger) -> Sequence[Outcome]:
        """As `Keeping` has it."""
        with unfinished_folder(self._here) as scratch:
            outcome = answer(scratch)
            if outcome.result is None:
                ledger.add(outcome)
                return (outcome,)
            if not self._waiting:
                self._clear()
                self._tar, self._began = f"{own_name()}{self._suffix}{TAR}", monotonic()
            keep_pair(scratch, self._out, outcome.id, self._rows)
            pack(tar := self._here / self._tar, scratch / outcome.result)
        outcome = replace(outcome, result=f"{RUNS}/{self._tar}/{outcome.id}")
        self._lines.add(line_of(outcome))
        self._waiting.append(outcome)
        is_due = tar.stat().st_size >= LARGE_BYTES or monotonic() - self._began > OLD_SECONDS
        return self._copied(ledger) if is_due else ()

    def end(self, ledger: Ledger) -> Sequence[Outcome]:
        """As `Keeping` has it."""
        try:
            return self._copied(ledger)
        finally:
            self._lines.close()
            with suppress(OSError):  # something waits in there
                self._here.rmdir()
                self._here.parent.rmdir()

    def _copied(self, ledger: Ledger) -> Sequence[Outcome]:
        """Copy the tar file, then write its lines; each step may come again after a kill."""
        if not self._waiting:
            return ()
        tar = self._here / self._tar
        for file in (tar, tar.with_suffix(INDEX)):
            remote.put(file, self._out / RUNS / file.name)
        new = [one for one in self._waiting if not _stands(one, ledger)]
        if new:
            ledger.add(*new)
        self._waiting = []
        self._clear()
        return new

    def _clear(self) -> None:
        """Remove what waited and the tar file; a folder in there without a line was not finished."""
        self._lines.clear()
        for kind in (TAR, INDEX):
            for file in self._here.glob(f"*{kind}"):
                with suppress(OSError):
                    file.unlink()


def _here(out: Address, shard: Shard) -> Path:
    return scratch_of(out) / f"tar{shard.suffix}"


def _left(here: Path) -> Iterator[Outcome]:
    """What waited when a program was killed."""
    for raw in outcomes(here):
        yield from_json(Outcome, raw, RESULTS.format(""))


def _stands(outcome: Outcome, ledger: Ledger) -> bool:
    """Whether its line was written before the kill."""
    known = ledger.of(outcome.id)
    return known is not None and not known.failed and known.key == outcome.key


def recover(out: Place, shard: Shard, ledger: Ledger) -> None:
    """Copy what a killed program left here of this batch. Raises WriteError."""
    if not isinstance(out, Path) and _here(out, shard).is_dir():
        BucketTars(out, shard, 0).end(ledger)


def keeping(out: Place, shard: Shard, rows: int, packed: bool | None) -> Keeping:
    """How a batch of so many rows is kept; `packed` says whether in tar files, or leaves it to their number.

    Raises WriteError.
    """
    in_tars = packed if packed is not None else rows > MANY
    if not isinstance(out, Path):
        return BucketTars(out, shard, rows) if in_tars else Bucket(out, rows)
    return Tars(out, shard, rows) if in_tars else Folders(out)
