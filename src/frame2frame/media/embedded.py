"""Pictures inside of a PNG: the source of a run and its mask, for whoever gets the result alone.

Each rides in a private chunk after the pixels, as a PNG of its own, without loss; other programs skip it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from ..errors import InputError
from ..files.regular import read_bytes
from .limits import FILE_LIMIT_BYTES
from .png_chunks import chunks
from .source import Source, load_picture

KINDS = {"source.png": b"frSo", "mask.png": b"frMa"}
"""Chunks by the names that the pictures have in a run folder."""

_END = 12
"""Bytes of the last chunk."""


def carrying(png: bytes, pictures: Mapping[str, bytes]) -> bytes:
    """The PNG with these pictures inside, each a PNG by its name in `KINDS`."""
    inside = b"".join(_chunk(KINDS[name], data) for name, data in pictures.items())
    return png[:-_END] + inside + png[-_END:]


def carried(png: Path, name: str) -> Source | None:
    """The picture of this name inside of a PNG; None where there is none. Raises InputError."""
    data = read_bytes(png, FILE_LIMIT_BYTES)
    for chunk in chunks(data):
        if chunk.kind == KINDS[name]:
            body = data[chunk.start : chunk.end]
            if data[chunk.end : chunk.end + 4] != _checksum(chunk.kind, body):
                raise InputError(f"the {name} inside of {png.name:.80} is damaged", remedy="get it again")
            return load_picture(_opened(body, name))
    return None


def _opened(body: bytes, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(body), formats=["PNG"])
    except Exception as error:  # decoders raise whatever they stumble over
        raise InputError(f"the {name} inside of the PNG is no picture", got=f"{error!s:.80}") from error


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + _checksum(kind, body)


def _checksum(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
