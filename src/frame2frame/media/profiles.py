"""Embedded colour profiles (ICC): what they do to colours decides, not what they are called."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from .levels import levels

SAME_WITHIN = 1
"""Levels by which the colours of a profile may differ from sRGB's for it to be sRGB."""

_SPACES = {"GRAY": ("L", "I;16"), "RGB ": ("RGB",), "CMYK": ("CMYK",)}
"""The modes of the pictures that a profile of each kind describes."""

_IGNORED = "The picture's colour profile could not be read and was ignored."


def converted(image: Image.Image, profile: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    """A picture of mode L, I;16, RGB or CMYK as the profile's colours are in sRGB, and the notes about it.

    One whose profile is sRGB's stays as it is, whatever its mode.
    """
    try:
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if embedded.profile.xcolor_space == "RGB " and image.mode in ("L", "I;16"):
            image = _grey_as_rgb(image)  # which is how viewers take it
        if embedded.profile.xcolor_space == "GRAY" and image.mode == "RGB" and _is_grey(image):
            image = image.getchannel(0)  # WebP and AVIF store it so
        if image.mode not in _SPACES.get(embedded.profile.xcolor_space, ()):
            return image, (_IGNORED,)
        if image.mode != "CMYK" and _is_srgb(profile, image.mode):
            return image, ()
        name = ImageCms.getProfileDescription(embedded).strip()
        return _applied(embedded, image), (f"The colours were converted from {name!r:.80} to sRGB.",)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image, (_IGNORED,)


def _grey_as_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "I;16":
        image = Image.fromarray(levels(np.asarray(image, dtype=np.uint16)))
    return image.convert("RGB")


def _is_grey(image: Image.Image) -> bool:
    return len({channel.tobytes() for channel in image.split()}) == 1


def _applied(embedded: ImageCms.ImageCmsProfile, image: Image.Image) -> Image.Image:
    result = ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert result is not None  # only inPlace returns None
    return result


@lru_cache(maxsize=32)
def _is_srgb(profile: bytes, mode: str) -> bool:
    """Whether the profile leaves every colour of a grid as it is."""
    grid = _grid(mode)
    shown = _applied(ImageCms.ImageCmsProfile(io.BytesIO(profile)), grid)
    return bool(
        (np.abs(np.asarray(shown).astype(int) - np.asarray(grid.convert("RGB"))) <= SAME_WITHIN).all()
    )


def _grid(mode: str) -> Image.Image:
    """Greys, and for colours 17 steps of each channel besides."""
    greys = np.arange(256, dtype=np.uint8)[None]
    if mode in ("L", "I;16"):
        return Image.fromarray(greys)
    steps = np.rint(np.linspace(0, 255, 17)).astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    return Image.fromarray(np.concatenate([np.stack([greys] * 3, axis=-1), colours], axis=1))
