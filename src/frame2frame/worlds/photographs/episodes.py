"""An episode of the world of photographs, drawn from a seed and a folder's pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...values import Frames, Picture
from ..tabletop.draws import Draws
from ..tabletop.episodes import (
    COMPLETE_ERROR,
    COURSES,
    ROOM_FOR_A_FLAW,
    Episode,
    changed_pixels,
    complete_index,
    draw_progress,
    edit_error,
)
from ..tabletop.flaws import FLAWS, glitched, shares
from .changes import CHANGES, KINDS, View, draw, drifting
from .files import Photographs, reduced

LEAST_CHANGED = 0.15
"""The share of the pixels that an episode changes at least: a grey picture cannot lose its colours."""

MOST_TRIES = 200


def episode(
    seed: int, photographs: Photographs, kind: str | None = None, course: str = "whole", frames: int = 17
) -> Episode:
    """Draw the episode of a seed from one of the photographs.

    `kind` is one of `KINDS`, drawn when None; `course` is one of the tabletop's courses or flaws. The same
    arguments and files give the same clip. Raises InputError for a value that does not exist, and where none
    of the photographs can show the change.
    """
    draws = Draws(seed)
    kind = kind or draws.one_of(KINDS)
    if kind not in KINDS or course not in (*COURSES, *FLAWS):
        known = KINDS if kind not in KINDS else (*COURSES, *FLAWS)
        got = kind if kind not in KINDS else course
        raise InputError(
            "there is no such clip of photographs", got=got, remedy=f"choose of {', '.join(known)}"
        )
    for _ in range(MOST_TRIES):
        file = draws.one_of(photographs.files)
        drawn = _drawn(draws, seed, file, kind, course, frames)
        if drawn is not None:
            return drawn
    what, remedy = f"no photograph of the folder can show the change {kind!r}", "add others"
    raise InputError(what, got=str(photographs.files[0].parent), remedy=remedy)


def _drawn(draws: Draws, seed: int, file: Path, kind: str, course: str, frames: int) -> Episode | None:
    """None where the pictures do not keep what the course says."""
    photograph, change = reduced(file), CHANGES[kind]
    other = draws.one_of([one for one in KINDS if one != kind])
    instruction = draws.one_of(change.instructions)
    progress = draw_progress(draws, "whole" if course in FLAWS else course, frames)
    start, end = View().pack(), change.goal.pack()
    shown = CHANGES[other].goal.pack() if course == "other" else end
    source, target, rival = draw(photograph, np.stack([start, end, CHANGES[other].goal.pack()]))
    changed = changed_pixels(source, target)
    if changed.mean() < LEAST_CHANGED:
        return None
    states = np.stack([(1.0 - p) * start + p * shown for p in progress])
    clip = draw(photograph, states)
    complete = complete_index(clip, source, target, changed)
    if not _runs_as_asked(course, complete, edit_error(clip[-1], source, target, changed), frames):
        return None
    if course in FLAWS and complete is not None:
        clip = _flawed(draws, photograph, states, progress, course, change.goal, complete)
    return Episode(
        seed=seed,
        kind=kind,
        source=source,
        target=target,
        frames=clip,
        instruction=instruction,
        temporal_caption=change.clip,
        target_caption=change.target,
        changed=changed,
        progress=progress,
        complete_index=complete,
        rivals={"source": source, "other_value": rival},
        things=(),
    )


def _runs_as_asked(course: str, complete: int | None, last: float, frames: int) -> bool:
    if course in ("never", "other"):
        return complete is None
    if complete is None or (course in FLAWS and complete >= ROOM_FOR_A_FLAW * frames):
        return False
    return (last < COMPLETE_ERROR) == (course != "reverts")


def _flawed(
    draws: Draws,
    photograph: Picture,
    states: NDArray[np.float64],
    progress: tuple[float, ...],
    flaw: str,
    goal: View,
    complete: int,
) -> Frames:
    if flaw == "glitch":
        return glitched(draws, draw(photograph, states), complete)
    if flaw == "flicker":
        falls = np.array([0.0] + [0.15 * draws.unit() for _ in states[1:]])
        return draw(photograph, states - falls[:, None] * np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]))
    away = drifting(draws, flaw, goal).pack()
    return draw(photograph, states + shares(progress)[:, None] * away)
