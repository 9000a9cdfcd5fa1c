"""The source in another focus at its own size, as far as a small frame can tell.

A frame tells how strong detail becomes, in each place, down to the size of its own pixels. What it sharpens
is added to the source, up to the sharpness that the frame has: where the source is as sharp already, there is
nothing to add. What it blurs is blurred in the source, and with it all that is finer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...values import Picture
from ..pictures import resized
from .place import Plane, blurred
from .rows import by_rows, enlarged

Levels = NDArray[np.floating[Any]]
"""(height, width, 3) from 0 to 1."""

AROUND = 25
"""A part of the long side: how far to each side reaches what is taken for detail, and told of together."""

LEAST_ALIKE = 0.7
"""The correlation of the detail of two frames from which they show the same in another focus.

When it was set, it was 0.81 and more on 8 photographs, sharp or blurred by 2 or 5 pixels of
their 320, that came into focus or whose background blurred; 0.05 and less where the camera moved.
"""

MOST_LIT = 26 / 255
"""The change of the local means, but for a hundredth of the picture, up to which light and things stay.

When it was set, it was 23 levels at most on the same photographs, where their grain was to go too, and 128
and more where it became night or snowed.
"""

KEPT, GONE = 0.85, 0.5
"""Of the detail of the frame's own pixels: from the one on what is finer stays, down to the other it goes.

A frame is always a little softer than what it is drawn from.
"""

FAINT = 1 / 255
"""Detail so weak says nothing."""

UNNOTICED = 3 / 255
"""A change of so much, in the root of its mean square, is none."""


@dataclass(frozen=True, eq=False)
class Refocused:
    """The source in the focus of the frame, or None where that would change nothing that can be seen."""

    picture: Picture | None


def refocused(source: Picture, shown: Picture, frame: Picture) -> Refocused | None:
    """None where the frame does not show the same picture, in the same light, in another focus.

    `shown` is the source as the clip shows it; frame and `shown` are (height, width, 3) of one size.
    """
    height, width = frame.shape[:2]
    before, after, own = shown / 255, frame / 255, resized(source, height, width) / 255
    if not is_same(before, after):
        return None
    added, stays = _change(before, after, *(_strength(one) for one in (before, after, own)))
    soft = own - blurred(own, 1)
    if float(np.sqrt(np.mean((added - (1.0 - stays[..., None]) * soft) ** 2))) < UNNOTICED:
        return Refocused(None)
    return Refocused(_made(source, blurred(own, 1), added, stays))


def is_same(before: Levels, after: Levels) -> bool:
    """Whether two frames show the same picture in the same light, whatever its finest detail is."""
    radius = _radius(before)
    lit = np.quantile(np.abs(blurred(after, radius) - blurred(before, radius)), 0.99)
    one, other = (blurred(levels, 1) - blurred(levels, radius) for levels in (before, after))
    both, each = (one * other).sum(), (one**2).sum() * (other**2).sum()
    return bool(lit <= MOST_LIT and both >= LEAST_ALIKE * np.sqrt(each) > 0)


def _change(before: Levels, after: Levels, was: Plane, becomes: Plane, own: Plane) -> tuple[Levels, Plane]:
    """What is added to the source at the frame's size, and how much of its finest detail stays, from 0 to 1.

    The strengths of that detail are those of the source as the clip shows it, of the frame, of the source.
    """
    difference = after - before
    soft = blurred(difference, 1)
    fine, rest = difference - soft, soft - blurred(difference, _radius(before))
    lacking = ((becomes - own) / np.maximum(becomes - was, FAINT)).clip(0, 1)
    sharper = (becomes > was) * lacking
    blurs = becomes < KEPT * was
    stays = np.where(blurs, ((becomes / was - GONE) / (KEPT - GONE)).clip(0, 1), 1.0)
    added = sharper[..., None] * fine + np.maximum(sharper, blurs)[..., None] * rest
    return np.asarray(added), np.asarray(stays)


def _radius(levels: Levels) -> int:
    return max(1, int(max(levels.shape[:2])) // AROUND)


def _strength(levels: Levels) -> Plane:
    """(height, width): the root of the mean square of the finest detail around each pixel."""
    radius = _radius(levels)
    detail = ((levels - blurred(levels, 1)) ** 2).mean(-1)
    return np.asarray(np.sqrt(blurred(blurred(detail, radius), radius)) + FAINT)


def _made(source: Picture, soft: Levels, added: Levels, stays: Plane) -> Picture:
    """What stays of the source's detail over its `soft` version, and what is added; some rows at a time."""
    result, size = np.empty_like(source), source.shape[:2]
    share = Image.fromarray(stays.astype(np.float32))
    planes = [
        [Image.fromarray(levels[..., channel].astype(np.float32) * 255) for levels in (soft, added)]
        for channel in range(3)
    ]

    def make(strip: slice) -> None:
        part = enlarged(share, size, strip, Image.Resampling.BILINEAR)
        for channel, small in enumerate(planes):
            below, more = (enlarged(plane, size, strip, Image.Resampling.BICUBIC) for plane in small)
            detail = source[strip, :, channel] - below
            result[strip, :, channel] = np.rint(below + part * detail + more).clip(0, 255)

    by_rows(len(source), make)
    return result
