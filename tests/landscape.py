"""A drawn stand-in for a photograph: a sky, a green meadow that comes nearer, a dark hut, and a lamp."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from frame2frame.values import Picture

HEIGHT, WIDTH = 240, 320
HORIZON = 100


def landscape(seed: int = 0, dark: float = 1.0) -> Picture:
    """(240, 320, 3); `dark` multiplies its light."""
    grain = np.random.default_rng(seed)
    rows = np.mgrid[:HEIGHT, :WIDTH][0].astype(float)
    picture = np.zeros((HEIGHT, WIDTH, 3))
    picture[:HORIZON] = (120, 170, 230)
    picture[HORIZON:] = (70, 140, 40)
    grass = grain.normal(0, 26, ((HEIGHT - HORIZON) // 5, WIDTH // 5, 1))
    picture[HORIZON:] += np.kron(grass, np.ones((5, 5, 1)))
    picture *= 0.8 + 0.2 * rows[..., None] / HEIGHT
    left = 60 + 40 * (seed % 4)
    picture[70:150, left : left + 70] = (90, 60, 50)
    picture[70:150, left : left + 70][np.mgrid[:80, :70].sum(0) % 20 < 10] = (190, 170, 150)
    picture *= dark
    picture[100:110, left + 30 : left + 40] = (255, 235, 180)
    return np.asarray(picture.clip(0, 255), dtype=np.uint8)


def folder_of(place: Path, count: int = 3) -> Path:
    """A folder with so many of them."""
    place.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        Image.fromarray(landscape(seed)).save(place / f"{seed}.png")
    return place
