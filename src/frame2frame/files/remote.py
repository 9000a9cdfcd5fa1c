"""Files in buckets, by their address: s3://bucket/a.png, gs://…, hf://…; fsspec reads and writes them.

An error of theirs, of whatever kind, is one line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import Frame2FrameError, InputError, MissingPackageError, ServerError, WriteError

KINDS: Mapping[str, str] = {
    "s3": "'frame2frame[remote]'",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "hf": "huggingface-hub",
    "memory": "fsspec",
}
"""How the addresses begin that are known, and what reads them. No other is: a list from a stranger could name
what only this machine may reach."""

AT_ONCE = 64
"""Files that are fetched together."""

_ADDRESS = re.compile(rf"({'|'.join(KINDS)})://[^/]")
_AGAIN = "check the address, your credentials and the network, and give the same command again"


class Address(str):
    """That of a file or folder in a bucket; `/` leads into a folder, as of a `Path`."""

    __slots__ = ()

    def __truediv__(self, name: str) -> Address:
        return Address(f"{self.rstrip('/')}/{name}")

    @property
    def name(self) -> str:
        return posixpath.basename(self.rstrip("/"))

    @property
    def parent(self) -> Address:
        return Address(self.rstrip("/").rpartition("/")[0])


def is_address(place: object) -> bool:
    """Whether a text is the address of a file in a bucket. A `Path` never is: it makes one slash of two."""
    return isinstance(place, str) and _ADDRESS.match(place) is not None


def is_beneath(address: str, folder: str) -> bool:
    """Whether an address leads into a folder."""
    kind, _, path = address.partition("://")
    top_kind, _, top = folder.partition("://")
    real, root = posixpath.normpath(path), posixpath.normpath(top)
    return kind == top_kind and f"{real}/".startswith(f"{root}/")


def exists(address: str) -> bool:
    """Raises ServerError where the bucket cannot be asked, MissingPackageError."""
    with _told("read", address):
        return bool(_bucket(address).isfile(address))


class Listed:
    """Whether files exist, of many: each folder is listed once. Raises as `exists` does."""

    def __init__(self) -> None:
        self._names: dict[Address, frozenset[str]] = {}

    def __call__(self, address: str) -> bool:
        place = Address(address)
        if (folder := place.parent) not in self._names:
            self._names[folder] = frozenset(names_in(folder))
        return place.name in self._names[folder]


def read_bytes(address: str, limit: int) -> bytes:
    """All bytes of a file. Raises InputError for more than the limit and for none, and as `exists` does."""
    with _told("read", address):
        bucket = _bucket(address)
        with bucket.open(address, "rb", block_size=2**20, cache_type="none") as file:
            data = bytes(file.read(limit + 1))
    if len(data) > limit:
        what, got = f"{posixpath.basename(address):.200} is too large", f"over {limit:,} bytes"
        raise InputError(what, got=got, remedy=f"at most {limit:,} bytes")
    return data


def fetch(address: str, target: Path, limit: int) -> None:
    """Copy a file here. Raises as `read_bytes` does."""
    with _told("read", address), _bucket(address).open(address, "rb") as source, target.open("wb") as file:
        while data := source.read(2**22):
            file.write(data)
            if file.tell() > limit:
                raise InputError(f"{address:.200} is too large", remedy=f"at most {limit:,} bytes")


def names_in(folder: str) -> list[str]:
    """The names of the files in a folder; none where there is no such folder. Raises ServerError."""
    with _told("read", folder):
        bucket = _bucket(folder)
        bucket.invalidate_cache()
        try:
            found = bucket.ls(folder, detail=True)
        except FileNotFoundError:
            return []
        return sorted(posixpath.basename(one["name"]) for one in found if one["type"] == "file")


def read_all(folder: str, names: list[str]) -> Iterator[tuple[str, bytes]]:
    """The files of these names, several fetched at once. Raises ServerError."""
    for first in range(0, len(names), AT_ONCE):
        some = [f"{folder}/{name}" for name in names[first : first + AT_ONCE]]
        with _told("read", folder):
            found = _bucket(folder).cat(some, on_error="raise")
        yield from ((posixpath.basename(path), data) for path, data in found.items())


def write(address: str, data: bytes) -> None:
    """The file appears whole or not at all. Raises WriteError."""
    with _told("write", address):
        _bucket(address).pipe_file(address, data)


def write_folder(folder: Path, address: str, last: str) -> None:
    """Copy all files of a folder, `last` when the others are there. Raises WriteError."""
    files = sorted(folder.iterdir(), key=lambda path: (path.name == last, path.name))
    with _told("write", address):
        bucket = _bucket(address)
        bucket.pipe({f"{address}/{path.name}": path.read_bytes() for path in files[:-1]})
        bucket.pipe_file(f"{address}/{files[-1].name}", files[-1].read_bytes())


def put(file: Path, address: str) -> None:
    """Copy a file, however large; it appears whole or not at all. Raises WriteError."""
    with _told("write", address):
        _bucket(address).put_file(str(file), address)


def remove(address: str) -> None:
    """Raises WriteError."""
    with _told("write", address):
        _bucket(address).rm_file(address)


def _bucket(address: str) -> Any:
    kind = address.partition("://")[0]
    try:
        import fsspec

        return fsspec.filesystem(kind)
    except ImportError as error:
        what, remedy = f"{kind}:// needs another package", f"pip install {KINDS[kind]}"
        raise MissingPackageError(what, got=f"{error!s:.120}", remedy=remedy) from error


@contextmanager
def _told(doing: str, address: str) -> Iterator[None]:
    """Errors of fsspec and what is beneath it, which are of any class, as ours."""
    try:
        yield
    except Frame2FrameError:
        raise
    except FileNotFoundError as error:
        if doing == "read":
            raise InputError(f"there is no file {address:.200}", remedy="check the address") from error
        got = f"{error!s:.120}"
        raise WriteError(f"cannot write {address:.200}", got=got, remedy="make the bucket first") from error
    except Exception as error:
        got = f"{error!s:.160}" or type(error).__name__
        kind = ServerError if doing == "read" else WriteError
        raise kind(f"cannot {doing} {address:.200}", got=got, remedy=_AGAIN) from error
