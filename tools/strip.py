"""Draw a run folder as one picture for a page: the source, frames of the clip, and the answer.

python tools/strip.py RUN_FOLDER docs/images/edit.png
python tools/strip.py RUN_FOLDER docs/images/photograph.jpg

Both are of runs of `f2f demo`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from frame2frame.runs.read import read_run
from frame2frame.values import Picture

LARGE, SMALL, GAP, LABEL = 256, 112, 12, 22
CHOSEN = (216, 67, 21)


def draw(folder: Path) -> Image.Image:
    """Source and answer large, between them eight frames with the chosen one marked."""
    run = read_run(folder)
    frames, choice = run.frames()[-1], run.steps[-1].choice
    spread = np.linspace(0, len(frames) - 1, 8).round().astype(int).tolist()
    if choice.index is not None:  # it takes the place of its nearest neighbour
        spread[int(np.abs(np.array(spread) - choice.index).argmin())] = choice.index
    width = 2 * LARGE + 4 * SMALL + 7 * GAP
    sheet = Image.new("RGB", (width, LARGE + 2 * GAP + LABEL), "white")
    pen = ImageDraw.Draw(sheet)
    _place(sheet, pen, run.source().picture, (GAP, GAP), LARGE, "source")
    for place, index in enumerate(spread):
        x = LARGE + 2 * GAP + place % 4 * (SMALL + GAP)
        y = GAP + place // 4 * (SMALL + LABEL + 10)
        _place(sheet, pen, frames[index], (x, y), SMALL, f"frame {index}", marked=index == choice.index)
    _place(sheet, pen, run.image().picture, (width - LARGE - GAP, GAP), LARGE, "result")
    return sheet


def _place(
    sheet: Image.Image,
    pen: ImageDraw.ImageDraw,
    picture: Picture,
    corner: tuple[int, int],
    side: int,
    label: str,
    marked: bool = False,
) -> None:
    x, y = corner
    image = Image.fromarray(picture)
    image.thumbnail((side, side))
    sheet.paste(image.resize((side, round(side * image.height / image.width))), corner)
    if marked:
        pen.rectangle((x - 3, y - 3, x + side + 2, y + side + 2), outline=CHOSEN, width=3)
    pen.text((x + 2, y + side + 4), label, fill=CHOSEN if marked else (60, 60, 60))


if __name__ == "__main__":
    draw(Path(sys.argv[1])).save(sys.argv[2])
