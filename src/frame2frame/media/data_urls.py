"""Pictures as data addresses, so that a page needs no files beside it."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..values import Frames, Picture
from .pictures import Source, fit, png_bytes

LOSSLESS_UP_TO_PIXELS = 2_000_000
"""Clips with more pixels in all are shown as JPEG, or the page would be too heavy to send."""
PICTURE_SIDE = 1_280
FRAME_SIDE = 640
MANY_FRAMES = 100
"""Pages with more show each at half the side."""


def picture_address(source: Source) -> str:
    """Without loss; larger pictures are scaled down, as no screen shows more."""
    if max(source.picture.shape) <= PICTURE_SIDE:
        return _png(source.picture, source.alpha)
    picture, alpha = _at_most(source.picture, PICTURE_SIDE), None
    if source.alpha is not None:
        alpha = _at_most(np.stack([source.alpha] * 3, axis=-1), PICTURE_SIDE)[..., 0]
    return _png(picture, alpha)


def frame_addresses(frames: Frames, on_the_page: int) -> tuple[str, ...]:
    """One address a frame; `on_the_page` is how many frames the page shows in all."""
    side = FRAME_SIDE if on_the_page <= MANY_FRAMES else FRAME_SIDE // 2
    lossless = frames.size // 3 <= LOSSLESS_UP_TO_PIXELS
    return tuple(_png(frame) if lossless else _jpeg(_at_most(frame, side)) for frame in frames)


def small_address(picture: Picture, side: int) -> str:
    """A small copy: no side is longer, and what is small already is exact."""
    return _png(picture) if max(picture.shape) <= 128 else _jpeg(_at_most(picture, side))


def is_crisp(height: int, width: int) -> bool:
    """Small pictures are enlarged pixel by pixel, as a blurred one would hide what was drawn."""
    return max(height, width) <= 256


def _at_most(picture: Picture, side: int) -> Picture:
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    return fit(picture, max(1, round(height * scale)), max(1, round(width * scale))).picture


def _png(picture: Picture, alpha: NDArray[np.uint8] | None = None) -> str:
    return "data:image/png;base64," + base64.b64encode(png_bytes(picture, alpha)).decode()


def _jpeg(picture: Picture) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=85, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
