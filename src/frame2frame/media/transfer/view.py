"""A view from nearer by, farther back or further to the side, with the source's own pixels at its own size.

The camera's move leaves alone what the source shows: there its own pixels stand, in their new place. The
frame shows the rest, if there is any. It is a little brighter or darker than the source, which would show as
an edge; so along the seam it takes on the source's levels, and its own away from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from ..pictures import resized
from .place import Place, Plane, blurred, contrast, correlation, found, refined, sampled

STRAIGHT = tuple(float(zoom) for zoom in (*np.geomspace(0.5, 0.92, 14), *np.geomspace(1.08, 2.4, 16)))
"""Of these zooms one is looked for where the camera may have moved straight back or ahead."""

LEAST_STRAIGHT = 0.25
"""The correlation from which a frame shows the source from there.

When it was set, it was 0.35 and more on 13 photographs that the embedded model drew from farther back or
nearer by, and 0.11 at most where the frames showed another photograph.
"""

CLEARLY = 0.1
"""By how much it must beat that of the source in its own place."""

MOST_LIT = 14.0
"""Levels of 255, in nine tenths of what the source shows, by which the frame is brighter, darker or coloured.

When it was set, it was 11 at most on 20 photographs that the embedded model drew from nearer by, farther back
or the side, and more than this in all but a dark one with a third less blue and a fifth more red.
"""

SEAM = 8
"""Over such a part of the long side the frame passes from the source's levels into its own."""

LEAST_MOVE = 0.05
"""Of the frame that must show what the source does not, or of which it is nearer by: less is no move."""

SIDE = 128
"""Pixels of the long side at which zooms are tried."""


def moved(source: Picture, shown: Picture, frame: Picture) -> Place | None:
    """Where a frame shows the source, if not in its own place; None otherwise.

    `shown` is the source as the clip shows it; frame and `shown` are (height, width, 3) of one size.
    """
    height, width = frame.shape[:2]
    place = found(source, shown, frame)
    if place is None or place.is_its_own:
        place = _straight(shown, frame)
    if place is None or max(place.zoom - 1, 1 - place.inside(height, width).mean()) < LEAST_MOVE:
        return None
    return place


def _straight(shown: Picture, frame: Picture) -> Place | None:
    scale = min(1.0, SIDE / max(frame.shape[:2]))
    height, width = (max(8, round(scale * side)) for side in frame.shape[:2])
    one, other = (contrast(resized(picture, height, width)) for picture in (shown, frame))
    best = max((Place(zoom) for zoom in STRAIGHT), key=lambda place: correlation(one, other, place))
    best = refined(one, other, best, 1.0)
    least = max(LEAST_STRAIGHT, correlation(one, other, Place()) + CLEARLY)
    return replace(best, zoom=float(best.zoom)) if correlation(one, other, best) >= least else None


def levelled(source: Picture, frame: Picture, place: Place) -> Picture | None:
    """The frame with the source's levels around the seam; None where it shows the source in another light."""
    height, width = frame.shape[:2]
    seen = np.asarray(place.inside(height, width), dtype=np.float64)
    own = sampled(resized(source, *_size_of(place, height, width)).astype(np.float64), place, height, width)
    radius = max(1, max(height, width) // SEAM)
    around = _smooth(seen, radius)
    missing = (
        np.stack([_smooth(seen * (own - frame)[..., channel], radius) for channel in range(3)], axis=-1)
        / np.maximum(around, 1e-6)[..., None]
    )
    if np.quantile(np.abs(missing[seen > 0]), 0.9) > MOST_LIT:
        return None
    near = (2.0 * around).clip(0, 1)
    return np.asarray(np.rint(frame + near[..., None] * missing).clip(0, 255), dtype=np.uint8)


def _size_of(place: Place, height: int, width: int) -> tuple[int, int]:
    """Of the source as it stands in the frame."""
    return max(1, round(place.zoom * height)), max(1, round(place.zoom * width))


def _smooth(plane: NDArray[np.floating[Any]], radius: int) -> Plane:
    return blurred(blurred(plane, radius // 2), radius // 2)
