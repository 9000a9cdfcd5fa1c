"""Fitting is undone exactly, clips play and come back, and a PNG's settings are read with suspicion."""

from __future__ import annotations

import errno
import json
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from frame2frame.errors import InputError, WriteError
from frame2frame.files.unfinished import write_error, write_file
from frame2frame.media.levels import ROWS, pixels
from frame2frame.media.pictures import decibels, fit, png_bytes, psnr, read_settings
from frame2frame.values import PAD_BLACK

SIZES = [
    (128, 128),
    (16, 128),
    (128, 16),
    (127, 93),
    (480, 720),
    (37, 251),
    (1080, 1920),
    (129, 128),
    (33, 34),
]


def ramp(height: int, width: int) -> NDArray[np.uint8]:
    """A smooth picture in which a shift by a tenth of a pixel would show."""
    rows = np.linspace(0, 250, height)[:, None] * np.ones(width)
    columns = np.linspace(0, 250, width)[None] * np.ones((height, 1))
    return np.rint(np.stack([rows, columns, (rows + columns) / 2], axis=-1)).astype(np.uint8)


def noise(frames: int, height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (frames, height, width, 3), dtype=np.uint8)


def test_a_picture_of_the_models_size_passes_unchanged_both_ways() -> None:
    picture = noise(1, 128, 128)[0]
    fitted = fit(picture, 128, 128)
    assert np.array_equal(fitted.picture, picture)
    assert np.array_equal(fitted.restore(fitted.picture), picture)


@pytest.mark.parametrize("model", [(128, 128), (480, 720), (768, 1360)])
@pytest.mark.parametrize("size", SIZES)
def test_fitting_gives_the_models_size_and_restoring_the_sources(
    size: tuple[int, int], model: tuple[int, int]
) -> None:
    fitted = fit(ramp(*size), *model)
    assert fitted.picture.shape == (*model, 3)
    assert fitted.restore(fitted.picture).shape == (*size, 3)
    assert fitted.restore(fitted.crop(fitted.picture)).shape == (*size, 3)


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back_nothing_shifts(size: tuple[int, int]) -> None:
    picture = ramp(*size)
    fitted = fit(picture, 128, 128)
    error = fitted.restore(fitted.picture).astype(float) - picture
    step = 250 / (np.array(fitted.inner_size) - 1)  # levels from one pixel to the next, down and across
    assert (np.abs(error[..., :2].mean((0, 1))) < 0.12 * step + 0.12).all()
    assert np.abs(error).max() <= step.max() + 1


def test_a_mirrored_picture_is_restored_as_the_mirror_image() -> None:
    """A shift to one side would differ between the two."""
    for size in [(93, 128), (250, 333), (61, 90)]:
        picture = ramp(*size)
        there = fit(picture, 128, 128).restore(fit(picture, 128, 128).crop(fit(picture, 128, 128).picture))
        mirror = np.ascontiguousarray(picture[::-1, ::-1])
        fitted = fit(mirror, 128, 128)
        back = fitted.restore(fitted.crop(fitted.picture))[::-1, ::-1]
        assert np.abs(there.astype(int) - back).max() <= 1


def test_the_shape_is_kept_within_half_a_pixel() -> None:
    for height, width in SIZES:
        inner = fit(ramp(height, width), 128, 128).inner_size
        assert max(inner) == 128
        assert abs(inner[0] * width - inner[1] * height) <= max(height, width) / 2


def test_the_padding_repeats_the_edge() -> None:
    fitted = fit(ramp(64, 128), 128, 128)
    inner = fitted.crop(fitted.picture)
    assert (fitted.top, fitted.left) == (32, 0)
    assert (fitted.picture[:32] == inner[0]).all()
    assert (fitted.picture[96:] == inner[-1]).all()


def test_black_bars_are_the_papers() -> None:
    fitted = fit(np.full((512, 512, 3), 200, np.uint8), 480, 720, PAD_BLACK)
    assert (fitted.top, fitted.left, fitted.inner_size) == (0, 120, (480, 480))
    assert (fitted.picture[:, :120] == 0).all() and (fitted.picture[:, 600:] == 0).all()
    assert (fitted.crop(fitted.picture) == 200).all()


def test_cropping_takes_a_whole_clip() -> None:
    fitted = fit(ramp(50, 100), 96, 96)
    clip = np.stack([fitted.picture] * 3)
    assert fitted.crop(clip).shape == (3, 48, 96, 3)


