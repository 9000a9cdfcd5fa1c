"""Pictures, clips, colour profiles and what stands in the chunks and boxes of them."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image

from frame2frame.media.pictures import png_bytes, read_settings
from frame2frame.media.source import load_picture
from frame2frame.media.video_input import load_footage

from ..colour_files import chrm, chunk, cicp, gama, grey_profile, iccp, png, rgb_profile
from ..films import Film
from .harness import Target, altered_bytes, in_a_folder

COLOURS = np.arange(16 * 24 * 3).reshape(16, 24, 3) % 251


@cache
def _pictures() -> dict[str, bytes]:
    """A sound one of each format, with metadata and a profile."""
    image = Image.fromarray(COLOURS.astype(np.uint8))
    exif = Image.Exif()
    exif.update({0x0112: 6, 0x0132: "2024:05:06 07:08:09", 0x013B: "somebody"})
    found = {}
    for kind in ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF", "BMP", "JPEG2000", "PPM", "TGA", "QOI", "ICO"):
        buffer = io.BytesIO()
        image.save(buffer, kind, exif=exif.tobytes(), icc_profile=rgb_profile(1.8))
        found[kind] = buffer.getvalue()
    return found


@cache
def _clips() -> list[bytes]:
    films = (
        Film("mp4", "libx264", "yuv420p"),
        Film("matroska", "ffv1", "yuv444p16le", tags=(9, 16, 9), matrix=9),
        Film("webm", "libvpx-vp9", "yuv420p"),
        Film("avi", "mpeg4", "yuv420p"),
        Film("mpegts", "mpeg2video", "yuv420p"),
        Film("mov", "qtrle", "argb"),
    )
    buffer = io.BytesIO()
    first, *others = [Image.fromarray(np.roll(COLOURS, turn, 0).astype(np.uint8)) for turn in range(3)]
    first.save(buffer, "GIF", save_all=True, append_images=others)
    return [*(film.of(COLOURS.repeat(2, 0).repeat(2, 1)) for film in films), buffer.getvalue()]


CHUNKS = (
    *(gama(1), chrm(*(0.3,) * 8), cicp(9, 16), cicp(255, 255), iccp(rgb_profile(1)), iccp(grey_profile(1))),
    *(chunk(b"tRNS", b"\0\1" * 3), chunk(b"eXIf", b"MM\0*\0\0\0\x08"), chunk(b"acTL", b"\0\0\0\x02\0\0\0\0")),
    chunk(b"pHYs", b"\xff" * 9),
    chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 2_000_000)),
    chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation='6'/>"),
)


@st.composite
def _chunked(draw: st.DrawFn) -> bytes:
    """A PNG of any depth with chunks of any sort before its pixels, some of them altered."""
    kind, depth = draw(
        st.sampled_from([(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (4, 16), (6, 16)])
    )
    numbers = np.resize(COLOURS, (16, 24, {0: 1, 2: 3, 4: 2, 6: 4}[kind])) % 2**depth
    chosen = draw(st.lists(st.sampled_from(CHUNKS), max_size=4))
    kinds = [draw(st.sampled_from((body, _rebodied(body, draw(st.binary(max_size=40)))))) for body in chosen]
    return png(numbers, depth, kind, *kinds)


def _rebodied(whole: bytes, body: bytes) -> bytes:
    """The same chunk with something else in it, and a sum that is right."""
    return chunk(whole[4:8], body)


@st.composite
def _profiled(draw: st.DrawFn) -> bytes:
    profile = draw(altered_bytes(draw(st.sampled_from((rgb_profile(1), grey_profile(2.4))))))
    size = struct.pack(">I", len(profile))
    return png(COLOURS, 8, 2, iccp(draw(st.sampled_from((profile, size + profile[4:])))))


def _picture(data: bytes) -> Any:
    return in_a_folder({"picture": data}, lambda folder: load_picture(folder / "picture"))


def _clip(data: bytes) -> Any:
    return in_a_folder({"clip": data}, lambda folder: load_footage(folder / "clip"))


def _settings(data: bytes) -> Any:
    def read(folder: Path) -> object:
        return read_settings(folder / "a.png")

    return in_a_folder({"a.png": data}, read)


PNG_WITH_SETTINGS = png_bytes(COLOURS.astype(np.uint8), None, {"schema": 1, "settings": {}})

TARGETS = (
    Target("pictures", st.sampled_from(list(_pictures().values())).flatmap(altered_bytes), _picture, 5),
    Target("chunks of PNG", _chunked(), _picture),
    Target("colour profiles", _profiled(), _picture),
    Target("clips", st.deferred(lambda: st.sampled_from(_clips()).flatmap(altered_bytes)), _clip, 3),
    Target("noise", st.binary(max_size=200), lambda data: (_picture(data), _clip(data))),
    Target("settings of a PNG", altered_bytes(PNG_WITH_SETTINGS), _settings),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_shown_or_refused_in_one_line(target: Target) -> None:
    target.try_some()
