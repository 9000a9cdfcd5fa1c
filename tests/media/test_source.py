"""What the user hands in becomes an upright sRGB picture, or one line that says what to do."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from frame2frame.errors import InputError
from frame2frame.media.source import load_picture

HEIGHT, WIDTH = 40, 64


def gradient(height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:height, 0:width]
    channels = (255 * rows // height, 255 * columns // width, 128 + 0 * rows)
    return np.stack(channels, axis=-1).astype(np.uint8)


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def refused(source: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_picture(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_plain_png_keeps_every_value_and_names_its_file(tmp_path: Path) -> None:
    path = saved(tmp_path / "plain.png", Image.fromarray(gradient()))
    source = load_picture(path)
    assert np.array_equal(source.picture, gradient())
    assert source.picture.dtype == np.uint8
    assert (source.alpha, source.path, source.notes) == (None, path, ())
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_file_pil_picture_and_array_are_the_same_source(tmp_path: Path) -> None:
    path = saved(tmp_path / "plain.png", Image.fromarray(gradient()))
    sources = [load_picture(str(path)), load_picture(Image.fromarray(gradient())), load_picture(gradient())]
    assert len({source.pixels_sha256 for source in sources}) == 1


def test_pixels_that_differ_have_another_hash() -> None:
    other = gradient()
    other[0, 0, 0] ^= 1
    assert load_picture(gradient()).pixels_sha256 != load_picture(other).pixels_sha256


def test_an_array_is_copied() -> None:
    array = gradient()
    picture = load_picture(array).picture
    array[:] = 0
    assert picture.any()


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "there is no file" in refused(tmp_path / "none.png")


def test_a_folder_says_so(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    assert "is empty" in refused(tmp_path / "empty.png")


def test_an_address_is_not_downloaded() -> None:
    for address in ("https://example.org/cat.png", Path("HTTP://example.org/cat.png")):
        assert "address" in (error := refused(address)) and "download it first" in error


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 5000])
def test_an_impossible_path_is_refused(path: str) -> None:
    refused(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with a path")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "not a regular file" in refused(tmp_path / "pipe.png")


@pytest.mark.parametrize(
    "content",
    [b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\0" * 999],
)
def test_what_is_not_a_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "note.png").write_bytes(content)
    assert "not a picture" in refused(tmp_path / "note.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "tif", "bmp"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    data = saved(tmp_path / f"whole.{suffix}", Image.fromarray(noise)).read_bytes()
    (tmp_path / f"cut.{suffix}").write_bytes(data[: int(len(data) * share)])
    refused(tmp_path / f"cut.{suffix}")


def test_no_flipped_byte_leads_to_anything_but_a_picture_or_one_line(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    for suffix in ("png", "jpg", "webp", "gif", "tif"):
        data = bytearray(saved(tmp_path / f"whole.{suffix}", Image.fromarray(gradient())).read_bytes())
        for place in generator.integers(0, len(data), 40):
            damaged = bytearray(data)
            damaged[place] ^= 0xFF
            (tmp_path / f"damaged.{suffix}").write_bytes(damaged)
            try:
                load_picture(tmp_path / f"damaged.{suffix}")
            except InputError as error:
                assert "\n" not in str(error)


def png_of_size(width: int, height: int) -> bytes:
    """A valid header and hardly any data: what a decompression bomb looks like at the door."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [10_001, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_with_the_limit(tmp_path: Path, side: int) -> None:
    (tmp_path / "bomb.png").write_bytes(png_of_size(side, side))
    error = refused(tmp_path / "bomb.png")
    assert "larger than 100 megapixels" in error and f"{side * side / 1e6:,.0f} megapixels" in error


@pytest.mark.filterwarnings("error")
def test_a_picture_under_the_limit_is_not_called_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(png_of_size(9_700, 9_700))
    assert "cut short" in refused(tmp_path / "large.png")


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (1, 5000)])
def test_a_tiny_side_is_refused_with_the_least_size(size: tuple[int, int]) -> None:
    assert "at least 16 pixels" in refused(np.zeros((*size, 3), np.uint8))


