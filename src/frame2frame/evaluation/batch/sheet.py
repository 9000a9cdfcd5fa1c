"""The page of a batch: each edit before and after, with its score and reason, to be looked through."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...files.unfinished import write_file
from ...media.source import Source
from ...report.result import Result
from ...report.templating import render
from ...values import Picture
from .ledger import ERROR, FOUND, REFUSED, outcomes

PAIRS = "pairs"
"""The folder of the small pictures."""

SIDE = 224
"""Pixels of the longer side of a small picture."""

GAP = 4
"""Pixels between the two."""

A_PAGE = 500
"""Edits on one page."""

TEMPLATE = "evaluation/batch/sheet.html.j2"


@dataclass(frozen=True)
class Totals:
    """What a batch has come to so far."""

    found: int
    refused: int
    errors: int
    seconds: float
    """That all edits took together."""

    @property
    def rows(self) -> int:
        return self.found + self.refused + self.errors


def write_pair(out: Path, id: str, source: Source, result: Result) -> None:
    """The small picture of an edit: the source and, right of it, the answer. Raises WriteError."""
    pictures = [_small(one) for one in (source.picture, result.image)]
    height = max(one.height for one in pictures)
    width = sum(one.width for one in pictures) + GAP
    whole, left = Image.new("RGB", (width, height), "white"), 0
    for one in pictures:
        whole.paste(one, (left, (height - one.height) // 2))
        left += one.width + GAP
    buffer = io.BytesIO()
    whole.save(buffer, "JPEG", quality=85)
    folder = out / PAIRS
    folder.mkdir(exist_ok=True)
    write_file(folder / f"{id}.jpg", buffer.getvalue())


def _small(picture: Picture) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((SIDE, SIDE))
    return image


def totals(out: Path) -> Totals:
    """Of the newest result of each row."""
    counts, seconds = dict.fromkeys((FOUND, REFUSED, ERROR), 0), 0.0
    for one in outcomes(out):
        counts[one["outcome"]] += 1
        seconds += one["seconds"]
    return Totals(counts[FOUND], counts[REFUSED], counts[ERROR], seconds)


def write_sheet(out: Path) -> Totals:
    """Write index.html of all results so far, with more pages where they are many. Raises WriteError."""
    found = totals(out)
    pages = max(1, -(-found.rows // A_PAGE))
    names = ["index.html", *(f"index-{number}.html" for number in range(2, pages + 1))]
    title, rows = out.resolve().name, outcomes(out)
    for name in names:
        page = render(TEMPLATE, totals=found, rows=_page(rows), pages=names, here=name, title=title)
        write_file(out / name, page.encode("utf-8"))
    return found


def _page(rows: Iterator[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows of the next page, each with its small picture."""
    return [
        {**one, "pair": f"{PAIRS}/{one['id']}.jpg" if one["result"] else ""} for one in islice(rows, A_PAGE)
    ]
