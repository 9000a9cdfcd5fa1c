"""Pictures in rows, with their scores and the chosen one marked. Every text is escaped."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from ..media.pictures import png_bytes, resized
from ..media.source import load_picture
from ..report.columns import number
from ..values import Picture
from ..worlds.tabletop.example import Example

THUMBNAIL_SIDE = 256
"""Larger frames are shown smaller in a strip; up to this side without loss."""


LOSSLESS_PIXELS = 2**20
SCREEN_SIDE = 1600
"""Larger pictures are shown smaller under the slider; what is saved is whole."""
MIDDLE, LITTLE, MARGIN = 0.5, 0.02, 0.02
"""Where the slider stands if nothing differs; else how much of the change may be left of it, and how far."""


@dataclass(frozen=True, eq=False)
class Strip:
    """Pictures in a row, one of which may be the chosen one."""

    title: str
    pictures: Sequence[Picture]
    names: tuple[str, ...]
    scores: tuple[float, ...]
    chosen: int | None = None
    closest: int | None = None
    """Where none was chosen."""

    def badge(self, index: int) -> str:
        if index == self.chosen:
            return "Chosen"
        return "Closest" if index == self.closest else ""

    def file_name(self, index: int) -> str:
        return f"{self.names[index].lower().replace(' ', '_')}.png"


def strips_html(strips: Iterable[Strip]) -> str:
    """All strips; a click on a frame is told by the numbers of its strip and of the frame."""
    return "".join(_strip_html(place, strip) for place, strip in enumerate(strips))


def _strip_html(place: int, strip: Strip) -> str:
    frames = "".join(_frame_html(place, strip, index) for index in range(len(strip.pictures)))
    title = escape(strip.title)
    return f'<h3>{title}</h3><div class="f2f-strip" role="group" aria-label="{title}">{frames}</div>'


def _frame_html(place: int, strip: Strip, index: int) -> str:
    badge, score, name = strip.badge(index), number(strip.scores[index]), escape(strip.names[index])
    picture, share = strip.pictures[index], 100 * _share(strip.scores, index)
    mark = f'<span class="f2f-badge">{badge}</span>' if badge else ""
    words = f"{name}, score {score}{', ' + badge.lower() if badge else ''}"
    return (
        f'<button type="button" class="f2f-frame {badge.lower()}" data-strip="{place}" data-frame="{index}">'
        f'<span class="f2f-crop"><img {_look(picture)} src="{_thumbnail(picture)}"'
        f' alt="{words}">{mark}</span>'
        f'<span class="f2f-line"><span>{name.removeprefix("Frame ")}</span><b>{score}</b></span>'
        f'<span class="f2f-meter"><i style="width:{share:.0f}%"></i></span></button>'
    )


def _share(scores: Sequence[float], index: int) -> float:
    """Where a score lies between the lowest and the highest."""
    finite = [score for score in scores if math.isfinite(score)]
    if not finite or min(finite) == max(finite) or not math.isfinite(scores[index]):
        return 0.0
    return (scores[index] - min(finite)) / (max(finite) - min(finite))


def large_html(strip: Strip, index: int) -> str:
    """One frame without loss, with a link that saves it."""
    picture, badge = strip.pictures[index], strip.badge(index)
    address = _png(picture)
    words = [strip.names[index], f"score {number(strip.scores[index])}", *([badge.lower()] if badge else [])]
    size = f"{picture.shape[1]}×{picture.shape[0]}"
    return (
        f'<figure class="f2f-large"><figcaption><b>{escape(" · ".join(words))}</b>'
        f'<a class="f2f-button" href="{address}" download="{strip.file_name(index)}">Save PNG ({size})</a>'
        f'</figcaption><img {_look(picture)} width="{picture.shape[1]}" height="{picture.shape[0]}"'
        f' src="{address}" alt="{escape(strip.names[index])}"></figure>'
    )


def compare_html(before: Picture, after: Picture, name: str) -> str:
    """Two pictures of one size under a slider, which stands where the change begins so that it is seen."""
    look, at = _look(after), 100 * change_begins(before, after)
    return (
        f'<figure class="f2f-compare" style="--at:{at:.0f}%"><div>'
        f'<img {look} src="{_on_screen(after)}" alt="{escape(name)}">'
        f'<img {look} src="{_on_screen(before)}" alt="Before: your picture"><i></i>'
        f'<input type="range" min="0" max="100" value="{at:.0f}" aria-label="Left of it: before"></div>'
        f"<figcaption><span>Before</span><span>{escape(name)}</span></figcaption></figure>"
    )


def change_begins(before: Picture, after: Picture) -> float:
    """Left of which share of the width hardly anything differs; the middle if nothing does at all."""
    if before.shape != after.shape:
        return MIDDLE
    columns = np.abs(before.astype(np.int16) - after).sum(axis=(0, 2), dtype=np.float64)
    if not columns.any():
        return MIDDLE
    first = np.searchsorted(np.cumsum(columns), LITTLE * columns.sum())
    return max(0.0, float(first) / len(columns) - MARGIN)


def _on_screen(picture: Picture) -> str:
    """The picture no larger than a screen shows it: without loss where that is small."""
    height, width = picture.shape[:2]
    if height * width <= LOSSLESS_PIXELS:
        return _png(picture)
    return _jpeg(picture, SCREEN_SIDE)


def is_crisp(picture: Picture) -> bool:
    """Whether a picture is so small that it is enlarged pixel by pixel."""
    return bool(max(picture.shape[:2]) <= THUMBNAIL_SIDE)


def _look(picture: Picture) -> str:
    return f'class="{"crisp" if is_crisp(picture) else ""}"'


def _thumbnail(picture: Picture) -> str:
    if is_crisp(picture):
        return _png(picture)
    return _jpeg(picture, THUMBNAIL_SIDE)


def _jpeg(picture: Picture, side: int) -> str:
    """With sides of at most `side` pixels."""
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    small = resized(picture, max(1, round(scale * height)), max(1, round(scale * width)))
    buffer = io.BytesIO()
    Image.fromarray(small).save(buffer, "JPEG", quality=90, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _png(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(png_bytes(picture)).decode()


def examples_html(examples: Sequence[Example]) -> str:
    """Small pictures to begin with; a click is told as that on a frame."""
    buttons = "".join(_example_html(index, example) for index, example in enumerate(examples))
    label = "<span>Examples</span>"
    return f'<div class="f2f-examples" role="group" aria-label="Examples">{label}{buttons}</div>'


def _example_html(index: int, example: Example) -> str:
    words, address = escape(example.instruction), _png(load_picture(example.picture).picture)
    return (
        f'<button type="button" data-strip="0" data-frame="{index}" title="{words}">'
        f'<img src="{address}" alt="{words}"></button>'
    )
