"""How good an answer is in the photograph world: by what its wish is about, not by the grain of the picture.

Light, weather, colours and focus are broad, so they are judged on the means of blocks; whether the fine
detail is still there is what the sharpness of an answer says.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...values import Frames
from ..tabletop.measures import Judged
from ..tabletop.measures import judge as judged
from .episodes import PhotographEpisode, known
from .kinds import GROUPS, group_of

BLOCKS = dict(zip(GROUPS, (4, 1, 2), strict=True)) | {"focus": 8, "vivid": 8}
"""Pixels a side of the blocks whose means are judged, by group or by kind: what the finest detail was before
it was blurred no answer can know, and fine detail in vivid colours is where autoencoders are weakest."""


def judge(frames: Frames, episode: PhotographEpisode) -> Judged:
    """Measure each of (frames, 128, 128, 3)."""
    side = BLOCKS.get(episode.kind, BLOCKS[group_of(episode.kind)])
    frames, shown = frames * known(episode.kind)[..., None], _shown(episode)
    if side == 1:
        return judged(frames, shown)
    source, target, *rivals = means(np.stack([shown.source, shown.target, *shown.rivals.values()]), side)
    changed = np.asarray(_blocks(shown.changed[None], side).any(axis=(2, 4)))[0]
    named = dict(zip(shown.rivals, rivals, strict=True))
    return judged(
        means(frames, side),
        replace(shown, source=source, target=target, changed=changed, rivals=named),
    )


def _shown(episode: PhotographEpisode) -> PhotographEpisode:
    """The episode without what the camera uncovers, which is black in all pictures."""
    mask = known(episode.kind)[..., None]
    rivals = {name: picture * mask for name, picture in episode.rivals.items()}
    return replace(episode, source=episode.source * mask, target=episode.target * mask, rivals=rivals)


def uncovered(frames: Frames, episode: PhotographEpisode) -> Frames:
    """The frames with the target where the source shows it, so that only what the camera uncovers differs.

    As they are where it uncovers nothing.
    """
    mask = known(episode.kind)
    return frames if mask.all() else np.where(mask[..., None], episode.target, frames)


def means(frames: Frames, side: int) -> Frames:
    """(frames, height / side, width / side, 3): the rounded means of blocks."""
    return np.asarray(_blocks(frames, side).mean(axis=(2, 4)) + 0.5, dtype=np.uint8)


def _blocks(frames: NDArray[np.generic], side: int) -> NDArray[np.generic]:
    """(frames, rows, side, columns, side, …)."""
    count, height, width, *rest = frames.shape
    return frames.reshape(count, height // side, side, width // side, side, *rest)
