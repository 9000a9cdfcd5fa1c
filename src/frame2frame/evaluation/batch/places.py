"""Where the run folders of a batch lie: each by itself, many of them in tar files, or in a bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from ...errors import InputError
from ...files import remote
from ...files.anywhere import Place, write_file
from ...files.remote import Address
from ...files.unfinished import unfinished_folder
from ...runs.packed import TAR, pack
from .ledger import Outcome, Shard, short

RUNS, PAIRS = "runs", "pairs"
"""The folders of the run folders and of the small pictures, within that of the batch."""

MANY = 10_000
"""Rows of a batch from which on its run folders lie in tar files, and its page shows some of them only."""

DONE = "done.json"
"""The file of a run folder that is written last."""

TARS = 1_000
"""Tar files that the run folders are spread over."""

Answer = Callable[[Path], Outcome]
"""What came of a row: makes its run folder in the folder of a batch, and then says the outcome.

It raises WriteError, and then has left nothing.
"""


class Keeping(Protocol):
    """How what is made of the rows is kept."""

    def keep(self, answer: Answer) -> Outcome:
        """Have the run folder made, and see to it that it is kept. Raises WriteError."""
        ...


@dataclass(frozen=True)
class Folders:
    """Each run folder lies by itself."""

    out: Path

    def keep(self, answer: Answer) -> Outcome:
        """As `Keeping` has it."""
        return answer(self.out)


@dataclass(frozen=True)
class Tars:
    """Run folders lie in tar files, each in one that its id alone decides; a shard has files of its own."""

    out: Path
    shard: Shard
    rows: int
    """Of the whole batch."""

    def keep(self, answer: Answer) -> Outcome:
        """As `Keeping` has it."""
        with unfinished_folder(self.out / RUNS) as scratch:
            outcome = answer(scratch)
            if outcome.result is None:
                return outcome
            name = self.tar(outcome.id)
            _keep_pair(scratch, self.out, outcome.id, self.rows)
            pack(self.out / name, scratch / outcome.result)
            return replace(outcome, result=f"{name}/{outcome.id}")

    def tar(self, id: str) -> str:
        """The tar file that a run folder lies in."""
        count = max(1, TARS // self.shard.of)
        return f"{RUNS}/{short(id) % count:03}{self.shard.suffix}{TAR}"


@dataclass(frozen=True)
class Bucket:
    """Run folders are made here and copied into a bucket, file by file, the one that says it is done last."""

    out: Address
    rows: int
    """Of the whole batch."""

    def keep(self, answer: Answer) -> Outcome:
        """As `Keeping` has it."""
        with TemporaryDirectory(prefix="frame2frame-") as folder:
            scratch = Path(folder)
            outcome = answer(scratch)
            if outcome.result is not None:
                _keep_pair(scratch, self.out, outcome.id, self.rows)
                remote.write_folder(scratch / outcome.result, self.out / outcome.result, DONE)
            return outcome


def _keep_pair(scratch: Path, out: Place, id: str, rows: int) -> None:
    """Keep the small picture if the page is to show it; of many rows it shows some `MANY`."""
    if short(id) // TARS % -(-rows // MANY) == 0:
        pair = f"{PAIRS}/{id}.jpg"
        write_file(out / pair, (scratch / pair).read_bytes())


def keeping(out: Place, shard: Shard, rows: int, packed: bool | None) -> Keeping:
    """How a batch of so many rows is kept; `packed` says whether in tar files, or leaves it to their number.

    Raises InputError for tar files in a bucket.
    """
    if not isinstance(out, Path):
        if packed:
            what, remedy = "tar files do not grow in a bucket", "leave --pack out, or name a folder here"
            raise InputError(what, got=f"{out:.200}", remedy=remedy)
        return Bucket(out, rows)
    if packed if packed is not None else rows > MANY:
        return Tars(out, shard, rows)
    return Folders(out)
