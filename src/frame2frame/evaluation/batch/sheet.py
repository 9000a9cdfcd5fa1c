"""The page of a batch: each edit before and after, with its score and reason, to be looked through."""

from __future__ import annotations

import io
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ...files.anywhere import Place, names_in, title_of, write_file
from ...media.source import Source
from ...report.result import Result
from ...report.templating import render
from ...runs.packed import TAR
from ...values import Picture
from .ledger import ERROR, FOUND, REFUSED, outcomes
from .places import PAIRS

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
    write_file(out / PAIRS / f"{id}.jpg", buffer.getvalue())


def _small(picture: Picture) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((SIDE, SIDE))
    return image


def write_sheet(out: Place) -> Totals:
    """Write index.html of the results so far, with more pages where they are many. Raises WriteError.

    It shows those whose small pictures were kept, and all that failed.
    """
    pairs = frozenset(names_in(out / PAIRS))
    found, shown = _counted(out, pairs)
    names = ["index.html", *(f"index-{number}.html" for number in range(2, -(-shown // A_PAGE) + 1))]
    rows = (_linked(one) for one in outcomes(out) if _is_shown(one, pairs))
    for name in names:
        about = {"totals": found, "shown": shown, "title": title_of(out)}
        page = render(TEMPLATE, **about, rows=list(islice(rows, A_PAGE)), pages=names, here=name)
        write_file(out / name, page.encode("utf-8"))
    return found


def _counted(out: Place, pairs: Container[str]) -> tuple[Totals, int]:
    """The totals of the newest result of each row, and how many of these are shown."""
    counts, seconds, shown = dict.fromkeys((FOUND, REFUSED, ERROR), 0), 0.0, 0
    for one in outcomes(out):
        counts[one["outcome"]] += 1
        seconds += one["seconds"]
        shown += _is_shown(one, pairs)
    return Totals(counts[FOUND], counts[REFUSED], counts[ERROR], seconds), shown


def _is_shown(one: Mapping[str, Any], pairs: Container[str]) -> bool:
    return not one["result"] or f"{one['id']}.jpg" in pairs


def _linked(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result with its small picture and its report, as far as they are files."""
    is_packed = TAR in one["result"] if one["result"] else True
    return {
        **one,
        "pair": f"{PAIRS}/{one['id']}.jpg" if one["result"] else "",
        "report": "" if is_packed else f"{one['result']}/report.html",
    }
