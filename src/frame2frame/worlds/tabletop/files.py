"""Episodes as folders of pictures and one JSON file.

<seed>-<kind>-<course>-<frames>/
  source.png  target.png     before and after         changed.png   white where they differ
  frames.png                 the clip, side by side   rival_….png   pictures that are not the answer
  episode.json               the texts and all numbers
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...files.unfinished import unfinished_folder
from .episodes import Episode, episode

MOST_FRAMES = 500
"""Side by side they are 64,000 pixels wide; many programs open no picture over 65,535."""

_NOT_PLAIN = ("source", "target", "frames", "changed", "rivals", "plan")


def write_episodes(
    out: Path, seeds: Iterable[int], kind: str | None = None, course: str = "whole", frames: int = 17
) -> Iterator[Path]:
    """Draw an episode for each seed into its own folder, and yield the folder once it is whole.

    A folder that is there already is left alone: its name says all that determines it.
    Raises InputError as `episode` does and for over `MOST_FRAMES` frames, WriteError.
    """
    if frames > MOST_FRAMES:
        what, remedy = f"a clip has at most {MOST_FRAMES} frames", f"the nearest is {MOST_FRAMES}"
        raise InputError(what, got=str(frames), remedy=remedy)
    for seed in seeds:
        drawn = episode(seed, kind, course, frames)
        folder = out / f"{seed}-{drawn.kind}-{course}-{frames}"
        if not folder.exists():
            _write_whole(folder, drawn, course)
        yield folder


def _write_whole(folder: Path, drawn: Episode, course: str) -> None:
    """Write under another name first, so that a folder of this name is complete."""
    with unfinished_folder(folder.parent) as unfinished:
        _write(unfinished, drawn, course)
        unfinished.rename(folder)


def _write(folder: Path, drawn: Episode, course: str) -> None:
    from PIL import Image

    for name, picture in _pictures(drawn).items():
        Image.fromarray(picture).save(folder / f"{name}.png")
    text = json.dumps(_truth(drawn, course), indent=2)
    (folder / "episode.json").write_text(text + "\n", encoding="utf-8")


def _pictures(drawn: Episode) -> dict[str, NDArray[np.uint8]]:
    rivals = {f"rival_{name}": picture for name, picture in drawn.rivals.items()}
    return {
        "source": drawn.source,
        "target": drawn.target,
        "frames": np.concatenate(list(drawn.frames), axis=1),
        "changed": drawn.changed.astype(np.uint8) * 255,
    } | rivals


def _truth(drawn: Episode, course: str) -> dict[str, Any]:
    plain = {
        field.name: getattr(drawn, field.name) for field in fields(drawn) if field.name not in _NOT_PLAIN
    }
    return plain | {"course": course, "changed_pixels": int(drawn.changed.sum())}
