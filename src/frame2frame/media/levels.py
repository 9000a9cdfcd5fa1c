"""Arrays of any usual numbers as levels from 0 to 255."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from ..values import Picture
from .limits import check_size

ROWS = 256
"""So many are copied at a time."""

Alpha = NDArray[np.uint8]
"""(height, width), 255 is opaque."""


def levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """`bool`, `uint8`, `uint16`, or floats from 0 to 1, scaled and rounded. Raises InputError."""
    if values.dtype == np.uint8:
        return values.copy()
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint16:
        return ((values.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if not np.issubdtype(values.dtype, np.floating):
        raise InputError("cannot use these numbers as a picture", got=str(values.dtype), remedy="use uint8")
    if values.size and not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise InputError(
            "floats must run from 0 to 1",
            got=f"{np.min(values):.3g} to {np.max(values):.3g}",
            remedy="scale them, or use uint8 from 0 to 255",
        )
    return np.rint(values.astype(np.float64) * 255).astype(np.uint8)


def pixels(image: Image.Image) -> NDArray[Any]:
    """A picture of Pillow's as an array of its own, some rows at a time: else it is in memory four times."""
    first = np.asarray(image.crop((0, 0, image.width, 1)))
    found = np.empty((image.height, *first.shape[1:]), dtype=first.dtype)
    for top in range(0, image.height, ROWS):
        found[top : top + ROWS] = image.crop((0, top, image.width, min(top + ROWS, image.height)))
    return found


def split(values: NDArray[np.uint8], name: str) -> tuple[Picture, Alpha | None]:
    """Colours and alpha of an array with one to four channels. Raises InputError for any other."""
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim != 3 or values.shape[2] not in (1, 2, 3, 4):
        raise InputError(
            f"{name} is not a picture",
            got=f"shape {values.shape}",
            remedy="use shape (height, width, 3), channels last",
        )
    check_size(values.shape[1], values.shape[0], name)
    channels = values.shape[2]
    colours = values[..., :3] if channels > 2 else np.repeat(values[..., :1], 3, axis=2)
    alpha = unless_opaque(values[..., -1]) if channels in (2, 4) else None
    return np.ascontiguousarray(colours), alpha


def unless_opaque(alpha: NDArray[np.uint8]) -> Alpha | None:
    """None where every pixel is opaque."""
    return None if bool((alpha == 255).all()) else np.array(alpha, dtype=np.uint8)
