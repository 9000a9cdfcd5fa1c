"""Where the run folders of a batch lie: each by itself, many of them in tar files, or in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Protocol

from ...files import remote
from ...files.anywhere import Place, write_file
from ...files.remote import Address
from ...files.unfinished import unfinished_folder
from ...runs.packed import TAR, pack
from .ledger import Ledger, Outcome, Shard, short

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

    def keep(self, answer: Answer, ledger: Ledger) -> Sequence[Outcome]:
        """Have the run folder made and kept, and then write its line. Raises WriteError.

        The outcomes whose lines were written now: this one, or several, or none as yet.
        """
        ...

    def end(self, ledger: Ledger) -> Sequence[Outcome]:
        """Keep what waits, likewise; nothing can be kept any more."""
        ...


class _AtOnce:
    """What is kept as it comes."""

    def made(self, answer: Answer) -> Outcome:
        """The outcome, once its run folder is kept. Raises WriteError."""
        raise NotImplementedError

    def keep(self, answer: Answer, ledger: Ledger) -> Sequence[Outcome]:
        """As `Keeping` has it."""
        ledger.add(outcome := self.made(answer))
        return (outcome,)

    def end(self, ledger: Ledger) -> Sequence[Outcome]:
        """As `Keeping` has it."""
        return ()


@dataclass(frozen=True)
class Folders(_AtOnce):
    """Each run folder lies by itself."""

    out: Path

    def made(self, answer: Answer) -> Outcome:
        """As of all that is kept at once."""
        return answer(self.out)


@dataclass(frozen=True)
class Tars(_AtOnce):
    """Run folders lie in tar files, each in one that its id alone decides; a shard has files of its own."""

    out: Path
    shard: Shard
    rows: int
    """Of the whole batch."""

    def made(self, answer: Answer) -> Outcome:
        """As of all that is kept at once."""
        with unfinished_folder(self.out / RUNS) as scratch:
            outcome = answer(scratch)
            if outcome.result is None:
                return outcome
            name = self.tar(outcome.id)
            keep_pair(scratch, self.out, outcome.id, self.rows)
            pack(self.out / name, scratch / outcome.result)
            return replace(outcome, result=f"{name}/{outcome.id}")

    def tar(self, id: str) -> str:
        """The tar file that a run folder lies in."""
        count = max(1, TARS // self.shard.of)
        return f"{RUNS}/{short(id) % count:03}{self.shard.suffix}{TAR}"


@dataclass(frozen=True)
class Bucket(_AtOnce):
    """Run folders are made here and copied into a bucket, file by file, the one that says it is done last."""

    out: Address
    rows: int
    """Of the whole batch."""

    def made(self, answer: Answer) -> Outcome:
        """As of all that is kept at once."""
        with TemporaryDirectory(prefix="frame2frame-") as folder:
            scratch = Path(folder)
            outcome = answer(scratch)
            if outcome.result is not None:
                keep_pair(scratch, self.out, outcome.id, self.rows)
                remote.write_folder(scratch / outcome.result, self.out / outcome.result, DONE)
            return outcome


def keep_pair(scratch: Path, out: Place, id: str, rows: int) -> None:
    """Keep the small picture if the page is to show it; of many rows it shows some `MANY`."""
    if short(id) // TARS % -(-rows // MANY) == 0:
        pair = f"{PAIRS}/{id}.jpg"
        write_file(out / pair, (scratch / pair).read_bytes())


def scratch_of(out: Place) -> Path:
    """Where a batch keeps what is not finished: in its own folder, or here if that lies in a bucket."""
    return out / RUNS if isinstance(out, Path) else Path(gettempdir()) / f"frame2frame-{short(out):x}"
