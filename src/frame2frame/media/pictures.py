"""Pictures between the user's sizes and the model's, and as PNG.

Everything is `uint8` RGB. Fitting is undone exactly; a PNG can carry the settings of its run.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from ..errors import InputError
from ..files.as_json import OURS
from ..files.regular import read_bytes
from ..values import PAD_BLACK, PAD_EDGE, Picture
from . import quiet
from .levels import Alpha, pixels
from .limits import FILE_LIMIT_BYTES
from .mending import mended
from .metadata import NONE, Metadata
from .source import Source, load_picture

__all__ = [
    "Fit",
    "Source",
    "decibels",
    "fit",
    "load_picture",
    "png_bytes",
    "psnr",
    "read_settings",
    "within",
]

FAST_PIXELS = 4_000_000
"""Larger pictures are packed less tightly: in a quarter of the time, to files that are a quarter larger."""

SETTINGS_KEY = "frame2frame"
SETTINGS_LIMIT_BYTES = 2**18


@dataclass(frozen=True, eq=False)
class Fit:
    """A picture scaled into the model's size; both ways map edge to edge, so nothing shifts."""

    picture: Picture
    """(height, width, 3) of exactly the size that was asked for."""
    source_size: tuple[int, int]
    """(height, width) of the picture before."""
    top: int
    left: int
    inner_size: tuple[int, int]
    """(height, width) of the part that shows the picture; the rest is padding."""

    def crop(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(…, height, width, channels) without the padding."""
        height, width = self.inner_size
        return frames[..., self.top : self.top + height, self.left : self.left + width, :]

    def restore(self, frame: Picture) -> Picture:
        """One frame, cropped or not, in the size and alignment of the source."""
        if frame.shape[:2] == self.picture.shape[:2]:
            frame = self.crop(frame)
        if frame.shape[:2] != self.inner_size:
            raise InputError("the frame is not of this fit", got=f"shape {frame.shape}")
        return resized(frame, *self.source_size)


def fit(picture: Picture, height: int, width: int, beside: str = PAD_EDGE) -> Fit:
    """Scale the picture to lie inside (height, width), centred; `beside` says what the rest shows.

    That is the picture's edge, repeated: black bars as in the paper are hard edges that a video model may
    animate and a mirror image is a second object, while the repeated edge goes on as background.
    """
    scale = min(Fraction(height, picture.shape[0]), Fraction(width, picture.shape[1]))
    inner = (max(1, round(picture.shape[0] * scale)), max(1, round(picture.shape[1] * scale)))
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    rows, columns = (top, height - inner[0] - top), (left, width - inner[1] - left)
    mode: Any = "constant" if beside == PAD_BLACK else "edge"
    padded = np.pad(resized(picture, *inner), (rows, columns, (0, 0)), mode=mode)
    return Fit(padded, (picture.shape[0], picture.shape[1]), top, left, inner)


def within(picture: Picture, longest_side: int) -> Picture:
    """The picture reduced so far that no side is longer; a smaller one is left as it is."""
    height, width = picture.shape[:2]
    scale = Fraction(longest_side, max(height, width))
    if scale >= 1:
        return picture
    return resized(picture, max(1, round(height * scale)), max(1, round(width * scale)))


def resized(picture: Picture, height: int, width: int) -> Picture:
    """The picture in another size, edge to edge."""
    if picture.shape[:2] == (height, width):
        return np.ascontiguousarray(picture)
    image = Image.fromarray(np.ascontiguousarray(picture))
    return pixels(image.resize((width, height), Image.Resampling.LANCZOS))


def png_bytes(
    picture: Picture,
    alpha: Alpha | None = None,
    settings: Mapping[str, object] | None = None,
    metadata: Metadata = NONE,
) -> bytes:
    """A lossless PNG; the settings ride as JSON in its text chunk `frame2frame`."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    if alpha is not None:
        image.putalpha(Image.fromarray(np.ascontiguousarray(alpha)))
    chunks = PngInfo()
    if settings is not None:
        chunks.add_text(SETTINGS_KEY, json.dumps(settings, sort_keys=True, allow_nan=False))
    buffer = io.BytesIO()
    tightly = 1 if picture.shape[0] * picture.shape[1] > FAST_PIXELS else 4  # 6 saves 2 % in twice the time
    image.save(buffer, "PNG", pnginfo=chunks, exif=metadata.exif(), dpi=metadata.dpi, compress_level=tightly)
    return buffer.getvalue()


def read_settings(png: Path) -> dict[str, object]:
    """The settings in a PNG that `png_bytes` made, as plain JSON values.

    They come from a stranger: their size and form are checked here, their meaning by `record.record_from`.
    Raises InputError when there are none or they cannot be read.
    """
    text = _settings_text(png)
    if text is None:
        raise InputError(
            f"{png.name} carries no settings of frame2frame", remedy="use the final_frame.png of a run folder"
        )
    if len(text.encode("utf-8", "replace")) > SETTINGS_LIMIT_BYTES:
        got = f"{len(text):,} characters"
        raise InputError(f"the settings in {png.name} are too long", got=got, remedy=OURS)
    return parsed_object(text, f"the settings in {png.name}")


def _settings_text(png: Path) -> str | None:
    data = read_bytes(png, FILE_LIMIT_BYTES)
    try:
        with quiet.decoders(), Image.open(io.BytesIO(mended(data)), formats=["PNG"]) as image:
            return getattr(image, "text", {}).get(SETTINGS_KEY)
    except Exception as error:  # a damaged PNG raises whatever the decoder stumbles over
        got = "" if isinstance(error, UnidentifiedImageError) else f"{error!s:.120}"
        remedy = "give the final_frame.png of a run folder, or the folder"
        raise InputError(f"{png.name} is not a readable PNG", got=got, remedy=remedy) from error


def parsed_object(text: str, what: str, remedy: str = OURS) -> dict[str, object]:
    """A JSON object from an untrusted text; raises InputError for all else, NaN and deep nesting included."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} cannot be read", got=f"{error!s:.120}", remedy=remedy) from error
    if not isinstance(value, dict):
        raise InputError(f"{what} cannot be read", got=type(value).__name__, remedy=remedy)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"the number {name}")


def psnr(shown: NDArray[Any], truth: NDArray[Any]) -> float:
    """Peak signal-to-noise ratio in decibels of what is shown to the truth, over all pixels together.

    Both have levels from 0 to 255 and the same shape; floats need not be rounded.
    """
    difference = shown.astype(np.float64) - truth
    return decibels(float((difference**2).mean()))


def decibels(squared_error: float) -> float:
    """Peak signal-to-noise ratio of a mean squared error in levels²; 99 for none at all."""
    return 10 * math.log10(255.0**2 / squared_error) if squared_error > 0 else 99.0
