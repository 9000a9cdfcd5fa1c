"""Files from outside, opened only where they are regular ones and read only so far.

A pipe would block, a device has no end, and what a path leads to may change between a look and a read; so the
opened file itself is asked.
"""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from ..errors import InputError

# Without these, opening a pipe waits for a writer, and Windows changes line ends. No system has them all.
_FLAGS = os.O_RDONLY
for _name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"):
    _FLAGS |= getattr(os, _name, 0)


def opened(path: str | Path) -> BufferedReader:
    """The regular file at a path, or at the end of its links, to be read and closed by the caller.

    Raises InputError at once for a folder, a pipe, a device, and what is not there or not to be read.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path!s:.200}", remedy="check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        if _is_folder(path):  # which Windows does not open
            raise _folder(path) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read {path!s:.200}", got=reason, remedy="check the path") from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise _folder(path)
        if not stat.S_ISREG(mode):
            got, remedy = "a pipe or a device", "give the path of a file on a disk"
            raise InputError(f"{path!s:.200} is not a regular file", got=got, remedy=remedy)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bytes(path: str | Path, limit: int) -> bytes:
    """All bytes of a regular file. Raises InputError as `opened` does, and for more than `limit` bytes."""
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            data = b"" if size > limit else file.read(limit + 1)  # it may have grown
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"cannot read {path!s:.200}", got=reason, remedy="copy the file again"
            ) from error
    if max(size, len(data)) > limit:
        got = f"{max(size, len(data)):,} bytes"
        raise InputError(f"{Path(path).name:.200} is too large", got=got, remedy=f"at most {limit:,} bytes")
    return data


def _is_folder(path: str | Path) -> bool:
    try:
        return os.path.isdir(path)
    except ValueError:
        return False


def _folder(path: str | Path) -> InputError:
    return InputError(f"{path!s:.200} is a folder", remedy="give the path of one file")
