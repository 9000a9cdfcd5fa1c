"""The user's picture on the way in: whatever it was becomes `uint8` RGB, upright, sRGB.

What can be handled is handled and said in a note; all else is one `InputError`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import InputError
from ..files.anywhere import place_named, read_bytes
from ..values import Picture, briefly
from . import decoding, metadata, quiet
from .decoding import Decoded
from .levels import Alpha, levels, split
from .limits import FILE_LIMIT_BYTES, USABLE
from .metadata import Metadata

AnyImage = str | Path | Image.Image | NDArray[Any]
"""A path, a PIL picture, or an array of shape (height, width, 3)."""

TRANSPARENT = "The transparency is carried over; the model sees the colours beneath it."


@dataclass(frozen=True, eq=False)
class Source:
    """A picture as the user gave it, ready to be edited."""

    picture: Picture
    alpha: Alpha | None
    """None when every pixel is opaque. The picture keeps the colours beneath."""
    path: Path | None
    sha256: str
    """Of the file's bytes; of the pixels when there was no file."""
    notes: tuple[str, ...] = ()
    """What was done to the picture, as sentences for the user."""
    metadata: Metadata = metadata.NONE
    """What its edit carries on."""

    __repr__ = briefly

    @property
    def pixels_sha256(self) -> str:
        """The same for every file that decodes to this picture and alpha."""
        digest = hashlib.sha256(f"{self.picture.shape} {self.alpha is not None} ".encode())
        digest.update(self.picture.tobytes())
        if self.alpha is not None:
            digest.update(self.alpha.tobytes())
        return digest.hexdigest()


def load_picture(source: AnyImage) -> Source:
    """The picture in a file, a PIL picture, or an array of shape (height, width[, 1, 2, 3 or 4]).

    A text may be the address of a file in a bucket. Arrays are `bool`, `uint8`, `uint16`, or floats from 0 to
    1. Raises InputError for what cannot be edited, ServerError for a bucket that cannot be read.
    """
    with quiet.decoders():
        return _loaded(source)


def _loaded(source: AnyImage) -> Source:
    if isinstance(source, (str, Path)):
        return _from_file(source)
    if isinstance(source, Image.Image):
        return _from_pixels(decoding.of_image(source, "the picture"))
    if isinstance(source, np.ndarray):
        return _from_pixels(Decoded(*split(levels(source), "the array"), (), metadata.NONE))
    raise InputError(
        "a picture is needed", got=type(source).__name__, remedy="give a path, a PIL picture or an array"
    )


def _from_file(source: str | Path) -> Source:
    if re.match("https?:/", str(source), re.IGNORECASE):  # Path makes one slash of two
        raise InputError(
            "this is an address, and pictures are not downloaded",
            got=f"{source!s:.200}",
            remedy="download it first and give the path of the file",
        )
    place = place_named(source)
    data = read_bytes(place, FILE_LIMIT_BYTES)
    path = place if isinstance(place, Path) else Path(place.name)
    if not data:
        raise InputError(f"{path.name} is empty", got="0 bytes", remedy=USABLE)
    return _of(decoding.of_bytes(data, path.name), path, hashlib.sha256(data).hexdigest())


def _from_pixels(found: Decoded) -> Source:
    source = _of(found, None, "")
    return replace(source, sha256=source.pixels_sha256)


def _of(found: Decoded, path: Path | None, sha256: str) -> Source:
    notes = found.notes if found.alpha is None else (*found.notes, TRANSPARENT)
    return Source(found.picture, found.alpha, path, sha256, notes, found.metadata)
