"""Pictures and clips in few bytes: as large and as good as fits the bytes that they may take.

Small pictures stay without loss, as a drawing of 96 pixels is smaller so.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from ...media.pictures import png_bytes, resized, within
from ...media.video import clip_bytes
from ...values import Frames, Picture

LOSSLESS_SIDE = 256
_QUALITIES = ((1.0, 90), (1.0, 80), (0.75, 75), (0.5, 70), (0.25, 60))
"""Shares of the side and JPEG's qualities, tried in this order."""
_CLIP_SIDE = 480
_LOSSES = ((1.0, 24), (1.0, 30), (0.66, 34), (0.5, 40), (0.33, 46))
"""Shares of the side and `clip_bytes`' losses; noise alone gets to the last."""


def picture_bytes(picture: Picture, side: int, most: int) -> tuple[str, bytes]:
    """The suffix and the file of a picture, its sides at most `side`, in `most` bytes if that can be."""
    if max(picture.shape) <= min(side, LOSSLESS_SIDE) and len(data := png_bytes(picture)) <= most:
        return "png", data
    for share, quality in _QUALITIES:
        data = _jpeg(within(picture, round(side * share)), quality)
        if len(data) <= most:
            break
    return "jpg", data


def small_clip(frames: Frames, most: int) -> bytes:
    """An MP4 that browsers play, in `most` bytes if that can be."""
    height, width = frames.shape[1:3]
    for share, loss in _LOSSES:
        scale = min(1.0, share * _CLIP_SIDE / max(height, width))
        data = clip_bytes(_scaled(frames, scale), loss=loss)
        if len(data) <= most:
            break
    return data


def _scaled(frames: Frames, scale: float) -> Frames:
    height, width = (max(1, round(side * scale)) for side in frames.shape[1:3])
    return np.stack([resized(frame, height, width) for frame in frames])


def _jpeg(picture: Picture, quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()
