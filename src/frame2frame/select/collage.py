"""A clip as one picture: the source on top, numbered frames below (paper, appendix C.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..media.pictures import within
from ..values import Frames, Picture

COLUMNS = 4
TILE = 320
"""Pixels of a tile's longer side at most; smaller frames are enlarged by a whole factor that fits."""
LABEL = 28
"""Pixels above each tile for its number, so that it hides nothing of the frame."""
GAP = 8

Tile = tuple[str, Picture]
"""A label and the picture under it."""


def evenly_spaced(frames: int, count: int) -> list[int]:
    """At most `count` frame indices after the first, the last one among them: 4, 8 … 48 of 49 frames."""
    count = min(count, frames - 1)
    return [round(number * (frames - 1) / count) for number in range(1, count + 1)]


def collage(source: Picture, frames: Frames) -> Picture:
    """The source in a row of its own, then the frames numbered from 1 in rows of `COLUMNS`."""
    tiles = [(str(number), frame) for number, frame in enumerate(frames, start=1)]
    rows = [tiles[first : first + COLUMNS] for first in range(0, len(tiles), COLUMNS)]
    return sheet([[("source", source)], *rows])


def pair(source: Picture, frame: Picture) -> Picture:
    """The source and one frame beside it."""
    return sheet([[("source", source), ("candidate", frame)]])


def sheet(rows: Sequence[Sequence[Tile]]) -> Picture:
    """Labelled tiles of one size on white."""
    height, width = tile_picture(rows[0][0][1]).shape[:2]
    right, bottom = corner(len(rows), max(map(len, rows)), height, width)
    image = Image.new("RGB", (right, bottom - LABEL), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=20)
    for row, tiles in enumerate(rows):
        for column, (label, picture) in enumerate(tiles):
            left, top = corner(row, column, height, width)
            draw.text((left, top - LABEL + 2), label, fill="black", font=font)
            image.paste(Image.fromarray(tile_picture(picture)), (left, top))
    return np.array(image)


def corner(row: int, column: int, height: int, width: int) -> tuple[int, int]:
    """Left and top of the tile of this size in a sheet."""
    return GAP + column * (width + GAP), GAP + LABEL + row * (height + LABEL + GAP)


def tiles(sheet: Picture, height: int, width: int) -> list[list[Picture]]:
    """The rows of a sheet, empty places too, in the size (height, width) that the frames had before.

    Undoes enlarging only; frames larger than a tile have lost their details.
    """
    factor = max(1, TILE // max(height, width))
    shape = (factor * height, factor * width)
    rows, columns = sheet.shape[0] // (shape[0] + LABEL + GAP), sheet.shape[1] // (shape[1] + GAP)
    places = [[corner(row, column, *shape) for column in range(columns)] for row in range(rows)]
    return [
        [sheet[top : top + shape[0] : factor, left : left + shape[1] : factor] for left, top in row]
        for row in places
    ]


def tile_picture(picture: Picture) -> NDArray[Any]:
    """A frame in the size of a tile."""
    factor = TILE // max(picture.shape[:2])
    if factor > 1:
        return picture.repeat(factor, axis=0).repeat(factor, axis=1)
    return within(picture, TILE)
