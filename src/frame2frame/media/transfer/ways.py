"""Whether a change of the whole picture is carried over to it at its own size."""

from __future__ import annotations

from ...errors import InputError, meant
from ...values import Picture

AUTO, OFF = WAYS = ("auto", "off")


def check(way: str) -> None:
    """Raises InputError for what is no way."""
    if way not in WAYS:
        raise InputError("there is no such transfer", got=f"{way!r:.80}", remedy=meant(way, WAYS))


LARGER = 1.25
"""From how many times as long a side a picture has detail to keep that a frame cannot show."""


def is_larger(size: tuple[int, int], frame: Picture) -> bool:
    """Whether a picture of (height, width) shows more than a frame can."""
    return bool(min(size[0] / frame.shape[0], size[1] / frame.shape[1]) >= LARGER)
