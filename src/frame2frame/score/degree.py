"""How bright, warm or colourful a frame is, for wishes that ask for more or less of just that.

No picture tells by itself that it is brighter than another, so what such a wish asks for is measured beside
the source instead of being compared with a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..values import Caption, Column, Frames, Picture, Scores
from .sharpness import luma

COLUMN = "degree"
"""Of the scores; only where a wish asks for a degree."""

UNIT = "Of the whole picture, in levels of 255; what the wish asks for decides alone."

Measure = Callable[[Frames], NDArray[np.float64]]
"""From (frames, height, width, 3) of 8 bits to (frames,), in levels of 255."""


@dataclass(frozen=True)
class Degree:
    """What a picture as a whole can be more or less of, and the targets that ask for it."""

    name: str
    said: re.Pattern[str]
    measure: Measure
    way: int = 1
    """-1 where less of what is measured is asked for."""

    def column(self, frames: Frames) -> tuple[float, ...]:
        """(frames,) of (frames, height, width, 3): the measure, the higher the more as asked."""
        return tuple(float(self.way * number) for number in self.measure(frames))


@dataclass(frozen=True)
class Asked:
    """The degree that a caption asks for, beside that of the source."""

    degree: Degree
    before: float
    """That of the source."""

    @classmethod
    def of(cls, source: Picture, caption: Caption) -> Self | None:
        """None where the wanted scene is something else, or something besides."""
        target = caption.target.lower().rstrip(".")
        found = next((one for one in DEGREES if one.said.fullmatch(target)), None)
        return None if found is None else cls(found, *found.column(source[None]))

    def added(self, scores: Scores, frames: Frames) -> Scores:
        """The scores of these frames with their degree."""
        columns = {**scores.columns, COLUMN: self.degree.column(frames)}
        described = {**scores.described, COLUMN: Column(COLUMN, self.degree.name, UNIT)}
        source = {**scores.source, COLUMN: self.before}
        return replace(scores, columns=columns, source=source, described=described)


def _brightness(frames: Frames) -> NDArray[np.float64]:
    return np.array([luma(frame).mean(dtype=np.float64) for frame in frames])


def _warmth(frames: Frames) -> NDArray[np.float64]:
    """Red over blue."""
    red, _, blue = frames.mean(axis=(1, 2), dtype=np.float64).T
    return np.asarray(red - blue)


def _colour(frames: Frames) -> NDArray[np.float64]:
    """How far the strongest and the weakest of red, green and blue lie apart."""
    return np.array([np.ptp(frame, axis=-1).mean(dtype=np.float64) for frame in frames])


_WHOLE = "scene|picture|image|photo|photograph|shot"
_LIGHT = f"{_WHOLE}|exposure|light|lighting"
_COLOURS = f"{_WHOLE}|colou?rs|tones|hues"
_HOW = "(?:(?:much|far|a bit|a little|a lot|slightly|somewhat|very|even) )*"
_VIVID = "(?:vivid|colou?rful|saturated|vibrant|intense)"


def _said(things: str, how: str) -> re.Pattern[str]:
    """As in "the light is warm", "a warmer picture" and "the photo with warm colours"."""
    adjective = rf"{_HOW}(?:{how})"
    part = rf"(?:{things})"
    return re.compile(
        rf"the {part} (?:is|are|looks?) {adjective}|(?:an?|the) {adjective} (?:{_WHOLE})"
        rf"|(?:an?|the) (?:{_WHOLE}) with {adjective} {part}"
    )


DEGREES = (
    Degree("Brightness", _said(f"{_LIGHT}|shadows", "brighter|bright|lighter"), _brightness),
    Degree("Darkness", _said(_LIGHT, "darker|dark|dimmer|dim"), _brightness, -1),
    Degree("Warmth", _said(f"{_COLOURS}|{_LIGHT}", "warmer|warm"), _warmth),
    Degree(
        "Coldness",
        _said(f"{_COLOURS}|{_LIGHT}", "colder|cold|cooler|cool|(?:cold|cool) and blue"),
        _warmth,
        -1,
    ),
    Degree("Colourfulness", _said(_COLOURS, f"(?:more )?{_VIVID}|stronger|richer|bolder"), _colour),
    Degree("Dullness", _said(_COLOURS, f"less {_VIVID}|duller|paler|muted|faded|weaker"), _colour, -1),
)