def test_a_strip_of_a_picture_is_refused_with_the_widest_shape() -> None:
    assert "at most 8 times" in refused(np.zeros((16, 5000, 3), np.uint8))


def test_a_panorama_eight_times_as_wide_is_taken() -> None:
    assert load_picture(np.zeros((16, 128, 3), np.uint8)).picture.shape == (16, 128, 3)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_the_first_frame_of_an_animation_is_taken_with_a_note(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("red", "lime", "blue")]
    path = tmp_path / f"moving.{suffix}"
    options: dict[str, Any] = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)
    source = load_picture(path)
    assert source.picture[5, 5].tolist() == [255, 0, 0]
    assert any("3 frames" in note for note in source.notes)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    image = Image.new("CMYK", (WIDTH, HEIGHT), (0, 255, 255, 0))
    red = load_picture(saved(tmp_path / "print.tif", image)).picture[0, 0]
    assert red[0] > 200
    assert max(red[1:]) < 60


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path, suffix: str) -> None:
    deep = np.tile(np.linspace(0, 65535, WIDTH).astype(np.uint16), (HEIGHT, 1))
    picture = load_picture(saved(tmp_path / f"deep.{suffix}", Image.fromarray(deep))).picture
    assert np.array_equal(picture[0, :, 0], np.rint(deep[0] / 257))


def test_sixteen_bit_colours_are_scaled(tmp_path: Path) -> None:
    rows = b"".join(b"\0" + struct.pack(">HHH", 65535, 32768, 0) * 16 for _ in range(16))
    whole = png_of_size(16, 16).replace(struct.pack(">IIB", 16, 16, 8), struct.pack(">IIB", 16, 16, 16))
    body = zlib.compress(rows)
    header = whole[12:29]
    data = whole[:8] + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data += struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    (tmp_path / "deep.png").write_bytes(data + whole[-12:])
    assert load_picture(tmp_path / "deep.png").picture[3, 3].tolist() == [255, 128, 0]


def test_a_palette_picture_shows_its_colours(tmp_path: Path) -> None:
    image = Image.new("RGB", (WIDTH, HEIGHT), (10, 200, 30)).convert("P", palette=Image.Palette.ADAPTIVE)
    source = load_picture(saved(tmp_path / "palette.png", image))
    assert source.picture[0, 0].tolist() == [10, 200, 30]
    assert source.alpha is None


