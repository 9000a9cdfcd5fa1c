"""NumPy's arrays in one file (`.npz`), read as what a stranger or a power cut may have made of it.

Nothing is unpickled, and no more memory is taken than the limit: sizes are checked before anything is
unpacked, and each array's shape against the bytes that are there.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from . import regular

Array = np.ndarray[Any, Any]

ENTRIES_LIMIT = 4_096
MOST_PACKED = 1_100
"""No byte of a deflated file unpacks to more."""
_ENCRYPTED = 0x1
_KINDS = "biuf"


def read_arrays(path: Path, limit: int) -> dict[str, Array]:
    """The arrays of a file by their names, of at most `limit` bytes in all. Raises InputError."""
    try:
        with regular.opened(path) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check(entries, limit, os.fstat(file.fileno()).st_size)
            return {entry.filename.removesuffix(".npy"): _array(archive, entry) for entry in entries}
    except (InputError, MemoryError):
        raise
    except Exception as error:  # it fails in as many ways as it has bytes; an empty one with EOFError
        got = f"{type(error).__name__} {error!s:.80}"
        raise InputError(f"{path.name:.200} holds no arrays that can be read", got=got) from error


def _check(entries: list[zipfile.ZipInfo], limit: int, size: int) -> None:
    """Raise ValueError for what is too much, and for what an archive of this size cannot hold."""
    names = {entry.filename for entry in entries}
    if not 0 < len(entries) == len(names) <= ENTRIES_LIMIT:
        raise ValueError(f"{len(entries):,} entries")
    if (total := sum(entry.file_size for entry in entries)) > limit:
        raise ValueError(f"{total:,} bytes unpacked")
    if sum(entry.compress_size for entry in entries) > size:
        raise ValueError("entries that lie over each other")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED or not entry.filename.endswith(".npy"):
            raise ValueError(f"the entry {entry.filename!r:.40}")
        if entry.file_size > MOST_PACKED * entry.compress_size:
            raise ValueError(f"{entry.file_size:,} bytes out of {entry.compress_size:,}")


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Array:
    data = bytearray(entry.file_size)
    with archive.open(entry) as file:
        filled = 0
        while count := file.readinto(memoryview(data)[filled : filled + 2**24]):  # type: ignore[attr-defined]
            filled += count
        if filled < len(data) or file.read(1):
            raise ValueError("an array is cut short")
    return array_in(data)


def array_in(data: bytearray) -> Array:
    """The one array in the bytes of a `.npy` file. Raises ValueError, KeyError or SyntaxError."""
    header = io.BytesIO(data[: 2**16])
    version = np.lib.format.read_magic(header)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, by_column, dtype = read(header)
    start = header.tell()
    if dtype.kind not in _KINDS or math.prod(shape) * dtype.itemsize != len(data) - start:
        raise ValueError(f"{dtype} of shape {shape}")
    flat = np.frombuffer(data, dtype, offset=start)
    return flat.reshape(shape[::-1]).T if by_column else flat.reshape(shape)
