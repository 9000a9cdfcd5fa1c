"""Picture files and colour profiles made by hand, byte for byte, where no library writes them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

D50 = (0.9642, 1.0, 0.8249)

SRGB_AT_D50 = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
"""XYZ of sRGB's primaries as profiles have them, adapted to D50."""

P3_AT_D50 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
"""Of Display P3's."""


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(numbers: NDArray[np.integer], depth: int, kind: int, *chunks: bytes) -> bytes:
    """A PNG of (height, width, channels) numbers of so many bits; the chunks stand before the pixels."""
    height, width, channels = numbers.shape
    if depth == 16:
        rows = [row.astype(">u2").tobytes() for row in numbers]
    else:
        bits = np.unpackbits(numbers.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
        rows = [row.tobytes() for row in np.packbits(bits.reshape(height, width * channels * depth), axis=1)]
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)),
            *chunks,
            chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))),
            chunk(b"IEND", b""),
        )
    )


def gama(gamma: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))


def chrm(*corners: float) -> bytes:
    """x and y of white, red, green and blue."""
    return chunk(b"cHRM", struct.pack(">8I", *(round(100_000 * value) for value in corners)))


def cicp(primaries: int, transfer: int) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, 0, 1]))


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile))


def rgb_profile(
    gamma: float, primaries: Sequence[Sequence[float]] = SRGB_AT_D50, name: str = "made"
) -> bytes:
    """An ICC profile of a gamma and of primaries at D50."""
    tags = [(sign, _xyz(corner)) for sign, corner in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    return _profile(b"RGB ", name, [*tags, *((sign, _gamma(gamma)) for sign in (b"rTRC", b"gTRC", b"bTRC"))])


def grey_profile(gamma: float, name: str = "made") -> bytes:
    return _profile(b"GRAY", name, [(b"kTRC", _gamma(gamma))])


def _profile(space: bytes, name: str, tags: list[tuple[bytes, bytes]]) -> bytes:
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + b"\0" + b"\0" * 78
    tags = [(b"desc", described), (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", _xyz(D50)), *tags]
    place, table, bodies = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for sign, body in tags:
        body += b"\0" * (-len(body) % 4)
        table += sign + struct.pack(">II", place + len(bodies), len(body))
        bodies += body
    head = struct.pack(">I4sI4s4s4s", place + len(bodies), b"\0" * 4, 0x02400000, b"mntr", space, b"XYZ ")
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + _xyz(D50)[8:] + b"\0" * 48
    return head + table + bodies


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">iii", *(round(65536 * value) for value in values))


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(256 * gamma))
