"""A view from farther back or further to the side, around the source at its own size.

The camera's move leaves alone what the source shows: there its own pixels stand, in their new place. The
frame shows the rest. It is a little brighter or darker than the source, which would show as an edge; so along
the seam it takes on the source's levels, and its own away from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...values import Picture
from ..pictures import resized
from .place import Place, Plane, blurred, contrast, correlation, found, refined, sampled

FARTHER = tuple(float(zoom) for zoom in np.geomspace(0.5, 0.92, 14))
"""Of these zooms one is looked for where the camera may have moved straight back."""

LEAST_FARTHER = 0.25
"""The correlation from which a frame shows the source from so far.

When it was set, it was 0.41 and more on 5 photographs that the embedded model drew from farther
back, and 0.11 at most where the frames showed another photograph.
"""

MOST_LIT = 14.0
"""Levels of 255, in nine tenths of what the source shows, by which the frame is brighter, darker or coloured.

When it was set, it was 11 at most on 12 photographs that the embedded model drew from farther back or the
side, and more than this in all but a dark one with a third less blue and a fifth more red.
"""

SEAM = 8
"""Over such a part of the long side the frame passes from the source's levels into its own."""

LEAST_BEYOND = 0.05
"""Of the frame that must show what the source does not: less is no move that uncovers something."""

SIDE = 128
"""Pixels of the long side at which zooms are tried."""


def uncovering(source: Picture, shown: Picture, frame: Picture) -> Place | None:
    """Where a frame shows the source, if it also shows what lies around it; None otherwise.

    `shown` is the source as the clip shows it; frame and `shown` are (height, width, 3) of one size.
    """
    height, width = frame.shape[:2]
    place = found(source, shown, frame)
    if place is None or place.zoom > 1 or place.is_its_own:
        place = _straight_back(shown, frame)
    if place is None or place.inside(height, width).mean() > 1 - LEAST_BEYOND:
        return None
    return place


def _straight_back(shown: Picture, frame: Picture) -> Place | None:
    scale = min(1.0, SIDE / max(frame.shape[:2]))
    height, width = (max(8, round(scale * side)) for side in frame.shape[:2])
    one, other = (contrast(resized(picture, height, width)) for picture in (shown, frame))
    best = max((Place(zoom) for zoom in FARTHER), key=lambda place: correlation(one, other, place))
    best = refined(one, other, best, 1.0)
    best = replace(best, zoom=float(best.zoom))
    return best if correlation(one, other, best) >= LEAST_FARTHER else None


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
    return blurred(blurred(np.asarray(plane, dtype=np.float64), radius // 2), radius // 2)
