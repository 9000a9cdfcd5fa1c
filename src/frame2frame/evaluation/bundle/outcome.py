"""A finished run as what a bundle keeps of it: figures whole, pictures small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...runs.read import Run
from ...runs.record import public
from ...values import Frames, Picture
from .layout import Drawn, Files, Outcome, Shown
from .lossy import picture_bytes, small_clip

FRAMES_SHOWN = 10
"""Spread over the clip; the chosen one and the one that it was held against come besides."""
_KIB = 2**10
SIDE, MOST_BYTES = 768, 160 * _KIB
FRAME_SIDE, MOST_FRAME_BYTES = 1_280, 256 * _KIB
SMALL_SIDE, MOST_SMALL_BYTES = 224, 16 * _KIB
MOST_CLIP_BYTES = 224 * _KIB
"""All together within a mebibyte an edit, so that eight fit an attachment of 8 MiB."""


def outcome_of(run: Run, folder: str, model: str) -> tuple[Outcome, dict[str, bytes]]:
    """What the bundle says of the run, and its files by their names in the archive's `folder`."""
    frames = run.frames()[run.ending]
    outcome = _told(run, frames, model)
    shown = outcome.round.shown
    kept = _Pictures(folder)
    files = Files(
        source=kept.add("source", run.source().picture, SIDE, MOST_BYTES),
        final=kept.add("final", run.image().picture, SIDE, MOST_BYTES),
        frame=kept.add(
            "chosen" if outcome.step.choice.index is not None else "closest",
            frames[shown],
            FRAME_SIDE,
            MOST_FRAME_BYTES,
        ),
        clip=f"{folder}/clip.mp4",
        frames=tuple(
            Shown(index, kept.add(f"frame_{index:03d}", frames[index], SMALL_SIDE, MOST_SMALL_BYTES))
            for index in _spread(len(frames), shown, outcome.step.choice.runner_up)
        ),
    )
    kept.files[files.clip] = small_clip(frames, MOST_CLIP_BYTES)
    return replace(outcome, files=files), kept.files


class _Pictures:
    """The files of an edit as they come."""

    def __init__(self, folder: str) -> None:
        self.folder, self.files = folder, dict[str, bytes]()

    def add(self, name: str, picture: Picture, side: int, most: int) -> str:
        suffix, data = picture_bytes(picture, side, most)
        self.files[f"{self.folder}/{name}.{suffix}"] = data
        return f"{self.folder}/{name}.{suffix}"


def _told(run: Run, frames: Frames, model: str) -> Outcome:
    """All but the files."""
    asked, ran = public(run.record).settings, run.record.execution
    return Outcome(
        settings=replace(asked, model=model, source=replace(asked.source, path=None)),
        drawn=Drawn(frames.shape[1], frames.shape[2], ran.guidance_schedule, ran.dtype),
        caption=run.captions[run.ending],
        step=run.steps[run.ending],
        files=Files("", "", "", "", ()),
        notes=run.notes,
        told=run.told,
    )


def _spread(count: int, *besides: int | None) -> list[int]:
    """Indices from the first to the last frame, and those besides, in order."""
    evenly = np.linspace(0, count - 1, min(count, FRAMES_SHOWN)).round().astype(int).tolist()
    return sorted({*evenly, *(index for index in besides if index is not None)})
