"""The frames of a run exactly as they were drawn, from which another one can be chosen later.

clip.mp4 is for looking at: its colours are within a few levels. These are H.264 without loss, a file for each
clip, and `--save` says of which clips.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError, meant
from ..media.video import lossless_bytes, read_clip
from ..plugins.asking import wish
from ..values import Frames, Step

TAKEN = "frames_{:02d}.mkv"
"""The clip that a round was chosen from, by the round's number."""
OTHER = "frames_{:02d}_{:02d}.mkv"
"""Another candidate of the round, numbered from 1 as in scores.json."""

RESULT, CLIP, ALL = "result", "clip", "all"
SAVES = (RESULT, CLIP, ALL)
"""Whether no clip, those that were chosen from, or all candidates are kept without loss."""


def check_save(save: object) -> None:
    """Raise InputError for another value of `--save`."""
    if save not in SAVES:
        remedy = meant(str(save), SAVES)
        raise InputError("there is no such choice of what to save", got=repr(save), remedy=remedy)


def save_wish() -> Any:
    """The field of which clips are kept without loss."""
    told = "Clips to keep without loss, for `f2f reselect`: result (none), clip (the one taken) or all."
    return wish(CLIP, told, names=lambda: SAVES, recorded=False)


def files(steps: Sequence[Step], save: str) -> Iterator[tuple[str, Frames]]:
    """The name and the frames of each file that is to be kept."""
    for number, step in enumerate(steps):
        if save != RESULT:
            yield TAKEN.format(number), step.clip.frames
        for candidate, take in enumerate(step.others if save == ALL else (), 1):
            yield OTHER.format(number, candidate), take.clip.frames


def write_frames(folder: Path, steps: Sequence[Step], save: str) -> None:
    """Keep what `save` says; raises OSError."""
    for name, frames in files(steps, save):
        (folder / name).write_bytes(lossless_bytes(frames))


def read_frames(path: Path, count: int) -> Frames | None:
    """(frames, height, width, 3) as drawn; None where they were not kept.

    Raises InputError for a file that holds another number of frames.
    """
    if not path.is_file():
        return None
    frames = read_clip(path, most=count + 1)
    if len(frames) != count:
        what = f"the frames in {path.name} are not of this run"
        raise InputError(what, got=f"{len(frames)} frames for {count}", remedy="run it again")
    return frames
