"""Reports as a reader sees them."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image

from frame2frame.report.page import page
from frame2frame.runs.read import read_run
from frame2frame.runs.write import Finished, write_run


class Reader(HTMLParser):
    """Gathers the tags, with their attributes, and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def named(self, tag: str, kind: str = "") -> list[dict[str, str | None]]:
        return [
            given
            for name, given in self.tags
            if name == tag and (not kind or kind in (given.get("class") or "").split(" "))
        ]


def report_of(finished: Finished, place: Path) -> str:
    return page(read_run(write_run(place, finished)))


def picture_in(address: str | None) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    assert address is not None
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))
