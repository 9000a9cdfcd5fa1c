"""What is picked from: the clip of a drawn edit."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from frame2frame.values import Frames
from frame2frame.worlds.tabletop import Episode, episode

FIRST = 1_000_000_000
FRAMES = 9
HERE: dict[str, Any] = {"encoder": "tabletop", "device": "cpu"}


@lru_cache
def drawn(course: str = "whole", kind: str = "recolour") -> Episode:
    return episode(FIRST, kind, course, FRAMES)


def as_folder(frames: Frames, folder: Path) -> Path:
    folder.mkdir()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"frame_{number}.png")
    return folder
