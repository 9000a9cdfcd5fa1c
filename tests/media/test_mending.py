"""Files with a harmless fault are taken, those with a real one are refused, and both are said in one line."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import types
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from frame2frame.errors import InputError
from frame2frame.media import quiet
from frame2frame.media.mending import mended
from frame2frame.media.source import Source, load_picture

from ..colour_files import chunk, iccp, png, rgb_profile

HEIGHT, WIDTH = 256, 320


def detailed() -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = 128 + 60 * np.sin(rows / 9) * np.cos(columns / 7)
    return np.stack([rows * 255 // HEIGHT, columns * 255 // WIDTH, waves], axis=-1).astype(np.uint8)


def jpeg(**options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(detailed()).save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def loaded(folder: Path, data: bytes) -> Source:
    (folder / "picture").write_bytes(data)
    return load_picture(folder / "picture")


def refused(folder: Path, data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        loaded(folder, data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("progressive", [False, True], ids=["sequential", "progressive"])
@pytest.mark.parametrize("cut", [1, 2, 3, 30])
def test_a_jpeg_that_lacks_its_last_bytes_is_taken_with_a_note(
    tmp_path: Path, cut: int, progressive: bool
) -> None:
    whole = jpeg(progressive=progressive)
    source, truth = loaded(tmp_path, whole[:-cut]), loaded(tmp_path, whole)
    missing = 0 if cut <= 2 else 20
    assert np.array_equal(source.picture[: HEIGHT - missing], truth.picture[: HEIGHT - missing])
    assert source.notes[0].startswith("The file lacks its end") and not truth.notes
    assert ("no row is missing" in source.notes[0]) == (cut <= 2)


@pytest.mark.parametrize("progressive", [False, True], ids=["sequential", "progressive"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.8])
def test_a_jpeg_that_lacks_many_rows_is_refused(tmp_path: Path, share: float, progressive: bool) -> None:
    whole = jpeg(progressive=progressive)
    assert "cut short" in refused(tmp_path, whole[: int(share * len(whole))])


GREY = np.arange(256, dtype=int).reshape(16, 16, 1)


def packed_text(size: int) -> bytes:
    return chunk(b"zTXt", b"prompt\0\0" + zlib.compress(b"x" * size))


LONG: dict[str, Callable[[], bytes]] = {
    "4 MB": lambda: packed_text(2**22),
    "256 MB": lambda: packed_text(2**28),
    "plain": lambda: chunk(b"tEXt", b"prompt\0" + b"x" * 2**22),
    "international": lambda: chunk(b"iTXt", b"prompt\0\1\0\0\0" + zlib.compress(b"x" * 2**22)),
    "plain international": lambda: chunk(b"iTXt", b"prompt\0\0\0\0\0" + b"x" * 2**22),
    "many": lambda: packed_text(2**19) * 200,
    "profile": lambda: iccp(b"\0" * 2**27),
}


@pytest.mark.parametrize("long", LONG)
def test_a_png_with_long_texts_is_no_damaged_one(tmp_path: Path, long: str) -> None:
    short = chunk(b"tEXt", b"Author\0somebody")
    data = png(GREY, 8, 0, short, LONG[long]())
    assert np.array_equal(loaded(tmp_path, data).picture, np.broadcast_to(GREY, (16, 16, 3)))
    with Image.open(io.BytesIO(mended(data))) as image:
        assert getattr(image, "text", {})["Author"] == "somebody"


def test_a_profile_of_more_than_a_megabyte_is_followed(tmp_path: Path) -> None:
    profile = rgb_profile(1)
    padded = (len(profile) + 2**21).to_bytes(4, "big") + profile[4:] + b"\0" * 2**21
    source = loaded(tmp_path, png(np.full((16, 16, 3), 55), 8, 2, iccp(padded)))
    assert source.picture[0, 0].tolist() == [128, 128, 128]


def gif(*comments: int) -> bytes:
    """A GIF with comments of so many bytes."""
    buffer = io.BytesIO()
    Image.fromarray(detailed()).convert("P").save(buffer, "GIF")
    data = buffer.getvalue()
    start = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    body = b"".join(b"!\xfe" + (b"\xff" + b"c" * 255) * (size // 255) + b"\0" for size in comments)
    return data[:start] + body + data[start:]


def test_long_comments_of_a_gif_are_left_unread(tmp_path: Path) -> None:
    assert len(mended(gif(20_000_000, 20_000_000))) == len(gif())
    assert np.array_equal(loaded(tmp_path, gif(20_000_000)).picture, loaded(tmp_path, gif()).picture)


def test_short_comments_of_a_gif_stay() -> None:
    assert mended(gif(255, 510)) == gif(255, 510)


@pytest.mark.parametrize("end", range(6, 900, 37))
def test_a_gif_that_ends_anywhere_is_judged(end: int) -> None:
    assert mended(gif(100_000)[:end]) == gif(100_000)[:end]


FOREIGN = {
    b"\0\0\0\x18ftypheic\0\0\0\0": ("HEIC", "pillow-heif"),
    b"\0\0\0\x0cJXL \r\n\x87\n": ("JPEG XL", "pillow-jxl-plugin"),
    b"\xff\x0a\0\0": ("JPEG XL", "PNG or JPEG"),
    b"<?xml version='1.0'?>\n<!-- by hand -->\n<svg xmlns=''/>": ("SVG", "PNG or JPEG"),
    b"8BPS\0\1": ("Photoshop", "PNG or JPEG"),
    b"II*\0\x10\0\0\0CR\2\0": ("raw picture", "PNG or JPEG"),
    b"FUJIFILMCCD-RAW 0201": ("raw picture", "PNG or JPEG"),
    b"%!PS-Adobe-3.0 EPSF-3.0\n": ("EPS", "PNG or JPEG"),
    b"%PDF-1.7\n": ("PDF", "PNG or JPEG"),
    b"<!DOCTYPE html><html>": ("web page", "download the picture itself"),
    b"\0\0\0\x20ftypisom\0\0\2\0": ("MP4", "f2f pick"),
    b"\x1aE\xdf\xa3\x01\0\0\0": ("Matroska", "f2f pick"),
    b"RIFF\0\0\0\0AVI LIST": ("AVI", "f2f pick"),
    b"#EXTM3U\n": ("list of other files", "give a picture"),
    b"PK\x03\x04\0\0": ("archive", "unpack"),
    b"\x76\x2f\x31\x01\2\0\0\0": ("OpenEXR", "PNG or JPEG"),
}


@pytest.mark.parametrize(
    "head", FOREIGN, ids=[f"{name} {number}" for number, (name, _) in enumerate(FOREIGN.values())]
)
def test_what_is_not_read_is_named_with_the_way(tmp_path: Path, head: bytes) -> None:
    said = refused(tmp_path, head + b"\0" * 500)
    assert all(words in said for words in FOREIGN[head])


def test_the_thumbnail_of_a_raw_picture_is_not_taken_for_it(tmp_path: Path) -> None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[50706] = b"\1\4\0\0"
    tags.tagtype[50706] = 1
    buffer = io.BytesIO()
    Image.fromarray(detailed()).save(buffer, "TIFF", tiffinfo=tags)
    assert "raw picture" in refused(tmp_path, buffer.getvalue())


def test_heic_is_read_where_its_package_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for pillow-heif, which registers with Pillow as that does."""
    package = types.ModuleType("pillow_heif")

    def opener(file: Any, name: Any) -> Image.Image:
        return Image.new("RGB", (32, 16), (1, 2, 3))

    def register() -> None:
        Image.register_open("HEIF", opener, lambda head: head[4:12] == b"ftypheic")  # type: ignore[arg-type]

    package.register_heif_opener = register  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pillow_heif", package)
    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    monkeypatch.setattr(Image, "ID", list(Image.ID))
    picture = loaded(tmp_path, b"\0\0\0\x18ftypheic" + b"\0" * 99).picture
    assert picture.shape == (16, 32, 3) and picture[0, 0].tolist() == [1, 2, 3]


