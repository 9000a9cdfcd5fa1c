"""A sheet of forty held-out edits to be looked at: source, answer and target of each.

    python benchmarks/forty_edits.py --to docs/images/forty-edits.webp
    python benchmarks/forty_edits.py --model FOLDER --encoder FOLDER/clip --to FILE.webp

The edits are always the same: of the development list the first two of each kind of the tabletop, and ten of
all kinds of the photograph world, from the photographs that ship unless others are named. They are made and
measured as by `f2f evaluate edits`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from frame2frame.evaluation.calibration.work import PACKAGED
from frame2frame.evaluation.plan import PHOTOGRAPHS, Plan
from frame2frame.evaluation.results.gallery import Shown
from frame2frame.evaluation.runner import measure
from frame2frame.values import Picture
from frame2frame.worlds import photoworld, tabletop

OF_PHOTOGRAPHS = 10
COLUMNS = 4
SIDE = 96
"""Pixels of a picture on the sheet."""

GAP, LINE, BESIDE = 8, 13, 2
"""Pixels between edits, of a line of text, and between the pictures of an edit."""

HEADING = 2 * LINE + 2
EDIT = 3 * SIDE + 2 * BESIDE
RIGHT, WRONG = "#2e7d32", "#c62828"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--photos", type=Path, default=PACKAGED, help="folder of photographs")
    parser.add_argument("--model", help="a folder or a name; the embedded model if there is none")
    parser.add_argument("--encoder", help="the image–text encoder; else the model's own")
    parser.add_argument("--batch", type=int, default=1, help="edits that are denoised together")
    parser.add_argument("--to", type=Path, default=Path("forty-edits.webp"))
    asked = parser.parse_args(arguments)
    count, each = 2 * len(tabletop.KINDS), len(photoworld.KINDS)
    plan = Plan(count=count, model=asked.model, encoder=asked.encoder, batch=asked.batch)
    drawn = made(plan)
    photographed = made(replace(plan, count=each, world=PHOTOGRAPHS, photos=str(asked.photos)))
    shown = [*drawn, *spread(photographed)]
    sheet(shown).save(asked.to, quality=82, method=6)
    for name, cases in (("tabletop", drawn), ("photographs, one of each kind", photographed)):
        print(f"{name}: {sum(map(_succeeded, cases))} of {len(cases)} succeed")
    return 0


def made(plan: Plan) -> Sequence[Shown]:
    """All edits of a plan, measured, with their pictures."""
    gallery = measure(plan).gallery
    return gallery.cases if gallery else []


def spread(cases: Sequence[Shown]) -> Iterator[Shown]:
    """As many as are shown, from the first to the last."""
    for place in np.linspace(0, len(cases) - 1, OF_PHOTOGRAPHS).round():
        yield cases[int(place)]


def _succeeded(one: Shown) -> bool:
    return "success" in one.told.values()


def sheet(shown: Sequence[Shown]) -> Image.Image:
    """All of them, row by row, below what was wanted and what came of it."""
    wide, high = EDIT + GAP, HEADING + SIDE + GAP
    rows = -(-len(shown) // COLUMNS)
    found = Image.new("RGB", (COLUMNS * wide + GAP, rows * high + GAP), "white")
    pen = ImageDraw.Draw(found)
    for number, one in enumerate(shown):
        left, top = GAP + number % COLUMNS * wide, GAP + number // COLUMNS * high
        pen.text((left, top), _cut(pen, one.words, EDIT), fill="black")
        told = ", ".join(f"{name} {value}".strip() for name, value in one.told.items())
        pen.text((left, top + LINE), told, fill=RIGHT if _succeeded(one) else WRONG)
        for place, picture in enumerate(one.pictures().values()):
            found.paste(_reduced(picture), (left + place * (SIDE + BESIDE), top + HEADING))
    return found


def _cut(pen: ImageDraw.ImageDraw, words: str, width: int) -> str:
    """As many of the words as fit."""
    if pen.textlength(words) <= width:
        return words
    kept = words
    while pen.textlength(f"{kept} …") > width:
        kept = kept.rpartition(" ")[0]
    return f"{kept} …"


def _reduced(picture: Picture) -> Image.Image:
    return Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
