"""What is true about a cached clip, as the worlds' own measures ask for it."""

from __future__ import annotations

from typing import Any

import data
import numpy as np
from numpy.typing import NDArray
from presets import FRAMES

from frame2frame.worlds import photoworld, tabletop
from frame2frame.worlds.photoworld import PhotographEpisode
from frame2frame.worlds.photoworld.episodes import blind, known
from frame2frame.worlds.tabletop import Episode, Judged
from frame2frame.worlds.tabletop.episodes import changed_pixels, fades


def episode_of(record: data.Record, pictures: NDArray[np.uint8]) -> Episode:
    """The episode of a cached clip (22, 128, 128, 3), as far as its measures need it."""
    source, target = pictures[0], pictures[FRAMES]
    names = [name for name in record.present if name != "target"]
    rivals = {name: pictures[FRAMES + data.EXTRAS.index(name)] for name in names} | fades(source, target)
    shared: dict[str, Any] = {
        "seed": record.seed,
        "kind": record.kind,
        "source": source,
        "target": target,
        "frames": pictures[:FRAMES],
        "instruction": record.instructions[0],
        "temporal_caption": record.temporal_captions[0],
        "target_caption": record.target_captions[0],
        "progress": (),
        "complete_index": record.complete_index,
        "things": (),
    }
    changed = changed_pixels(source, target)
    if not record.of_photograph:
        return Episode(**shared, changed=changed, rivals=rivals)
    rivals |= blind(record.kind, source, target)
    changed = changed & known(record.kind)
    return PhotographEpisode(**shared, changed=changed, rivals=rivals, photograph="")


def judge(frame: NDArray[np.uint8], episode: Episode) -> Judged:
    """How good one picture is as an answer, by the measure of the episode's world."""
    if isinstance(episode, PhotographEpisode):
        return photoworld.judge(frame[None], episode)
    return tabletop.judge(frame[None], episode)