DAMAGED = """
import io, logging, sys, warnings
import numpy as np
from PIL import Image
from frame2frame.errors import InputError
from frame2frame.media.source import load_picture
noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
Image.fromarray(noise).save("a.tif", compression="tiff_lzw")
data = bytearray(open("a.tif", "rb").read())
data[200:400] = bytes(value ^ 255 for value in data[200:400])
open("a.tif", "wb").write(data)
try:
    load_picture("a.tif")
except InputError as error:
    print(error)
"""


def test_a_damaged_tiff_is_one_line_and_libtiff_adds_none(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DAMAGED], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("a.tif is damaged") and done.stdout.count("\n") == 1
    assert not done.stderr


def test_pillow_warns_again_after_the_last_of_several_threads() -> None:
    first, last = threading.Event(), threading.Event()

    def work() -> None:
        with quiet.decoders():
            first.set()
            last.wait(10)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=work)
        thread.start()
        first.wait(10)
        with quiet.decoders():
            warnings.warn("silent", stacklevel=1)
        warnings.warn("silent still", stacklevel=1)
        last.set()
        thread.join()
        warnings.warn("said", stacklevel=1)
    assert [str(one.message) for one in caught] == ["said"]


def test_a_text_chunk_of_a_png_that_pillow_wrote_stays_as_it_is() -> None:
    chunks = PngInfo()
    chunks.add_text("prompt", "a ball", zip=True)
    buffer = io.BytesIO()
    Image.fromarray(detailed()).save(buffer, "PNG", pnginfo=chunks)
    assert mended(buffer.getvalue()) == buffer.getvalue()
