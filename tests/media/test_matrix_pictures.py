"""Every kind of picture that Pillow writes, and some that it does not, with the values that a viewer shows.

The values stand here as formulas of the standards, or are littleCMS's; none are made by the package.
"""

from __future__ import annotations

import colorsys
import io
import warnings
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from frame2frame.errors import InputError
from frame2frame.media.decoding import FORMATS
from frame2frame.media.source import Source, load_picture

from ..colour_files import (
    P3_AT_D50,
    SRGB_AT_D50,
    chrm,
    chunk,
    cicp,
    gama,
    grey_profile,
    iccp,
    png,
    rgb_profile,
)
from ..viewer import (
    FROM_BT2020,
    FROM_P3,
    P3,
    SIDE,
    SOFT,
    Values,
    decoded,
    encoded,
    hlg,
    patches,
    power,
    pq,
    shown,
)

MODES = (
    *("1", "L", "P", "PA", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX"),
    *("CMYK", "YCbCr", "LAB", "HSV", "I", "F", "I;16", "I;16L", "I;16B"),
)
DEEP = ("I", "F", "I;16", "I;16L", "I;16B")
STORES_DEEP = {"PNG": DEEP, "TIFF": DEEP, "JPEG2000": DEEP, "ICO": DEEP, "PPM": ("I", "I;16")}
"""Where numbers above 255 are kept; elsewhere Pillow cuts them as it writes."""

NO_ALPHA = ("BMP", "PPM")
"""Pillow writes RGBA into these and reads no alpha of them."""

ALPHA_OF_ONE_BIT = ("GIF",)
UNFAITHFUL = (("GIF", "LA"), ("TIFF", "YCbCr"), ("AVIF", "LAB"), ("WEBP", "LAB"))
"""What Pillow writes so is not what it was given, or cannot be read even by itself."""

EXACT: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 100, "subsampling": 0},
    "WEBP": {"lossless": True, "exact": True},
    "MPO": {"quality": 100, "subsampling": 0},
    "AVIF": {"quality": 100, "subsampling": "4:4:4"},
}
WITHIN = {"JPEG": 3, "AVIF": 3, "MPO": 3}
"""Levels by which a lossy format may be off."""

COLOURS = ((200, 40, 60), (30, 160, 90), (40, 70, 210), (230, 225, 215))
GREYS = (0, 85, 170, 255)
ALPHAS = (255, 128, 64, 0)


def from_lab(values: tuple[int, ...]) -> tuple[float, ...]:
    """CIE L*a*b* at D50, as Pillow stores it, in sRGB."""
    level, a, b = values[0] * 100 / 255, values[1] - 128, values[2] - 128
    y = (level + 16) / 116
    roots = np.array([y + a / 500, y, y - b / 200])
    xyz = np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29)) * (0.9642, 1, 0.8249)
    return tuple(encoded(np.linalg.solve(np.array(SRGB_AT_D50).T, xyz)))


def from_ycc(values: tuple[int, ...]) -> tuple[float, ...]:
    y, blue, red = values[0], values[1] - 128, values[2] - 128
    return (y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue)