def test_a_transparent_palette_entry_becomes_alpha(tmp_path: Path) -> None:
    image = Image.new("P", (WIDTH, HEIGHT), 0)
    image.putpalette([10, 200, 30, 90, 80, 70])
    image.paste(1, (0, 0, WIDTH // 2, HEIGHT))
    source = load_picture(saved(tmp_path / "palette.png", image, transparency=1))
    assert source.alpha is not None
    assert (source.alpha[0, 0], source.alpha[0, -1]) == (0, 255)
    assert source.picture[0, 0].tolist() == [90, 80, 70]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_carried_over_with_the_colours_beneath(tmp_path: Path, mode: str) -> None:
    image = Image.new(mode, (WIDTH, HEIGHT), (90, 0) if mode == "LA" else (90, 90, 90, 0))
    image.paste((40, 255) if mode == "LA" else (40, 40, 40, 255), (0, 0, 8, 8))
    source = load_picture(saved(tmp_path / "clear.png", image))
    assert source.alpha is not None
    assert (source.alpha[0, 0], source.alpha[-1, -1]) == (255, 0)
    assert (source.picture[0, 0, 0], source.picture[-1, -1, 0]) == (40, 90)
    assert any("transparency" in note for note in source.notes)


def test_an_opaque_alpha_is_none() -> None:
    assert load_picture(Image.new("RGBA", (WIDTH, HEIGHT), (1, 2, 3, 255))).alpha is None


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_becomes_three_equal_channels(mode: str) -> None:
    picture = load_picture(Image.fromarray(gradient()).convert(mode)).picture
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert np.ptp(picture, axis=-1).max() == 0


TURNED: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    8: lambda upright: np.rot90(upright, -1),
}


@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_exif_orientation_is_turned_upright_with_a_note(
    tmp_path: Path, orientation: int, suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(TURNED[orientation](gradient()))
    options: dict[str, Any] = {"quality": 100, "subsampling": 0} if suffix == "jpg" else {}
    source = load_picture(saved(tmp_path / f"turned.{suffix}", Image.fromarray(stored), exif=exif, **options))
    assert source.picture.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(source.picture.astype(int) - gradient()).max() <= (4 if suffix == "jpg" else 0)
    assert suffix == "tif" or any("upright" in note for note in source.notes)


def test_damaged_exif_does_not_stop_the_picture(tmp_path: Path) -> None:
    path = saved(tmp_path / "odd.jpg", Image.fromarray(gradient()), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert load_picture(path).picture.shape == (HEIGHT, WIDTH, 3)


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = load_picture(saved(tmp_path / "s.png", Image.fromarray(gradient()), icc_profile=profile))
    assert np.array_equal(source.picture, gradient())


def test_another_profile_is_converted_with_a_note() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    image = Image.fromarray(gradient())
    image.info["icc_profile"] = swapped_primaries()
    source = load_picture(image)
    assert not np.array_equal(source.picture, gradient())
    assert any("to sRGB" in note for note in source.notes)
    image.info["icc_profile"] = lab
    assert any("ignored" in note for note in load_picture(image).notes)


def swapped_primaries() -> bytes:
    """An RGB profile whose red and blue primaries are exchanged, under a name of its own."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {data[at : at + 4].decode("latin1"): at for at in range(132, 132 + 12 * data[131], 12)}
    red, blue = places["rXYZ"], places["bXYZ"]
    data[red + 4 : red + 8], data[blue + 4 : blue + 8] = data[blue + 4 : blue + 8], data[red + 4 : red + 8]
    return bytes(data).replace("sRGB".encode("utf-16-be"), "tRGB".encode("utf-16-be"))


def test_a_broken_profile_is_ignored_with_a_note(tmp_path: Path) -> None:
    source = load_picture(
        saved(tmp_path / "b.png", Image.fromarray(gradient()), icc_profile=b"nonsense" * 20)
    )
    assert np.array_equal(source.picture, gradient())
    assert any("ignored" in note for note in source.notes)


def test_floats_from_zero_to_one_are_scaled() -> None:
    picture = load_picture(gradient().astype(np.float32) / 255).picture
    assert np.array_equal(picture, gradient())


@pytest.mark.parametrize("value", [255.0, -0.1, np.nan, np.inf])
def test_other_floats_are_refused(value: float) -> None:
    assert "0 to 1" in refused(np.full((HEIGHT, WIDTH, 3), value, np.float32))


@pytest.mark.parametrize(
    "array", [np.zeros((HEIGHT, WIDTH, 3), np.int64), np.zeros((HEIGHT, WIDTH), complex)]
)
def test_other_numbers_are_refused(array: NDArray[Any]) -> None:
    assert "uint8" in refused(array)


@pytest.mark.parametrize(
    "shape", [(3, HEIGHT, WIDTH), (1, HEIGHT, WIDTH, 3), (HEIGHT,), (0, 0, 3), (HEIGHT, WIDTH, 5)]
)
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    refused(np.zeros(shape, np.uint8))


def test_an_array_with_alpha_keeps_it() -> None:
    array = np.dstack([gradient(), np.full((HEIGHT, WIDTH), 7, np.uint8)])
    alpha = load_picture(array).alpha
    assert alpha is not None
    assert (alpha == 7).all()


@pytest.mark.parametrize("source", [None, 7, b"bytes", ["a.png"]])
def test_other_things_are_refused(source: Any) -> None:
    assert "a picture is needed" in refused(source)


def test_a_closed_picture_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "closed.png", Image.fromarray(gradient()))
    image = Image.open(io.BytesIO(path.read_bytes()))
    image.close()
    refused(image)
