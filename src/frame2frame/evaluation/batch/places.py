"""Where the run folders of a batch lie: each by itself, or a great many of them in tar files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ...files.unfinished import unfinished_folder
from ...runs.packed import TAR, pack
from .ledger import Outcome, Shard, short

RUNS, PAIRS = "runs", "pairs"
"""The folders of the run folders and of the small pictures, within that of the batch."""

MANY = 10_000
"""Rows of a batch from which on its run folders lie in tar files, and its page shows some of them only."""

TARS = 1_000
"""Tar files that the run folders are spread over."""

Answer = Callable[[Path], Outcome]
"""What came of a row: makes its run folder in the folder of a batch, and then says the outcome.

It raises WriteError, and then has left nothing.
"""


class Place(Protocol):
    """Where what is made of the rows lies."""

    def keep(self, answer: Answer) -> Outcome:
        """Have the run folder made, and see to it that it is kept. Raises WriteError."""
        ...


@dataclass(frozen=True)
class Folders:
    """Each run folder lies by itself."""

    out: Path

    def keep(self, answer: Answer) -> Outcome:
        """As `Place` has it."""
        return answer(self.out)


@dataclass(frozen=True)
class Tars:
    """Run folders lie in tar files, each in one that its id alone decides; a shard has files of its own."""

    out: Path
    shard: Shard
    rows: int
    """Of the whole batch."""

    def keep(self, answer: Answer) -> Outcome:
        """As `Place` has it."""
        with unfinished_folder(self.out / RUNS) as scratch:
            outcome = answer(scratch)
            if outcome.result is None:
                return outcome
            name = self.tar(outcome.id)
            if self._is_shown(outcome.id):
                (self.out / PAIRS).mkdir(exist_ok=True)
                pair = f"{PAIRS}/{outcome.id}.jpg"
                with suppress(FileNotFoundError):
                    (scratch / pair).replace(self.out / pair)
            pack(self.out / name, scratch / outcome.result)
            return replace(outcome, result=f"{name}/{outcome.id}")

    def tar(self, id: str) -> str:
        """The tar file that a run folder lies in."""
        count = max(1, TARS // self.shard.of)
        return f"{RUNS}/{short(id) % count:03}{self.shard.suffix}{TAR}"

    def _is_shown(self, id: str) -> bool:
        """Whether the page of the batch shows its pictures; of many rows it does so of some `MANY`."""
        return short(id) // TARS % -(-self.rows // MANY) == 0


def place_of(out: Path, shard: Shard, rows: int, packed: bool | None) -> Place:
    """That of a batch of so many rows; `packed` says whether in tar files, or leaves it to their number."""
    if packed if packed is not None else rows > MANY:
        return Tars(out, shard, rows)
    return Folders(out)
