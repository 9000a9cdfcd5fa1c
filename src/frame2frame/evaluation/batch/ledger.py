"""What has come of the rows of a batch: a line for each in results.jsonl, written as it is finished.

A line is there whole or not at all. Several programs may work on a batch at once, each in a shard of its own;
each writes a file of its own and reads all of them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from ...errors import Frame2FrameError, InputError, OutOfMemoryError, ServerError, WriteError
from ...files.as_json import rendered, to_json
from ...files.unfinished import settle, write_error

try:
    import fcntl
except ImportError:  # Windows, where nobody else can open the file meanwhile
    fcntl = None  # type: ignore[assignment]

FOUND, REFUSED, ERROR = "found", "refused", "error"
"""An edit was made; no frame shows it; or it could not be tried, or ended before its end."""

PASSING = (OutOfMemoryError, ServerError, WriteError)
"""What may go well another time, with nothing changed in the manifest."""

RESULTS = "results{}.jsonl"
LONGEST_LINE = 2**20

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

    @property
    def file(self) -> str:
        """The name of its results."""
        return RESULTS.format(self.suffix)


WHOLE = Shard()


def short(text: str) -> int:
    """A number that stands for an id or a key, of which a million are held."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])


class Known(NamedTuple):
    """A result that is there, of which a million are held."""

    key: int
    """As `short` makes it."""
    passing: bool
    """Whether it is an error that may not come again."""
    failed: bool


class Ledger:
    """The results in a batch's folder: those that are there, and the file that new ones go to.

    Raises InputError for a file that is no such ledger, WriteError where another program has it open or it
    cannot be written.
    """

    def __init__(self, folder: Path, shard: Shard = WHOLE) -> None:
        self.path = folder / shard.file
        self._file = _held(self.path)
        try:
            _mend(self._file)
            self._done = dict(_read_all(folder))
        except BaseException:
            self.close()
            raise

    def of(self, id: str) -> Known | None:
        """What is known of a row's result; None where it has none."""
        return self._done.get(short(id))

    def __len__(self) -> int:
        return len(self._done)

    def add(self, outcome: Outcome) -> None:
        """Write a line. Raises WriteError, and then nothing is written."""
        line = rendered(to_json(outcome), ensure_ascii=True).encode() + b"\n"
        before = self._file.tell()
        try:
            self._file.write(line)
            settle(self._file)
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(before)
            raise write_error(self.path, error, "free some room, and give the same command again") from error
        self._done[short(outcome.id)] = Known(short(outcome.key), outcome.retry, outcome.outcome == ERROR)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _held(path: Path) -> BinaryIO:
    """The file, opened for this program alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+", buffering=0)
    except OSError as error:
        raise write_error(path.parent, error, "choose another folder with --out") from error
    if fcntl is not None:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            remedy = "wait for it, or give each a share with --shard"
            raise WriteError(f"another program works on {path.parent}", remedy=remedy) from None
        except OSError:  # a file system without locks
            pass
    return file


def _mend(file: BinaryIO) -> None:
    """Cut off a last line that a killed program began."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - LONGEST_LINE)
    file.seek(start)
    tail = file.read(end - start)
    if tail and not tail.endswith(b"\n"):
        file.truncate(start + tail.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def files_in(folder: Path) -> list[Path]:
    """The results of all shards."""
    return sorted(folder.glob(RESULTS.format("*")))


def _read_all(folder: Path) -> Iterator[tuple[int, Known]]:
    for path in files_in(folder):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break  # another program is about to write it
                found = _BEGINNING.match(line)
                if found is None:
                    what = f"{path.name} is no list of results, at line {number}"
                    remedy = "choose another folder with --out, or move the file away"
                    raise InputError(what, got=repr(line[:40].decode("utf-8", "replace")), remedy=remedy)
                id, key, outcome, retry = found.groups()
                known = Known(short(key.decode()), retry == b"true", outcome == ERROR.encode())
                yield short(id.decode()), known


def outcomes(folder: Path) -> Iterator[Mapping[str, Any]]:
    """The newest result of each row, in the order in which they came; as the files say it."""
    last = dict[str, tuple[int, int]]()
    paths = files_in(folder)
    for place, path in enumerate(paths):
        with path.open("rb") as file:
            for number, line in enumerate(file):
                if found := _BEGINNING.match(line):
                    last[found[1].decode()] = place, number
    for place, path in enumerate(paths):
        with path.open("rb") as file:
            for number, line in enumerate(file):
                found = _BEGINNING.match(line)
                if found and line.endswith(b"\n") and last[found[1].decode()] == (place, number):
                    yield json.loads(line)
