"""Clips made by hand, and the truth about those of the tabletop world."""

from __future__ import annotations

import numpy as np

from frame2frame.values import Clip, Frames, Picture
from frame2frame.worlds.tabletop import Episode, edit_error, render
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import COMPLETE_ERROR, draw_plan


def clip_of(*pictures: Picture) -> Clip:
    """They are its frames, one after the other."""
    return Clip(np.stack(pictures), tuple(range(len(pictures))), seed=0)


def drawn_frames(seed: int, kind: str, frames: int = 2) -> Frames:
    """Those of an episode and nothing else, in a quarter of its time; two are the source and the target."""
    return render.draw(draw_plan(Draws(seed), kind, frames=frames).states())


def is_edited(picture: Picture, one: Episode) -> bool:
    """Whether it shows the whole edit."""
    return edit_error(picture, one.source, one.target, one.changed) < COMPLETE_ERROR
