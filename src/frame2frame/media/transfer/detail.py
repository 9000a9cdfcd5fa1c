"""An edit of focus or grain made in the source at its own size, or the source if it has nothing to gain."""

from __future__ import annotations

from ...values import Picture, Transfer
from .carry import Carried
from .focus import is_same, refocused
from .grain import cleared


def refocused_over(source: Picture, shown: Picture, frame: Picture) -> Carried | None:
    """The source in the frame's focus; None where the frame shows more than another focus.

    `shown` is the source as the clip shows it; frame and `shown` are (height, width, 3) of one size.
    """
    if (made := refocused(source, shown, frame)) is None:
        return None
    size = f"{frame.shape[1]} × {frame.shape[0]}"
    if made.picture is None:
        return _kept(f"Your picture has all the detail already that the chosen frame of {size} pixels shows.")
    what = "The focus of the chosen frame was carried over to your picture at its own size"
    return Carried(Transfer(True, f"{what}, as far as {size} pixels can tell.", 0.0), made.picture)


def cleared_over(source: Picture, shown: Picture, frame: Picture) -> Carried | None:
    """The source without its grain; None where the frame shows more than that. The rest as above."""
    if not is_same(shown / 255, frame / 255):
        return None
    if (picture := cleared(source)) is None:
        return _kept("Your picture shows no grain at its own size.")
    told = "The grain was taken out of your picture at its own size, for the clip is too small to show it."
    return Carried(Transfer(True, told, 0.0), picture)


def _kept(why: str) -> Carried:
    return Carried(Transfer(False, why, 0.0, kept=True))
