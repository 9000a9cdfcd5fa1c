"""Clips made by hand, and the truth about those of the tabletop world."""

from __future__ import annotations

import numpy as np

from frame2frame.values import Clip, Picture
from frame2frame.worlds.tabletop import Episode, edit_error
from frame2frame.worlds.tabletop.episodes import COMPLETE_ERROR


def clip_of(*pictures: Picture) -> Clip:
    """They are its frames, one after the other."""
    return Clip(np.stack(pictures), tuple(range(len(pictures))), seed=0)


def is_edited(picture: Picture, one: Episode) -> bool:
    """Whether it shows the whole edit."""
    return edit_error(picture, one.source, one.target, one.changed) < COMPLETE_ERROR