def from_hsv(values: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(255 * channel for channel in colorsys.hsv_to_rgb(*(value / 255 for value in values)))


def from_cmyk(values: tuple[int, ...]) -> tuple[float, ...]:
    return tuple((255 - ink) * (255 - values[3]) / 255 for ink in values[:3])


def made(mode: str) -> tuple[Image.Image, Values, Values]:
    """A picture of four patches in a mode, and the colours and the alpha that it shows."""
    opaque = patches(255, 255, 255, 255)
    if mode in ("1", "L", "LA", "La"):
        greys = (0, 255, 255, 0) if mode == "1" else GREYS
        image = Image.fromarray(patches(*greys))
        if mode in ("LA", "La"):
            image = Image.merge("LA", (image, Image.fromarray(patches(*ALPHAS)))).convert(mode)
            return image, patches(*((grey,) * 3 for grey in greys)), patches(*ALPHAS)
        return image.convert(mode), patches(*((grey,) * 3 for grey in greys)), opaque
    if mode in DEEP:
        return deep(mode), patches(*((grey,) * 3 for grey in GREYS)), opaque
    if mode in ("P", "PA"):
        image = Image.fromarray(patches(0, 1, 2, 3), "P")
        image.putpalette([level for colour in COLOURS for level in colour])
        if mode == "PA":
            image = image.convert("PA")
            image.putalpha(Image.fromarray(patches(*ALPHAS)))
            return image, patches(*COLOURS), patches(*ALPHAS)
        return image, patches(*COLOURS), opaque
    if mode in ("RGB", "RGBX"):
        return Image.fromarray(patches(*COLOURS)).convert(mode), patches(*COLOURS), opaque
    if mode in ("RGBA", "RGBa"):
        rgba = patches(*((*colour, alpha) for colour, alpha in zip(COLOURS, ALPHAS, strict=True)))
        return Image.fromarray(rgba).convert(mode), patches(*COLOURS), patches(*ALPHAS)
    shown: Callable[[Any], tuple[float, ...]]
    numbers, shown = {
        "CMYK": (((0, 200, 160, 20), (180, 0, 90, 60), (200, 160, 0, 0), (0, 10, 20, 30)), from_cmyk),
        "YCbCr": (((90, 110, 190), (120, 100, 90), (80, 180, 110), (225, 124, 130)), from_ycc),
        "HSV": (((0, 200, 220), (90, 200, 160), (170, 180, 210), (30, 20, 230)), from_hsv),
        "LAB": (((110, 168, 148), (150, 100, 150), (90, 140, 90), (230, 129, 131)), from_lab),
    }[mode]
    channels = [Image.fromarray(patches(*one)) for one in zip(*numbers, strict=True)]
    return Image.merge(mode, channels), patches(*map(shown, numbers), dtype=float), opaque


def deep(mode: str) -> Image.Image:
    """Greys of 16 bits, or floats from 0 to 1."""
    if mode == "F":
        return Image.fromarray(patches(*(grey / 255 for grey in GREYS), dtype=np.float32))
    values = patches(*(257 * grey for grey in GREYS), dtype=np.int32 if mode == "I" else np.uint16)
    if mode == "I;16B":
        return Image.frombytes(mode, (2 * SIDE, 2 * SIDE), values.astype(">u2").tobytes())
    return Image.fromarray(values) if mode != "I;16L" else Image.frombytes(mode, (32, 32), values.tobytes())


def written(image: Image.Image, kind: str, **options: Any) -> bytes | None:
    """None where Pillow does not write such a picture so."""
    buffer = io.BytesIO()
    try:
        with warnings.catch_warnings(action="ignore"):  # that a mode will not be written for ever
            image.save(buffer, kind, **{**EXACT.get(kind, {}), **options})
    except (OSError, ValueError, KeyError, RuntimeError, TypeError):
        return None
    return buffer.getvalue()


def cases() -> list[tuple[str, str]]:
    """All formats and modes that Pillow writes here."""
    Image.init()
    pairs = [pair for pair in product(sorted(Image.SAVE), MODES) if written(made(pair[1])[0], pair[0])]
    kept = (pair for pair in pairs if pair not in UNFAITHFUL)
    return [(kind, mode) for kind, mode in kept if mode not in DEEP or mode in STORES_DEEP.get(kind, ())]


def loaded(folder: Path, data: bytes, name: str = "picture") -> Source:
    (folder / name).write_bytes(data)
    return load_picture(folder / name)


def shows(source: Source, colours: Values, alpha: Values | None = None, within: float = 0.51) -> None:
    """Check every pixel, and the alpha."""
    assert source.picture.shape == colours.shape
    assert np.abs(source.picture - colours.astype(float)).max() <= within
    assert (source.alpha is None) == (alpha is None or bool((alpha == 255).all()))
    if source.alpha is not None and alpha is not None:
        assert np.abs(source.alpha.astype(int) - alpha).max() <= within


@pytest.mark.parametrize(("kind", "mode"), cases())
def test_every_format_and_mode_shows_its_colours_or_is_refused_in_one_line(
    tmp_path: Path, kind: str, mode: str
) -> None:
    image, colours, alpha = made(mode)
    data = written(image, kind)
    assert data is not None
    if kind not in (*FORMATS, "MPO"):
        with pytest.raises(InputError, match="is not a picture that can be read") as caught:
            loaded(tmp_path, data)
        assert "\n" not in str(caught.value)
        return
    source = loaded(tmp_path, data)
    if kind in NO_ALPHA:
        alpha = np.full_like(alpha, 255)
    if kind in ALPHA_OF_ONE_BIT:
        alpha = np.where(alpha > 0, 255, 0)
    clear = (alpha == 0) & (mode in ("La", "RGBa") or kind in (*ALPHA_OF_ONE_BIT, "AVIF"))
    colours = np.where(clear[..., None], source.picture, colours)  # what nobody sees need not be kept
    shows(source, colours, alpha, WITHIN.get(kind, 2 if mode in ("LAB", "RGBa", "HSV", "CMYK") else 1))


DEPTHS = [
    (kind, depth)
    for kind, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (4, (8, 16)), (6, (8, 16)))
    for depth in depths
]


