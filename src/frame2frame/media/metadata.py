"""What is kept of a picture's metadata: when it was taken, whose it is, and its size on paper.

Never where it was taken or with which camera, no thumbnail, no orientation: the edit is upright, and people
post it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

from PIL import Image

from ..errors import InputError

EXIF_IFD = 0x8769
_IN_IFD = {0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292}
_DATES = {0x0132, 0x9003, 0x9004}
_OFFSETS = {0x9010, 0x9011, 0x9012}
_FRACTIONS = {0x9290, 0x9291, 0x9292}
_OWNERS = {0x013B, 0x8298}
"""Artist and copyright."""

_FORMS = {
    **dict.fromkeys(_DATES, r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d"),
    **dict.fromkeys(_OFFSETS, r"[+-]\d\d:\d\d"),
    **dict.fromkeys(_FRACTIONS, r"\d{1,9}"),
    **dict.fromkeys(_OWNERS, r"[^\x00-\x1f\x7f-\x9f]{1,500}"),
}
_INCH = 0.0254
LEAST_DENSITY = 400
"""Pixels a metre; TIFF writers that know of none say one an inch."""

_METRES = {2: _INCH, 3: 0.01}
"""The length of EXIF's units of resolution."""


@dataclass(frozen=True)
class Metadata:
    """What is carried over from a picture to its edit."""

    texts: tuple[tuple[int, str], ...] = ()
    """EXIF's texts by their tag, in its order."""
    pixels_per_metre: tuple[int, int] | None = None
    """Across and down, as PNG has it."""

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Dots per inch, across and down."""
        pair = self.pixels_per_metre
        return None if pair is None else (pair[0] * _INCH, pair[1] * _INCH)

    def exif(self) -> bytes | None:
        """As a file holds it; None if there is nothing to hold."""
        if not self.texts:
            return None
        exif = Image.Exif()
        inner = {tag: text for tag, text in self.texts if tag in _IN_IFD}
        for tag, text in self.texts:
            if tag not in inner:
                exif[tag] = text.encode("latin-1")  # of a text Pillow writes the ASCII characters only
        if inner:
            exif[EXIF_IFD] = inner
        return exif.tobytes()


NONE = Metadata()

KEEP = "keep"
WAYS = (KEEP, "none")
"""What a run may do with the source's metadata."""


def check(way: str) -> None:
    """Raises InputError for what is no way."""
    if way not in WAYS:
        what, remedy = "the metadata of the source is kept or left out", "choose keep or none"
        raise InputError(what, got=f"{way!r:.80}", remedy=remedy)


def metadata_of(image: Image.Image) -> Metadata:
    """What is kept of an opened picture's; damaged metadata is as none."""
    try:
        exif = image.getexif()
        known = {**exif, **exif.get_ifd(EXIF_IFD)}
    except (SyntaxError, ValueError, LookupError, TypeError, OSError, struct.error):
        known = {}
    texts = ((tag, _text(known.get(tag), form)) for tag, form in sorted(_FORMS.items()))
    density = _density(image.info.get("dpi"), _INCH) or _exif_density(known)
    return Metadata(tuple((tag, text) for tag, text in texts if text), density)


def _text(value: object, form: str) -> str | None:
    text = value.rstrip("\0 ") if isinstance(value, str) else ""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    return text if re.fullmatch(form, text) else None


def _exif_density(known: dict[int, Any]) -> tuple[int, int] | None:
    return _density((known.get(0x011A), known.get(0x011B)), _METRES.get(known.get(0x0128, 2), 0))


def _density(pair: object, metres: float) -> tuple[int, int] | None:
    """Pixels a metre of a pair of pixels a unit; None for what no scanner or printer has."""
    try:
        across, down = (round(float(number) / metres) for number in pair)  # type: ignore[attr-defined]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return None
    return (across, down) if min(across, down) >= 1 and max(across, down) < 2**24 else None
