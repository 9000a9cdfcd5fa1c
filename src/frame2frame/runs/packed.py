"""Run folders in a tar file, many in one, with an index beside it.

    042.tar      the folders one after the other, as any program for tar files reads them
    042.index    a line for each, as JSON: its name as `id`, and where in the tar file it lies

A folder is there once its line is. What a killed program left behind the last of them is cut off before the
next one is written. A path into the file, such as 042.tar/dog-1, stands wherever a run folder does.
"""

from __future__ import annotations

import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import BinaryIO

from ..errors import InputError
from ..files.regular import opened
from ..files.unfinished import passing_folder, settle, write_error

TAR, INDEX = ".tar", ".index"
MOST_BYTES = 2**34
"""Of one folder."""

MOST_UNPACKED = 32
"""Folders that are held at once, so that a batch of any length can be read one after the other."""

_LINE = re.compile(rb'\{"id": "([\w.-]+)", "offset": (\d{1,18}), "length": (\d{1,18})\}\n')
_FILE = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")


def pack(tar: Path, folder: Path) -> None:
    """Put a folder into a tar file, under its own name; it is whole in there once this returns.

    One program at a time may do so. One of this name that was put in last is replaced. Raises WriteError.
    """
    try:
        tar.parent.mkdir(parents=True, exist_ok=True)
        with tar.open("ab"), tar.open("r+b") as file, tar.with_suffix(INDEX).open("ab+") as index:
            start = _mended(index, folder.name)
            file.seek(start)
            file.truncate()
            try:
                end = _written(file, folder)
            except OSError:
                with suppress(OSError):
                    file.truncate(start)
                raise
            line = {"id": folder.name, "offset": start, "length": end - start}
            index.write(json.dumps(line).encode() + b"\n")
            settle(index)
    except OSError as error:
        raise write_error(tar, error) from error


def _mended(index: BinaryIO, name: str) -> int:
    """Where the next folder begins; a last line that is unfinished, or of this name, is cut off."""
    index.seek(0)
    lines = list(index)
    while lines and ((found := _LINE.fullmatch(lines[-1])) is None or found[1].decode() == name):
        del lines[-1]
    index.truncate(sum(map(len, lines)))
    return int(found[2]) + int(found[3]) if lines and found else 0


def _written(file: BinaryIO, folder: Path) -> int:
    """Where the folder ends; behind it the file is closed as tar files are."""
    with tarfile.open(fileobj=file, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, f"{folder.name}/{path.name}", recursive=False, filter=_of_nobody)
        end = archive.offset
    settle(file)
    return int(end)


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def tar_of(place: Path) -> Path | None:
    """The tar file that a path leads into; None where it leads into none."""
    if os.path.lexists(place):
        return None
    return next((one for one in place.parents if one.suffix == TAR and one.is_file()), None)


def unpacked(place: Path) -> Path:
    """The same path, or where that is now which lay in a tar file.

    That is gone when the program ends, or once `MOST_UNPACKED` others were asked for since.
    Raises InputError where the tar file has no such folder, or is damaged.
    """
    if (tar := tar_of(place)) is None:
        return place
    name, *file = place.relative_to(tar).parts
    key = tar.absolute(), name
    with _TURN:
        folder = _UNPACKED.pop(key, None) or _unpacked(tar, name)
        _UNPACKED[key] = folder  # now the last to go
        while len(_UNPACKED) > MOST_UNPACKED:
            rmtree(_UNPACKED.pop(next(iter(_UNPACKED))).parent, ignore_errors=True)
    return folder.joinpath(*file)


_UNPACKED: dict[tuple[Path, str], Path] = {}
_TURN = Lock()
_here = cache(passing_folder)


def _unpacked(tar: Path, name: str) -> Path:
    place = Path(mkdtemp(dir=_here()))
    try:
        return _read_into(place, tar, name)
    except BaseException:
        rmtree(place, ignore_errors=True)
        raise


def _read_into(place: Path, tar: Path, name: str) -> Path:
    (folder := place / name).mkdir()
    try:
        with opened(tar) as file:
            file.seek(_offset(tar, name))
            for own, data in _files(file, name):
                (folder / own).write_bytes(data)
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError) as error:
        raise InputError(f"cannot read {tar}", got=f"{error!s:.80}", remedy="copy the file again") from error
    if not any(folder.iterdir()):
        remedy = f"tar -tf {tar.name} lists what is in it"
        raise InputError(f"there is no run {name:.100} in {tar}", remedy=remedy)
    return folder


def _offset(tar: Path, name: str) -> int:
    """Where the folder begins by the index, or the whole file where there is none."""
    with suppress(InputError), opened(tar.with_suffix(INDEX)) as index:
        places = [
            int(found[2]) for line in index if (found := _LINE.fullmatch(line)) and found[1].decode() == name
        ]
        return places[-1] if places else 0
    return 0


def _files(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """The files of the first folder of this name from here on."""
    left, met = MOST_BYTES, False
    with tarfile.open(fileobj=file, mode="r:") as archive:
        for member in archive:
            top, _, own = member.name.partition("/")
            if top != name:
                if met:
                    return
                continue
            met, left = True, left - member.size
            if left < 0 or not member.isreg() or member.issparse() or not _FILE.fullmatch(own):
                raise tarfile.TarError(f"{member.name!r:.80} is no file of a run")
            found = archive.extractfile(member)
            assert found is not None  # as it is a regular file
            yield own, found.read()
