"""What has come of the rows of a batch: a line for each in results.jsonl, written as it is finished.

Several programs may work on a batch at once, each in a shard of its own; see `lines`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, NamedTuple, Self

from ...errors import Frame2FrameError, InputError, OutOfMemoryError, ServerError, WriteError
from ...files.anywhere import Place
from ...files.as_json import rendered, to_json
from .lines import lines_in, opened

FOUND, REFUSED, ERROR = "found", "refused", "error"
"""An edit was made; no frame shows it; or it could not be tried, or ended before its end."""


class WorkerLostError(Frame2FrameError):
    """Workers of a cluster ended while they had this row; it stands in its line, and is never raised."""


PASSING = (OutOfMemoryError, ServerError, WorkerLostError, WriteError)
"""What may go well another time, with nothing changed in the manifest."""

_BEGINNING = re.compile(
    rb'\{"id": "([\w.-]+)", "key": "([0-9a-f]{16})", "outcome": "(\w+)", "retry": (true|false)'
)
"""Of each line that is written here, so that a million can be read in seconds."""


@dataclass(frozen=True)
class Outcome:
    """What has come of a row: a line of results.jsonl."""

    id: str
    key: str
    """Changes with whatever decides the edit; see `Row.key`."""
    outcome: str = ERROR
    """`found`, `refused` or `error`."""
    retry: bool = False
    """Of an error: whether it may go well another time."""
    instruction: str | None = None
    """As the row said it."""
    result: str | None = None
    """The run folder within that of the batch; it may lie in a tar file, as in runs/042.tar/dog-1."""
    index: int | None = None
    score: float | None = None
    """The similarity of the chosen frame to the wanted scene, or of the closest one: a cosine."""
    reason: str = ""
    """Why this frame, or why none; of an error what it says."""
    error: str = ""
    """The class of the error; empty where there is none."""
    seed: int | None = None
    """Of the chosen clip."""
    seconds: float = 0.0
    """That the edit took; of edits that are drawn together an equal share."""
    line: int = 0
    """Of the manifest."""
    notes: tuple[str, ...] = field(default=())

    def failed(self, error: Frame2FrameError, seconds: float = 0.0) -> Outcome:
        """That of a row whose edit could not be made."""
        told, passing = type(error).__name__, isinstance(error, PASSING)
        seconds = round(seconds, 3)
        return replace(self, outcome=ERROR, retry=passing, reason=str(error), error=told, seconds=seconds)


@dataclass(frozen=True)
class Shard:
    """A share of a batch: of each `of` rows the `number`th, from 0."""

    number: int = 0
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """From `i/n`, with i from 0. Raises InputError."""
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
        if found is None or not int(found[1]) < int(found[2]):
            remedy = "number them from 0, like 0/8 to 7/8"
            raise InputError("a shard is i/n", got=repr(text), remedy=remedy)
        return cls(int(found[1]), int(found[2]))

    @property
    def suffix(self) -> str:
        """What tells its files from those of other shards."""
        return "" if self.of == 1 else f"-{self.number:05}-of-{self.of:05}"


WHOLE = Shard()


def short(text: str) -> int:
    """A number that stands for an id, the same in every program."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])


class Known(NamedTuple):
    """A result that is there."""

    key: str
    passing: bool
    """Whether it is an error that may not come again."""
    failed: bool


_PASSING, _FAILED = 1, 2


def _packed(key: str, passing: bool, failed: bool) -> int:
    """What is known of a result as one number, since a million are held."""
    return int(key, 16) << 2 | _FAILED * failed | _PASSING * passing


class Ledger:
    """The results in a batch's folder: those that are there, and the file that new ones go to.

    Raises InputError for a file that is no such ledger, ServerError for a bucket that cannot be read, and
    WriteError where another program has the file open or it cannot be written.
    """

    def __init__(self, folder: Place, shard: Shard = WHOLE) -> None:
        self._lines = opened(folder, shard.suffix)
        try:
            self._done = dict(_read_all(folder))
        except BaseException:
            self.close()
            raise

    def of(self, id: str) -> Known | None:
        """What is known of a row's result; None where it has none."""
        if (found := self._done.get(hash(id))) is None:
            return None
        return Known(f"{found >> 2:016x}", bool(found & _PASSING), bool(found & _FAILED))

    def forget(self) -> None:
        """Free the memory of what is known, once nobody asks any more."""
        self._done = {}

    def __len__(self) -> int:
        return len(self._done)

    def add(self, *outcomes: Outcome) -> None:
        """Write a line of each. Raises WriteError, and then nothing is written."""
        self._lines.add(*map(line_of, outcomes))
        for one in outcomes:
            self._done[hash(one.id)] = _packed(one.key, one.retry, one.outcome == ERROR)

    def close(self) -> None:
        self._lines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read_all(folder: Place) -> Iterator[tuple[int, int]]:
    for name, number, line in lines_in(folder):
        found = _BEGINNING.match(line)
        if found is None:
            what = f"{name} is no list of results, at line {number}"
            remedy = "choose another folder with --out, or move the file away"
            raise InputError(what, got=repr(line[:40].decode("utf-8", "replace")), remedy=remedy)
        id, key, outcome, retry = found.groups()
        yield hash(id.decode()), _packed(key.decode(), retry == b"true", outcome == ERROR.encode())


def line_of(outcome: Outcome) -> bytes:
    """As it stands in a file."""
    return rendered(to_json(outcome), ensure_ascii=True).encode() + b"\n"


def outcomes(folder: Place) -> Iterator[Mapping[str, Any]]:
    """The newest result of each row, in the order in which they came; as the files say it."""
    last = dict[bytes, tuple[str, int]]()
    for name, number, line in lines_in(folder):
        if found := _BEGINNING.match(line):
            last[found[1]] = name, number
    for name, number, line in lines_in(folder):
        found = _BEGINNING.match(line)
        if found and last[found[1]] == (name, number):
            yield json.loads(line)
