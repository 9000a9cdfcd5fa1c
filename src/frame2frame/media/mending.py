"""Files with a harmless fault, so changed that Pillow takes them."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from . import png_chunks

COMMENTS_LIMIT_BYTES = 2**16
"""Of a GIF; Pillow's time to read them grows with the square of their length."""

BLOCKS_LIMIT = 2**22
"""Of a GIF, each of at most 255 bytes."""

PARTS_LIMIT = 2**18
"""Of a GIF: its frames, and what is said of them."""

_END_OF_JPEG = b"\xff\xd9"


def mended(data: bytes) -> bytes:
    """The file without the texts that Pillow is slow to read or refuses. Raises InputError."""
    if png_chunks.is_png(data):
        return png_chunks.pruned(data)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _without_comments(data)
    return data


def ended_jpeg(data: bytes) -> tuple[Image.Image, int] | None:
    """A JPEG whose end is missing, closed, with the number of rows that are not its own; None if many are.

    It is closed in two ways. Where both show the same, the file had the pixels.
    """
    data = data.rstrip(b"\xff")  # half a marker
    try:
        closed, other = _opened(data + _END_OF_JPEG), _opened(data + _noise() + _END_OF_JPEG)
    except (OSError, SyntaxError, ValueError):
        return None
    differs = (_rows(closed) != _rows(other)).any(axis=1)
    missing = closed.height - int(differs.argmax()) if differs.any() else 0
    return None if missing > _missing_limit(closed.height) else (closed, missing)


def _missing_limit(height: int) -> float:
    """One row of the blocks that a JPEG is made of or a twentieth, but not much of a small picture."""
    return min(max(17, 0.05 * height), 0.15 * height)


def _noise() -> bytes:
    """Codes of something else; 255 would begin a marker."""
    return np.random.default_rng(0).integers(0, 255, 2**16, dtype=np.uint8).tobytes()


def _opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def _rows(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image).reshape(image.height, -1)


def _without_comments(data: bytes) -> bytes:
    """Long comments are left out; what is no GIF to its end stays as it is, for Pillow to judge."""
    spans = _comments(data)
    if sum(end - start for start, end in spans) <= COMMENTS_LIMIT_BYTES:
        return data
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(data)]
    return b"".join(data[end:start] for end, start in zip(ends, starts, strict=True))


def _comments(data: bytes) -> list[tuple[int, int]]:
    """Where the comments of a GIF start and end."""
    spans: list[tuple[int, int]] = []
    place = 13 + _palette_size(data[10:11])
    for _ in range(PARTS_LIMIT):
        if (kind := data[place : place + 1]) not in (b"!", b","):
            return spans
        start = place
        place += 2 if kind == b"!" else 11 + _palette_size(data[place + 9 : place + 10])
        place = _after_blocks(data, place)
        if data[start : start + 2] == b"!\xfe":
            spans.append((start, place))
    raise InputError("the GIF has too many frames", got=f"over {PARTS_LIMIT:,} parts", remedy="save it again")


def _palette_size(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 128 else 0


def _after_blocks(data: bytes, place: int) -> int:
    for _ in range(BLOCKS_LIMIT):
        if place >= len(data) or data[place] == 0:
            return place + 1
        place += 1 + data[place]
    raise InputError("the GIF has too many blocks", got=f"over {BLOCKS_LIMIT:,}", remedy="save it again")
