"""How an answer looks, besides whether it shows the edit: sharp or blurred, drawn or cross-faded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...score.sharpness import detail
from ...values import Frames
from ...worlds import photoworld
from ...worlds.photoworld import PhotographEpisode
from ...worlds.photoworld.measures import uncovered
from ...worlds.tabletop import Episode, Judged, judge
from . import perceptual

SHARP = 0.7
"""A clean answer has at least this share of the target's sharpness."""

FADE = "fade_75"
"""A clean answer is nearer to the target than this cross-fade of the source with 75 % of the target."""


@dataclass(frozen=True, eq=False)
class Looked(Judged):
    """Pictures that were judged and looked at, a value each."""

    sharpness: NDArray[np.float64]
    """Energy of the Laplacian of luma inside the changed pixels, over the target's."""
    perceptual: NDArray[Any]
    """Distance from the target as a network sees it; None where no network is here. Where the camera uncovers
    something, of that alone."""
    clean: NDArray[Any]
    """Whether it is a success, sharp, and nearer to the target than a cross-fade; None likewise."""


def looked(frames: Frames, one: Episode) -> Looked:
    """Judge each of (frames, height, width, 3), in the episode's size, and look at it."""
    judged = photoworld.judge(frames, one) if isinstance(one, PhotographEpisode) else judge(frames, one)
    sharp = sharpness(frames, one) / sharpness(one.target[None], one)
    unknown = np.full(len(frames), None)
    if (network := perceptual.network()) is None:
        return Looked(**vars(judged), sharpness=sharp, perceptual=unknown, clean=unknown)
    seen = np.concatenate([frames, one.rivals[FADE][None]])
    seen = uncovered(seen, one) if isinstance(one, PhotographEpisode) else seen
    *found, fade = network.distances(seen, one.target)
    clean = judged.success & (sharp >= SHARP) & (np.array(found) < fade)
    return Looked(**vars(judged), sharpness=sharp, perceptual=np.array(found), clean=clean)


def sharpness(frames: Frames, one: Episode) -> NDArray[np.float64]:
    """(frames,): mean square of the Laplacian inside the changed pixels, in squared levels of 255."""
    return np.maximum([detail(frame, one.changed) for frame in frames], 1e-9)
