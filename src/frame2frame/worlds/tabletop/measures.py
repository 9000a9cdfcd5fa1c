"""How good an answer is: measures of a picture, or of a clip's frames, against the truth of an episode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...values import Frames, Picture
from .episodes import Episode, changed_pixels

HALF_ERROR = 0.5
"""So much for an edit that is at least half done."""

MARGIN = 3
"""Pixels around the changed ones in which a change is no spill."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The measures of several pictures, one number each."""

    edit_error: NDArray[np.float64]
    """Mean squared error to the target inside the changed pixels, over the unedited source's."""
    success: NDArray[np.bool_]
    """An edit error below the episode's share (0.25 on the tabletop), and nearer to the target than to every
    rival."""
    half: NDArray[np.bool_]
    """An edit error below 0.5."""
    spill: NDArray[np.float64]
    """Squared change more than 3 pixels outside the changed ones, over that of the whole edit."""


def judge(frames: Frames, episode: Episode) -> Judged:
    """Measure each of (frames, height, width, 3), in the episode's size."""
    errors = _squared(frames, episode.target, episode.changed)
    errors /= _squared(episode.source[None], episode.target, episode.changed)
    spilt = _squared(frames, episode.source, ~dilated(episode.changed, MARGIN))
    whole = _squared(episode.target[None], episode.source, np.ones_like(episode.changed))
    return Judged(
        edit_error=errors,
        success=(errors < episode.success_error) & nearest_to_target(frames, episode),
        half=errors < HALF_ERROR,
        spill=spilt / whole,
    )


def success(picture: Picture, episode: Episode) -> bool:
    """Whether the picture shows the edit and nothing that could be taken for it."""
    return bool(judge(picture[None], episode).success[0])


def half(picture: Picture, episode: Episode) -> bool:
    """Whether the picture shows at least half of the edit."""
    return bool(judge(picture[None], episode).half[0])


def spill(picture: Picture, episode: Episode) -> float:
    """How much changed where nothing should."""
    return float(judge(picture[None], episode).spill[0])


def nearest_to_target(frames: Frames, episode: Episode) -> NDArray[np.bool_]:
    """For each frame whether the target is nearer than every rival.

    The distance to a rival is taken over the pixels in which the target or the rival differs from the source.
    """
    flat = frames.reshape(len(frames), -1).astype(np.float64)
    nearest = np.ones(len(frames), dtype=np.bool_)
    for rival in episode.rivals.values():
        where = episode.changed | changed_pixels(episode.source, rival)
        target, other = _masked(episode.target, where), _masked(rival, where)
        # |f - t|² < |f - r|², multiplied out; whole numbers below 2⁵³, so exact.
        nearest &= flat @ (2.0 * (other - target)) < other @ other - target @ target
    return nearest


def dilated(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """The mask grown by so many pixels in all eight directions."""
    rows, columns = mask.shape
    padded = np.pad(mask, pixels)
    shifts = range(2 * pixels + 1)
    tall = np.any([padded[shift : shift + rows] for shift in shifts], axis=0)
    return np.asarray(np.any([tall[:, shift : shift + columns] for shift in shifts], axis=0))


def _squared(frames: Frames, picture: Picture, where: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(frames,): the sum of squared differences to a picture, over the pixels `where`."""
    difference = frames[:, where].astype(np.float64) - picture[where]
    return np.asarray(np.einsum("npc,npc->n", difference, difference))


def _masked(picture: Picture, where: NDArray[np.bool_]) -> NDArray[np.float64]:
    return (picture * where[..., None]).astype(np.float64).ravel()