def test_a_frame_of_another_fit_is_refused() -> None:
    with pytest.raises(InputError):
        fit(ramp(50, 100), 96, 96).restore(np.zeros((31, 31, 3), np.uint8))


def test_a_png_keeps_pixels_alpha_and_settings(tmp_path: Path) -> None:
    picture, alpha = ramp(20, 30), ramp(20, 30)[..., 0]
    (tmp_path / "a.png").write_bytes(
        png_bytes(picture, alpha, {"instruction": "mach’s größer", "seed": 2**62})
    )
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), np.dstack([picture, alpha]))
    assert read_settings(tmp_path / "a.png") == {"instruction": "mach’s größer", "seed": 2**62}


def test_equal_pictures_and_settings_make_equal_bytes() -> None:
    assert png_bytes(ramp(20, 30), None, {"b": 1, "a": 2}) == png_bytes(ramp(20, 30), None, {"a": 2, "b": 1})


def test_a_number_that_is_not_finite_never_reaches_a_file() -> None:
    with pytest.raises(ValueError, match="JSON"):
        png_bytes(ramp(20, 30), None, {"score": float("nan")})


HOSTILE = {
    "no JSON": "__import__('os').system('true')",
    "cut short": '{"schema": 1, "settings": {',
    "a list": "[1, 2, 3]",
    "a text": '"settings"',
    "nothing": "",
    "not a number": '{"seed": NaN}',
    "infinite": '{"seed": -Infinity}',
    "deep": "[" * 60_000,
    "a huge number": '{"seed": ' + "9" * 6_000 + "}",
    "too long": '{"instruction": "' + "x" * 300_000 + '"}',
    "a lone surrogate cut short": '{"instruction": "\\ud800',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_settings_are_one_line(tmp_path: Path, text: str) -> None:
    chunks = PngInfo()
    chunks.add_text("frame2frame", text)
    Image.fromarray(ramp(20, 30)).save(tmp_path / "a.png", pnginfo=chunks)
    with pytest.raises(InputError) as caught:
        read_settings(tmp_path / "a.png")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_compressed_settings_bomb_is_refused(tmp_path: Path) -> None:
    chunks = PngInfo()
    chunks.add(b"zTXt", b"frame2frame\0\0" + zlib.compress(b'{"a": "' + b"x" * 50_000_000 + b'"}', 9))
    Image.fromarray(ramp(20, 30)).save(tmp_path / "a.png", pnginfo=chunks)
    with pytest.raises(InputError):
        read_settings(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_picture_without_settings_says_so(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(ramp(20, 30)).save(tmp_path / f"a.{suffix}")
    with pytest.raises(InputError):
        read_settings(tmp_path / f"a.{suffix}")


def test_a_missing_png_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_settings(tmp_path / "a.png")


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    error = write_error(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert isinstance(error, WriteError)
    assert "free some disk space" in str(error)


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError) as caught:
        write_file(tmp_path / "folder", b"x")
    assert "is no file" in str(caught.value)


def test_settings_are_plain_json_in_a_text_chunk(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_bytes(ramp(20, 30), None, {"seed": 1}))
    with Image.open(tmp_path / "a.png") as image:
        text: Any = getattr(image, "text", {})
    assert json.loads(text["frame2frame"]) == {"seed": 1}


def test_decibels_of_one_level() -> None:
    assert decibels(1.0) == pytest.approx(48.13, abs=0.01)


def test_a_level_too_dark_is_as_far_as_one_too_bright() -> None:
    truth = np.full((2, 2, 3), 9, np.uint8)  # in bytes, 8 - 9 would be 255
    assert psnr(truth - 1, truth) == psnr(truth + 1, truth) == decibels(1.0)
    assert psnr(truth, truth) == 99.0


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "RGB"])
def test_the_pixels_are_pillows_own(mode: str) -> None:
    height = 2 * ROWS + 3
    levels = np.random.default_rng(0).integers(0, 255, (height, 20, 3), dtype=np.uint8)
    image = Image.fromarray(levels).convert("L" if mode == "I;16" else mode).convert(mode)
    found = pixels(image)
    assert np.array_equal(found, np.asarray(image)) and found.dtype == np.asarray(image).dtype


def test_a_large_picture_is_in_memory_once() -> None:
    image = Image.new("RGB", (2_000, 4_000), "red")
    tracemalloc.start()
    found = pixels(image)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.3 * found.nbytes  # np.asarray takes more than twice as much
