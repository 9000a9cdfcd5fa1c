"""Pictures that stand for photographs: coloured, with things in them, and no two alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from frame2frame.values import Picture

SIDE = 160


def coloured(seed: int) -> Picture:
    """A disc in the middle of blocks of colour, (160, 160, 3)."""
    blocks = np.random.default_rng(seed).integers(60, 200, (8, 8, 3)).astype(np.uint8)
    picture = np.kron(blocks, np.ones((SIDE // 8, SIDE // 8, 1), np.uint8))
    rows, columns = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    picture[rows**2 + columns**2 < 15**2] = (230, 30, 40)
    return np.asarray(picture, dtype=np.uint8)


def folder_of(place: Path, count: int = 4) -> Path:
    """A folder with so many of them."""
    place.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        Image.fromarray(coloured(seed)).save(place / f"{seed}.png")
    return place
