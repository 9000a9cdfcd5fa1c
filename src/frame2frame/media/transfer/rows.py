"""Pictures made some rows at a time, so that large ones take little memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROWS = 256
"""So many are made at a time."""

THREADS = min(8, os.cpu_count() or 1)


def by_rows(height: int, make: Callable[[slice], None], rows: int | None = None) -> None:
    """Call `make` with each strip of so many rows, of `ROWS` if that is not said; several at once."""
    each = rows or ROWS
    strips = [slice(first, min(first + each, height)) for first in range(0, height, each)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(make, strips))


def enlarged(image: Image.Image, size: tuple[int, int], strip: slice, how: Image.Resampling) -> NDArray[Any]:
    """Those rows of a small picture in (height, width)."""
    height, width = size
    top, bottom = (row * image.height / height for row in (strip.start, strip.stop))
    return np.array(image.resize((width, strip.stop - strip.start), how, (0, top, image.width, bottom)))
