"""The boxes that AVIF, MP4 and their kin are made of, as far as they say what other readers leave out."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .colours import Space, space_of

BOXES_LIMIT = 1_000
"""Of one box; what has more is not looked through."""


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The kind of each box between two places of the data, and where what it holds starts and ends."""
    for _ in range(BOXES_LIMIT):
        if start + 8 > end:
            return
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        inside = start + 8
        if size == 1 and start + 16 <= end:  # a long one
            size, inside = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        after = end if size == 0 else start + size
        if not inside <= after <= end:
            return
        yield kind, inside, after
        start = after


def space_in(avif: bytes) -> Space | None:
    """The space that the codes of an AVIF name; None where it has none or a profile."""
    found = None
    for start, end in _properties(avif):
        kind = avif[start : start + 4]
        if kind in (b"prof", b"rICC"):
            return None
        if kind == b"nclx" and end - start >= 8 and found is None:
            found = space_of(*struct.unpack(">HH", avif[start + 4 : start + 8]))
    return found


def _properties(avif: bytes) -> Iterator[tuple[int, int]]:
    """Where each colour property of the pictures starts and ends."""
    for kind, start, end in boxes(avif, 0, len(avif)):
        if kind == b"meta":
            for part, inside, after in boxes(avif, start + 4, end):  # four bytes of version and flags
                if part == b"iprp":
                    for _, first, last in (box for box in boxes(avif, inside, after) if box[0] == b"ipco"):
                        yield from ((s, e) for name, s, e in boxes(avif, first, last) if name == b"colr")


def clip_behind(jpeg: bytes) -> int | None:
    """Where the film of a motion photo starts, as phones put an MP4 behind the picture; None without one."""
    place = 0
    while (place := jpeg.find(b"ftyp", place + 4)) >= 0:
        found = {kind for kind, _, _ in boxes(jpeg, place - 4, len(jpeg))}
        if {b"ftyp", b"moov"} <= found:
            return place - 4
    return None