@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "keyed"])
@pytest.mark.parametrize(("kind", "depth"), DEPTHS)
def test_a_png_of_every_depth_shows_its_numbers_rounded_and_its_transparent_colour(
    tmp_path: Path, kind: int, depth: int, keyed: bool
) -> None:
    """The rest of the numbers stays opaque, even where only the last of sixteen bits differs."""
    most, channels = 2**depth - 1, {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    base = [0, most // 3, most - most // 3, most]
    if depth == 16:
        base = [0, 21_845, 21_846, most]
    numbers = patches(*([value] * channels for value in base), dtype=np.uint16)
    if channels == 3:
        numbers[..., 1] = most // 2
    body = numbers[0, SIDE].astype(">u2").tobytes()
    data = png(numbers, depth, kind, *([chunk(b"tRNS", body)] if keyed and kind in (0, 2) else []))
    colours = numbers[..., : channels if channels % 2 else channels - 1] * (255 / most)
    alpha = numbers[..., -1] * (255 / most) if channels in (2, 4) else None
    if keyed and kind in (0, 2):
        alpha = np.where((numbers == numbers[0, SIDE]).all(axis=-1), 0, 255)
    shows(loaded(tmp_path, data), np.broadcast_to(colours, (*colours.shape[:2], 3)), alpha)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_of_every_depth_shows_its_colours_and_the_alpha_of_each(tmp_path: Path, depth: int) -> None:
    used = min(4, 2**depth)
    numbers = patches(*(value % used for value in range(4)))[..., None]
    palette = chunk(b"PLTE", bytes(level for colour in COLOURS[:used] for level in colour))
    data = png(numbers, depth, 3, palette, chunk(b"tRNS", bytes([255, 128, 0][:used])))
    alpha = np.array([255, 128, 0, 255])[numbers[..., 0]]
    shows(loaded(tmp_path, data), np.array(COLOURS)[numbers[..., 0]], alpha)


HIGH = ((150, 130, 120), (90, 120, 100), (150, 160, 190), (100, 100, 100))
"""Numbers of HDR on both sides of the knee."""

SPOKEN: dict[str, tuple[list[bytes], Any, Values]] = {
    "sRGB": ([chunk(b"sRGB", b"\0")], SOFT, shown(SOFT, decoded)),
    "gamma 2.2": ([gama(2.2)], SOFT, shown(SOFT, decoded)),
    "gamma 1": ([gama(1)], SOFT, shown(SOFT, power(1))),
    "gamma 1.8": ([gama(1.8)], SOFT, shown(SOFT, power(1.8))),
    "gamma 1 beside sRGB": ([gama(1), chunk(b"sRGB", b"\0")], SOFT, shown(SOFT, decoded)),
    "gamma of nonsense": ([chunk(b"gAMA", b"\0\0\0\0")], SOFT, shown(SOFT, decoded)),
    "P3's primaries": ([gama(2.2), chrm(*P3)], SOFT, shown(SOFT, power(2.2), FROM_P3)),
    "primaries of nonsense": ([chrm(*(0.3,) * 8)], SOFT, shown(SOFT, decoded)),
    "cICP sRGB": ([cicp(1, 13), gama(1)], SOFT, shown(SOFT, decoded)),
    "cICP BT.709": ([cicp(1, 1)], SOFT, shown(SOFT, decoded)),
    "cICP linear": ([cicp(1, 8)], SOFT, shown(SOFT, power(1))),
    "cICP Display P3": ([cicp(12, 13)], SOFT, shown(SOFT, decoded, FROM_P3)),
    "cICP BT.2020": ([cicp(9, 14)], SOFT, shown(SOFT, decoded, FROM_BT2020)),
    "cICP PQ": ([cicp(9, 16)], HIGH, shown(HIGH, pq, FROM_BT2020, hdr=True)),
    "cICP HLG": ([cicp(9, 18)], HIGH, shown(HIGH, hlg, FROM_BT2020, hdr=True)),
    "cICP before a profile": ([cicp(12, 13), iccp(rgb_profile(1))], SOFT, shown(SOFT, decoded, FROM_P3)),
    "cICP unspecified": ([cicp(2, 2)], SOFT, shown(SOFT, decoded)),
}


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("kind", ["grey", "RGB", "RGBA"])
@pytest.mark.parametrize("said", SPOKEN)
def test_what_a_png_says_of_its_colours_is_followed(tmp_path: Path, said: str, kind: str, depth: int) -> None:
    chunks, colours, expected = SPOKEN[said]
    numbers, alpha = patches(*colours), None
    if kind == "grey":
        same = next(one for one in colours if len(set(one)) == 1)
        numbers = patches(*[same[:1]] * 4)
        expected = np.broadcast_to(expected[-1, -1], expected.shape)
    if kind == "RGBA":
        alpha = patches(*ALPHAS)
        numbers = np.dstack([numbers, alpha])
    deep = numbers.astype(int) * (257 if depth == 16 else 1)
    source = loaded(tmp_path, png(deep, depth, {"grey": 0, "RGB": 2, "RGBA": 6}[kind], *chunks))
    shows(source, expected, alpha, within=0.75)
    changed = np.abs(expected - numbers[..., :3]).max() > 0.75
    assert changed == any("to sRGB" in note for note in source.notes)


PROFILES: dict[str, tuple[bytes, str, Values]] = {
    "linear called sRGB": (rgb_profile(1, name="sRGB IEC61966-2.1"), "RGB", shown(SOFT, power(1))),
    "gamma 1.8": (rgb_profile(1.8), "RGB", shown(SOFT, power(461 / 256))),
    "P3": (rgb_profile(2.2, P3_AT_D50), "RGB", shown(SOFT, power(563 / 256), FROM_P3)),
    "sRGB called otherwise": (
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        .tobytes()
        .replace(b"\0s\0R\0G\0B", b"\0a\0b\0c\0d"),
        "RGB",
        shown(SOFT, decoded),
    ),
    "linear grey": (grey_profile(1), "L", shown(SOFT, power(1))),
    "grey of gamma 1.8": (grey_profile(1.8), "L", shown(SOFT, power(461 / 256))),
    "grey with colours' profile": (rgb_profile(1), "L", shown(SOFT, power(1))),
    "colours with grey's profile": (grey_profile(1), "RGB", shown(SOFT, decoded)),
    "nonsense": (b"nonsense" * 20, "RGB", shown(SOFT, decoded)),
}
HOLDERS = ("PNG", "JPEG", "TIFF", "WEBP", "AVIF")


@pytest.mark.parametrize("has_alpha", [False, True], ids=["opaque", "alpha"])
@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize("said", PROFILES)
def test_a_profile_does_what_its_curves_and_primaries_say(
    tmp_path: Path, said: str, kind: str, has_alpha: bool
) -> None:
    profile, mode, expected = PROFILES[said]
    numbers = patches(*SOFT)
    if mode == "L":
        numbers, expected = patches(*[55] * 4), np.broadcast_to(expected[-1, -1], expected.shape)
    image = Image.fromarray(numbers)
    if has_alpha:
        image.putalpha(Image.fromarray(patches(*(255, 200, 128, 64))))
    data = written(image, kind, icc_profile=profile)
    if data is None:
        assert kind == "JPEG" and has_alpha
        return
    source = loaded(tmp_path, data)
    lossy = {"JPEG": 3.5, "AVIF": 4.5}.get(kind, 1.2) * (2 if "linear" in said else 1)
    shows(source, expected, patches(*(255, 200, 128, 64)) if has_alpha else None, lossy)
    changed, ignored = (
        np.abs(expected - numbers.reshape(32, 32, -1)).max() > 1,
        said in ("nonsense", "colours with grey's profile"),
    )
    assert any("to sRGB" in note for note in source.notes) == changed
    assert any("ignored" in note for note in source.notes) == (ignored)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_grey_of_sixteen_bits_follows_its_profile(tmp_path: Path, kind: str) -> None:
    data = written(deep("I;16"), kind, icc_profile=grey_profile(1))
    assert data is not None
    shows(
        loaded(tmp_path, data),
        patches(*((value,) * 3 for value in encoded(np.array(GREYS) / 255)), dtype=float),
        within=0.6,
    )


@pytest.mark.parametrize("codes", [(1, 8), (12, 13), (9, 16), (9, 18)], ids=["linear", "P3", "PQ", "HLG"])
def test_the_codes_of_an_avif_are_followed(tmp_path: Path, codes: tuple[int, int]) -> None:
    data = written(Image.fromarray(patches(*HIGH)), "AVIF")
    assert data is not None
    place = data.index(b"nclx") + 4
    data = data[:place] + bytes([0, codes[0], 0, codes[1]]) + data[place + 4 :]
    light, matrix = {
        8: (power(1), np.eye(3)),
        13: (decoded, FROM_P3),
        16: (pq, FROM_BT2020),
        18: (hlg, FROM_BT2020),
    }[codes[1]]
    shows(loaded(tmp_path, data), shown(HIGH, light, matrix, hdr=codes[1] > 13), within=9)


STORED: dict[int, Callable[[Values], Values]] = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera held so stores what is upright."""


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", HOLDERS)
def test_every_orientation_is_turned_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    upright = patches(*COLOURS)[:, :-8]
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = written(Image.fromarray(np.ascontiguousarray(STORED[orientation](upright))), kind, exif=exif)
    assert data is not None
    shows(loaded(tmp_path, data), upright, within=WITHIN.get(kind, 0))


@pytest.mark.parametrize("orientation", STORED)
def test_sixteen_bits_are_turned_as_eight_are(tmp_path: Path, orientation: int) -> None:
    upright = np.dstack([patches(*COLOURS), patches(*ALPHAS)])[:, :-8].astype(int)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = png(STORED[orientation](upright) * 257, 16, 6, chunk(b"eXIf", exif.tobytes()[6:]))
    shows(loaded(tmp_path, data), upright[..., :3], upright[..., 3], within=0)
