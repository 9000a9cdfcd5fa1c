"""Files that lie here or in a bucket, by a `Path` or by an `Address`."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InputError
from . import regular, remote, unfinished
from .remote import Address

Place = Path | Address


def place_named(named: str | os.PathLike[str]) -> Place:
    """What a user named: an address, or else a path."""
    if isinstance(named, str) and remote.is_address(named):
        return Address(named.rstrip("/"))
    return Path(os.path.expanduser(named))  # unlike Path.expanduser, no error for an unknown user


def as_path(name: str, given: object) -> Path:
    """Raises InputError for what is no path; `name` is what it is called."""
    if not isinstance(given, str | os.PathLike):
        raise InputError(f"{name} must be a path", got=f"{given!r:.80}", remedy='give a text, like "outputs"')
    return Path(given)


def title_of(folder: Place) -> str:
    """What the folder is called."""
    return folder.resolve().name if isinstance(folder, Path) else folder.name


def read_bytes(place: Place, limit: int) -> bytes:
    """Raises InputError for a file that cannot be read or is larger, ServerError for a bucket that cannot."""
    return regular.read_bytes(place, limit) if isinstance(place, Path) else remote.read_bytes(place, limit)


def write_file(place: Place, data: bytes) -> None:
    """The file appears whole or not at all; its folder is made. Raises WriteError."""
    if not isinstance(place, Path):
        return remote.write(place, data)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unfinished.write_error(place.parent, error) from error
    unfinished.write_file(place, data)


def names_in(folder: Place) -> list[str]:
    """The names of the files in a folder, sorted; none where there is no such folder."""
    if not isinstance(folder, Path):
        return remote.names_in(folder)
    return sorted(one.name for one in os.scandir(folder) if one.is_file()) if folder.is_dir() else []
