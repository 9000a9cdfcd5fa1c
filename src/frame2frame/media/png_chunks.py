"""What a PNG says of its numbers, read from its chunks.

Pillow opens the picture; these chunks it skips, misreads for some depths, or refuses when they are long.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import PngImagePlugin

from ..errors import InputError
from .colours import REC709, SRGB, Chromaticities, Space, space_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"

CHUNKS_LIMIT = 2**18
"""Writers make one of every 8 KiB or more."""

PROFILE_LIMIT_BYTES = 2**26
"""Of a colour profile, unpacked; those of printers reach a few megabytes."""

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


@dataclass(frozen=True)
class Header:
    """The first chunk."""

    width: int
    height: int
    depth: int
    """Bits a channel."""
    kind: int
    """0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha."""


@dataclass(frozen=True)
class Chunk:
    kind: bytes
    start: int
    end: int
    """Of the body in the file; twelve bytes stand around it."""


def is_png(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def header_of(data: bytes) -> Header | None:
    """None where it is too short to be one."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        return None
    return Header(*struct.unpack(">IIBB", data[16:26]))


def space_in(data: bytes) -> Space | None:
    """The space that cICP, or else gAMA and cHRM, name; None without, and where sRGB or a profile wins."""
    bodies = {chunk.kind: data[chunk.start : chunk.end] for chunk in _before_pixels(data)}
    codes = bodies.get(b"cICP", b"")
    if len(codes) == 4 and codes[2:] == b"\0\1":  # colours of the full range, as all PNG are
        return space_of(codes[0], codes[1])
    if b"iCCP" in bodies or b"sRGB" in bodies:
        return None
    return _space(_gamma(bodies.get(b"gAMA", b"")), _corners(bodies.get(b"cHRM", b"")))


def space_told(info: Mapping[str | tuple[int, int], Any]) -> Space | None:
    """The same of a PNG that Pillow opened; it does not know of cICP."""
    if "icc_profile" in info or "srgb" in info:
        return None
    stored, corners = (info.get(name) for name in ("gamma", "chromaticity"))
    body = struct.pack(">8I", *(round(value * 100_000) for value in corners)) if corners else b""
    return _space(_gamma(struct.pack(">I", round(stored * 100_000)) if stored else b""), _corners(body))


def _space(gamma: float | None, corners: Chromaticities | None) -> Space | None:
    if gamma is None and corners is None:
        return None
    said = "" if gamma is None else "linear light" if gamma == 1 else f"gamma {gamma:.3g}"
    other = "" if corners is None or np.allclose(corners, REC709, atol=0.002) else "other primaries"
    return Space(corners or REC709, gamma or SRGB, " with ".join(filter(None, (said, other))) or "sRGB")


def profile_in(data: bytes) -> bytes | None:
    """The colour profile, of up to 64 MiB; empty if it cannot be unpacked, None without one."""
    for chunk in _before_pixels(data):
        if chunk.kind == b"iCCP":
            _, _, packed = data[chunk.start : chunk.end].partition(b"\0")
            return _unpacked(packed[1:], PROFILE_LIMIT_BYTES) or b""
    return None


def pruned(data: bytes) -> bytes:
    """The PNG without the texts and profiles that are longer than Pillow takes; pixels and the rest stay."""
    room, kept, end = PngImagePlugin.MAX_TEXT_MEMORY, [], 0
    for chunk in chunks(data):
        size = _text_size(chunk, data, min(room, PngImagePlugin.MAX_TEXT_CHUNK))
        if size is None:
            kept.append(data[end : chunk.start - 8])
            end = chunk.end + 4
        else:
            room -= size
    return b"".join([*kept, data[end:]]) if kept else data


def chunks(data: bytes) -> Iterator[Chunk]:
    """Those that are whole, in order. Raises InputError for too many."""
    place = len(SIGNATURE)
    for _ in range(CHUNKS_LIMIT):
        if place + 8 > len(data):
            return
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        if place + 12 + length > len(data):
            return
        yield Chunk(kind, place + 8, place + 8 + length)
        place += 12 + length
    raise InputError("the PNG has too many chunks", got=f"over {CHUNKS_LIMIT:,}", remedy="save it again")


def _before_pixels(data: bytes) -> Iterator[Chunk]:
    for chunk in chunks(data):
        if chunk.kind in (b"IDAT", b"IEND"):
            return
        yield chunk


def _text_size(chunk: Chunk, data: bytes, limit: int) -> int | None:
    """How much of it Pillow would keep, unpacked; None for more than the limit."""
    if chunk.kind != b"iCCP" and chunk.kind not in _TEXTS:
        return 0
    body = data[chunk.start : chunk.end]
    packed = _packed_text(chunk.kind, body)
    text = body if packed is None else _unpacked(packed, limit)
    return None if text is None or len(text) > limit else len(text)


def _packed_text(kind: bytes, body: bytes) -> bytes | None:
    """None for a text that is not packed."""
    _, _, rest = body.partition(b"\0")
    if kind == b"iTXt":
        return rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else None
    return None if kind == b"tEXt" else rest[1:]


def _unpacked(packed: bytes, limit: int) -> bytes | None:
    """None for what is longer, or is damaged."""
    stream = zlib.decompressobj()
    if limit <= 0:  # which zlib takes for no limit
        return None
    try:
        data = stream.decompress(packed, limit)
    except zlib.error:
        return None
    return None if stream.unconsumed_tail else data


def _gamma(body: bytes) -> float | None:
    """The exponent that makes light of the numbers, if it is a usual one."""
    if len(body) != 4 or not (stored := int.from_bytes(body, "big")):
        return None
    gamma = 100_000 / stored
    return gamma if 0.2 <= gamma <= 5 else None


def _corners(body: bytes) -> Chromaticities | None:
    """The primaries, if they span colours."""
    if len(body) != 32:
        return None
    white_x, white_y, *rest = (value / 100_000 for value in struct.unpack(">8I", body))
    red, green, blue = ((rest[index], rest[index + 1]) for index in (0, 2, 4))
    spanned = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    if not 0 < white_y <= 1 or max(white_x, *rest) > 1 or abs(spanned) < 0.01:
        return None
    return (white_x, white_y, *red, *green, *blue)
