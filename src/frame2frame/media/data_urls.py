"""Pictures as data addresses, so that a page needs no files beside it."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from ..values import Frames, Picture
from .levels import Alpha
from .pictures import Source, png_bytes, within

CRISP_SIDE = 256
"""Pictures no larger are enlarged pixel by pixel, as a blurred one would hide what was drawn."""
PICTURE_SIDE = 1_280
"""Larger pictures are scaled down, as no screen shows more."""
FRAME_SIDE = 640
LOSSLESS_UP_TO_PIXELS = 2_000_000
"""Clips with more pixels in all are shown as JPEG, or the page would be too heavy to send."""
MANY_FRAMES = 100
"""Pages with more show each at half the side."""


def is_crisp(height: int, width: int) -> bool:
    """Whether a picture of this size is to be enlarged pixel by pixel."""
    return max(height, width) <= CRISP_SIDE


def picture_address(source: Source) -> str:
    """Without loss, and with its transparency."""
    return address(source.picture, PICTURE_SIDE, alpha=source.alpha)


def screen_address(picture: Picture) -> str:
    """As large as a screen shows it: without loss unless that would be heavy."""
    height, width = picture.shape[:2]
    return address(picture, PICTURE_SIDE, lossless=height * width <= LOSSLESS_UP_TO_PIXELS // 2)


def frame_addresses(frames: Frames, on_the_page: int) -> tuple[str, ...]:
    """One address a frame; `on_the_page` is how many frames the page shows in all."""
    if frames.size // 3 <= LOSSLESS_UP_TO_PIXELS:
        return tuple(address(frame, PICTURE_SIDE) for frame in frames)
    side = FRAME_SIDE if on_the_page <= MANY_FRAMES else FRAME_SIDE // 2
    return tuple(address(frame, side, lossless=False) for frame in frames)


def thumbnail_address(picture: Picture, side: int = CRISP_SIDE) -> str:
    """A small copy; of a picture that is no larger, the picture itself."""
    return address(picture, side, lossless=max(picture.shape[:2]) <= side)


def address(
    picture: Picture, side: int | None = None, *, lossless: bool = True, alpha: Alpha | None = None
) -> str:
    """A PNG or else a JPEG, no side of which is longer than `side`."""
    if side is not None and max(picture.shape[:2]) > side:
        picture = within(picture, side)
        alpha = None if alpha is None else within(np.stack([alpha] * 3, axis=-1), side)[..., 0]
    return data_url(png_bytes(picture, alpha) if lossless else _jpeg(picture))


def data_url(file: bytes) -> str:
    """A PNG or JPEG file as an address."""
    kind = "png" if file.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(file).decode('ascii')}"


def _jpeg(picture: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=85, subsampling=0)
    return buffer.getvalue()
