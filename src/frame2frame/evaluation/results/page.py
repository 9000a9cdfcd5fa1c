"""Results as one self-contained page: the tables, and the worst, median and best answers as pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...media.data_urls import is_crisp, thumbnail_address
from ...report.templating import render
from .columns import Results, unpadded
from .gallery import Gallery, Shown

SIDE = 384
"""Pixels of the longer side of a picture."""


def page(found: Results) -> str:
    """The results as HTML, which needs no network and no file beside it."""
    gallery = found.gallery
    return render(
        "evaluation/results/page.html.j2",
        tables=[
            (table.title, table.header, [[*map(_parted, row)] for row in table.rows])
            for table in found.tables
        ],
        by=gallery.by if gallery else "",
        groups=dict(_groups(gallery)) if gallery else {},
        notes=found.notes,
    )


def _parted(cell: str) -> tuple[str, str]:
    """A figure and its interval."""
    figure, bracket, interval = unpadded(cell).partition(" [")
    return figure, bracket.strip() + interval


@dataclass(frozen=True)
class _Entry:
    """A case, ready to be shown."""

    name: str
    words: str
    told: Mapping[str, str]
    pictures: tuple[tuple[str, str, bool], ...]
    """What each is, its address, and whether each of its pixels is to be seen."""

    @classmethod
    def of(cls, one: Shown) -> _Entry:
        pictures = (
            (name, thumbnail_address(picture, SIDE), is_crisp(*picture.shape[:2]))
            for name, picture in one.pictures().items()
        )
        return cls(one.name, one.words, one.told, tuple(pictures))


def _groups(gallery: Gallery) -> Iterator[tuple[str, Iterable[_Entry]]]:
    for name, cases in gallery.extremes().items():
        yield name, [*map(_Entry.of, cases)]
