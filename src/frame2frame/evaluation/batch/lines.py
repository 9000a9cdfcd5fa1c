"""The files of a batch's results: lines that are there whole or not at all, each added as it comes.

A file here grows. In a bucket none can: there the last part of the lines is written anew with each of them,
and once it is long another part begins. A program writes a file, or parts, of its own, and reads all.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO, Protocol

from ...errors import WriteError
from ...files import remote
from ...files.anywhere import Place, names_in
from ...files.remote import Address
from ...files.unfinished import settle, write_error

try:
    import fcntl
except ImportError:  # Windows, where nobody else can open the file meanwhile
    fcntl = None  # type: ignore[assignment]

RESULTS = "results{}.jsonl"
LONGEST_LINE = 2**20
LINES = 1_000
"""Of a part in a bucket."""


class Lines(Protocol):
    """Where one program's lines go."""

    def add(self, *lines: bytes) -> None:
        """All of them or none. Raises WriteError, and then nothing is written."""
        ...

    def close(self) -> None: ...


def opened(folder: Place, suffix: str) -> Lines:
    """Those of the program with this suffix. Raises WriteError."""
    return Growing(folder / RESULTS.format(suffix)) if isinstance(folder, Path) else Parts(folder, suffix)


class Growing:
    """A file here. Raises WriteError where another program has it open or it cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _held(path)
        _mend(self._file)

    def add(self, *lines: bytes) -> None:
        """As `Lines` has it."""
        before = self._file.tell()
        try:
            self._file.write(b"".join(lines))
            settle(self._file)
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(before)
            raise write_error(self.path, error, "free some room, and give the same command again") from error

    def clear(self) -> None:
        """Take all lines away. Raises WriteError."""
        try:
            self._file.truncate(0)
            settle(self._file)
        except OSError as error:
            raise write_error(self.path, error) from error

    def close(self) -> None:
        """Nothing stays of a file without a line."""
        if self._file.seek(0, os.SEEK_END) == 0:
            with suppress(OSError):  # Windows has no way while it is open
                self.path.unlink()
        self._file.close()


class Parts:
    """Files in a bucket, whose names no other program has. Raises WriteError where none can be written."""

    def __init__(self, folder: Address, suffix: str) -> None:
        self._name = str(folder / RESULTS.format(f"{suffix}-{own_name()}-{{:04}}"))
        self._number, self._lines = 0, list[bytes]()
        remote.write(self._name.format(0), b"")

    def add(self, *lines: bytes) -> None:
        """As `Lines` has it."""
        number, all_lines = self._number, [*self._lines, *lines]
        if len(all_lines) > LINES and self._lines:
            number, all_lines = number + 1, [*lines]
        remote.write(self._name.format(number), b"".join(all_lines))
        self._number, self._lines = number, all_lines

    def close(self) -> None:
        if not self._lines:
            with suppress(WriteError):
                remote.remove(self._name.format(self._number))


def own_name() -> str:
    """One that no other program takes for a file of its own."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"


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
            return file
        if not _is_at(file, path):  # another program that had no line to keep took it away meanwhile
            file.close()
            return _held(path)
    return file


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _mend(file: BinaryIO) -> None:
    """Cut off a last line that a killed program began."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - LONGEST_LINE)
    file.seek(start)
    tail = file.read(end - start)
    if tail and not tail.endswith(b"\n"):
        file.truncate(start + tail.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def files_in(folder: Place) -> list[str]:
    """The names of all programs' files."""
    return [name for name in names_in(folder) if fnmatch(name, RESULTS.format("*"))]


def lines_in(folder: Place) -> Iterator[tuple[str, int, bytes]]:
    """All lines with the name of their file and their number from 1; one that is being written is left out.

    Raises ServerError where a bucket cannot be read.
    """
    names = files_in(folder)
    if not isinstance(folder, Path):
        for name, data in remote.read_all(folder, names):
            yield from ((name, number, line) for number, line in enumerate(data.splitlines(True), 1))
        return
    for name in names:
        with (folder / name).open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield name, number, line
