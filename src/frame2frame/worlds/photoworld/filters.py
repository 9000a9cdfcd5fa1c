"""What a filter can do for a wish that knows nothing of the picture: controls that a model must beat."""

from __future__ import annotations

import numpy as np

from ...values import Picture
from .colour_maps import ColourMap, best_map
from .drawing import CAMERA, SIDE, Shot, draw
from .episodes import episode
from .files import Photographs

EPISODES = 24
"""That a colour map is fitted on."""

FIRST_SEED = 970_000_000
"""Of those; no held-out one."""


def fitted(kind: str, photographs: Photographs) -> ColourMap:
    """The colour map that does best for a kind of edit on these photographs."""
    drawn = (episode(FIRST_SEED + number, photographs, kind, frames=2) for number in range(EPISODES))
    return best_map((one.source, one.target) for one in drawn)


def filled(source: Picture, kind: str, *, mirrored: bool) -> Picture:
    """The source as the camera would see it, beyond its edges mirrored or its edge drawn out.

    Of a kind that does not move the camera it is the source.
    """
    if kind not in CAMERA:
        return source
    margin = SIDE // 2
    wide = np.pad(source, ((margin, margin), (margin, margin), (0, 0)), "symmetric" if mirrored else "edge")
    seen: Picture = draw(np, wide, Shot(margin, margin, SIDE), [(kind, 1.0)])[0]
    return seen
