"""Files and folders that bear their name only once they are whole.

Each is made under a temporary name beside its place and is held by a lock for as long as its program lives.
What a killed program left is swept by the next one that writes there.
"""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import WriteError

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

UNFINISHED = ".unfinished-"
OLD_SECONDS = 3_600
"""Nothing younger is swept: its program may not hold it yet."""
OLD_UNHELD_SECONDS = 86_400
"""The same where the file system tells nothing of locks, as many that are shared by machines."""


def write_file(path: Path, data: bytes) -> None:
    """The file appears whole or not at all, in place of one that was there or of a link.

    Raises WriteError in one line when the disk is full or the place cannot be written, and for a folder, a
    pipe or a device.
    """
    unfinished = path.with_name(_unfinished_name())
    try:
        if path.exists() and not path.is_file():
            raise WriteError(f"{path!s:.200} is no file", remedy="name another, or move it away")
        sweep(path.parent)
        with unfinished.open("xb") as file:
            _hold(file.fileno())
            file.write(data)
            settle(file)
        os.replace(unfinished, path)
        settle_folder(path.parent)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


@contextmanager
def unfinished_folder(out: Path) -> Iterator[Path]:
    """A new folder in `out` that is gone after the block unless it was renamed. Raises WriteError."""
    folder, was_there, descriptor = out / _unfinished_name(), True, None
    try:
        was_there = out.exists()
        sweep(out)
        folder.mkdir(parents=True)
        with suppress(OSError):  # Windows opens no folder
            descriptor = os.open(folder, os.O_RDONLY)
            _hold(descriptor)
        yield folder
    except OSError as error:
        raise write_error(out, error, "choose another folder as `out`, on the command line --out") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)
        if not was_there:
            with suppress(OSError):  # it holds a run
                out.rmdir()


def passing_folder() -> Path:
    """A new folder that is gone when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="frame2frame-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sweep(folder: Path) -> None:
    """Remove what killed programs left unfinished in a folder; what is young or held stays."""
    with suppress(OSError):
        for path in folder.glob(f"{UNFINISHED}*"):
            with suppress(OSError):
                if is_abandoned(path):
                    discard(path)


def discard(path: Path) -> None:
    """Remove what stands at a path, a folder with all that is in it, a link by itself. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def settle(file: BinaryIO) -> None:
    """Wait until the disk has it, so that a power cut leaves the file whole."""
    file.flush()
    os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """The same for the names in a folder, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_error(path: Path, error: OSError, remedy: str = "choose another folder") -> WriteError:
    """What a failed write means to the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WriteError(
            f"no room left for {path!s:.200}", got=str(error.strerror), remedy="free some disk space"
        )
    return WriteError(
        f"cannot write {path!s:.200}",
        got=error.strerror or str(error),
        remedy=remedy,
    )


def _unfinished_name() -> str:
    return UNFINISHED + secrets.token_hex(6)


def _hold(descriptor: int) -> None:
    """Until it is closed, or the program ends in whatever way."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_abandoned(path: Path, lock: Path | None = None) -> bool:
    """Whether no program works on a file or folder any more, which it would hold by `lock`, or by itself.

    Raises OSError.
    """
    found = path.lstat()
    age = time.time() - found.st_mtime
    if age < OLD_SECONDS or not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
        return False
    held = _is_held(lock or path)
    return age >= OLD_UNHELD_SECONDS if held is None else not held


def _is_held(path: Path) -> bool | None:
    """Whether a living program has it; None where that cannot be told."""
    if fcntl is None:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False
