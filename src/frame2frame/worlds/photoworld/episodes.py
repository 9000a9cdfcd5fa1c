"""An episode of the photograph world, drawn from a seed and one of a folder's photographs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...values import Frames, Picture, whole_number
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
    fades,
)
from ..tabletop.flaws import FLAWS, glitched, shares
from ..tabletop.words import Texts
from .colour_maps import best_map
from .drawing import CAMERA, MOST_BLURRED, SIDE, Shot, Wanted, draw
from .files import Photographs, reduced
from .kinds import GROUPS, KINDS, RIVALS, group_of
from .looks import LOOKS
from .words import draw_texts

SUCCESS_ERRORS = dict(zip(GROUPS, (0.15, 0.25, 0.5), strict=True))
"""A success has less than this share of the source's error, by group, in blocks as `measures.py` says: the
autoencoder's own redraw of a target passes."""

BLIND = "blind"
"""The rival that is what the best single colour map makes of the source, whatever is where in it.

Any such map, fitted to this target or to others, is nearer to this rival than to the target; what shows at
least half of what depends on the scene is nearer to the target."""

LEAST_APART = 1.5
"""By so many of 255 levels the target differs from that rival, as the root of the mean square, where it
counts as one."""

LEAST_CHANGED = 0.1
"""The share of the pixels that an episode changes at least."""

LEAST_CHANGE = 22.0
"""By so many of 255 levels, as the root of the mean square: what is grey cannot become black and white."""

LEAST_SIDE = 96.0
"""Pixels of the photograph that a source shows at least, a side."""

MOST_TRIES = 100


@dataclass(frozen=True)
class PhotographEpisode(Episode):
    """An episode and what it was drawn from."""

    photograph: str
    """The name of the file."""

    @property
    def success_error(self) -> float:
        return SUCCESS_ERRORS[group_of(self.kind)]


@dataclass(frozen=True)
class Plan:
    """An episode before it is drawn."""

    seed: int
    kind: str
    other: str
    """The rival kind."""
    shown: str
    """What the clip shows: the kind, or the other one."""
    shot: Shot
    texts: Texts
    progress: tuple[float, ...]

    def wanted(self, progress: tuple[float, ...] | None = None) -> list[Wanted]:
        """What `drawing.draw` needs for the frames of the clip, or for those of another progress."""
        return [(self.shown, done) for done in progress or self.progress]

    def pictures(self) -> list[Wanted]:
        """What it needs for the target, the half-way state, and the rival's target."""
        return [(self.kind, 1.0), (self.kind, 0.5), (self.other, 1.0)]


def draw_plan(
    draws: Draws, size: tuple[int, int], kind: str, course: str = "whole", frames: int = 17, seed: int = 0
) -> Plan | None:
    """All about an episode of a photograph of this height and width; None where it is too small."""
    other = draws.one_of(RIVALS[kind])
    shot = _shot(draws, size, kind, other, seed)
    texts = draw_texts(draws, kind)
    shown = other if course == "other" else kind
    progress = draw_progress(draws, course, frames)
    return Plan(seed, kind, other, shown, shot, texts, progress) if shot.side >= LEAST_SIDE else None


def _shot(draws: Draws, size: tuple[int, int], kind: str, other: str, seed: int) -> Shot:
    """A square of the photograph from which all that the camera comes to see lies within it."""
    boxes = [Shot(0.0, 0.0, 1.0).box(one, 1.0) for one in (kind, other) if one in CAMERA]
    boxes.append((0.0, 0.0, 1.0))
    left, top = (min(box[axis] for box in boxes) for axis in (0, 1))
    right, low = (max(box[axis] + box[2] for box in boxes) for axis in (0, 1))
    height, width = size
    side = draws.between(0.7, 1.0) * min(width / (right - left), height / (low - top))
    x = draws.unit() * (width - (right - left) * side) - left * side
    y = draws.unit() * (height - (low - top) * side) - top * side
    blur = draws.between(0.7, 1.0) * MOST_BLURRED
    grain = draws.between(0.12, 0.25)
    focus, noise = kind == "focus", kind == "denoise"
    return Shot(x, y, side, blur if focus else 0.0, grain if noise else 0.0, seed)


def episode(
    seed: int, photographs: Photographs, kind: str | None = None, course: str = "whole", frames: int = 17
) -> PhotographEpisode:
    """Draw the episode of a seed from one of the photographs.

    `kind` is one of `KINDS`, drawn when None; `course` is one of the tabletop's courses or flaws. The same
    arguments and files give the same clip. Raises InputError for a value that does not exist, and where none
    of the photographs can show the change.
    """
    seed, frames = whole_number("the seed", seed), whole_number("the number of frames", frames)
    draws = Draws(seed)
    kind = kind or draws.one_of(KINDS)
    _check(kind, course)
    found = _tried(draws, seed, photographs, kind, course, frames)
    if found is None:
        what, remedy = f"no photograph of the folder can show the change {kind!r}", "add others"
        raise InputError(what, got=str(photographs.files[0].parent), remedy=remedy)
    return found


def can_show(photographs: Photographs, kind: str) -> bool:
    """Whether one of the photographs can show the change: what has no leaves has no autumn."""
    return _tried(Draws(0), 0, photographs, kind, "whole", frames=2) is not None


def _tried(
    draws: Draws, seed: int, photographs: Photographs, kind: str, course: str, frames: int
) -> PhotographEpisode | None:
    """None where no photograph could show the change."""
    for _ in range(MOST_TRIES):
        drawn = _drawn(draws, seed, draws.one_of(photographs.files), kind, course, frames)
        if drawn is not None:
            return drawn
    return None


def _check(kind: str, course: str) -> None:
    for what, got, known in (("kind of edit", kind, KINDS), ("course", course, (*COURSES, *FLAWS))):
        if got not in known:
            raise InputError(f"unknown {what}", got=repr(got), remedy="choose one of " + ", ".join(known))


def _drawn(
    draws: Draws, seed: int, file: Path, kind: str, course: str, frames: int
) -> PhotographEpisode | None:
    """None where the pictures do not keep what the course says."""
    photograph = reduced(file)
    height, width = photograph.shape[:2]
    plan = draw_plan(draws, (height, width), kind, "whole" if course in FLAWS else course, frames, seed)
    if plan is None:
        return None
    source, target, half, rival = draw(np, photograph, plan.shot, [(kind, 0.0), *plan.pictures()])
    changed = changed_pixels(source, target) & known(kind)
    if not is_seen(source, target, changed):
        return None
    clip = draw(np, photograph, plan.shot, plan.wanted())
    complete = complete_index(clip, source, target, changed)
    if not _runs_as_asked(course, complete, edit_error(clip[-1], source, target, changed), frames):
        return None
    if course in FLAWS and complete is not None:
        clip = _flawed(draws, photograph, plan, course, clip, complete)
    return PhotographEpisode(
        seed=seed,
        kind=kind,
        source=source,
        target=target,
        frames=clip,
        instruction=plan.texts.instruction,
        temporal_caption=plan.texts.temporal_caption,
        target_caption=plan.texts.target_caption,
        changed=changed,
        progress=plan.progress,
        complete_index=complete,
        rivals=rivals(source, target, half, rival) | blind(kind, source, target),
        things=(),
        photograph=file.name,
    )


def is_seen(source: Picture, target: Picture, changed: NDArray[np.bool_]) -> bool:
    """Whether the edit changes enough of the picture by enough."""
    difference = source[changed].astype(np.float64) - target[changed]
    enough = changed.mean() >= LEAST_CHANGED
    return bool(enough and np.sqrt(np.mean(difference * difference)) >= LEAST_CHANGE)


def known(kind: str) -> NDArray[np.bool_]:
    """(128, 128): what of the target the source shows; the camera uncovers the rest."""
    left, top, side = Shot(0.0, 0.0, 1.0).box(kind, 1.0)
    places = (np.arange(SIDE) + 0.5) / SIDE * side
    return np.asarray(_within(top + places)[:, None] & _within(left + places))


def _within(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (places >= 0.0) & (places <= 1.0)


def rivals(source: Picture, target: Picture, half: Picture, other: Picture) -> dict[str, Picture]:
    """Pictures that are not the answer."""
    return {"half_way": half, "other_value": other} | fades(source, target)


def blind(kind: str, source: Picture, target: Picture) -> dict[str, Picture]:
    """What a filter could do at best, where that can be told from the target."""
    if kind not in LOOKS:
        return {}
    filtered = best_map([(source, target)])(source)
    apart = np.sqrt(np.mean((filtered.astype(np.float64) - target) ** 2))
    return {BLIND: filtered} if apart >= LEAST_APART else {}


def _runs_as_asked(course: str, complete: int | None, last: float, frames: int) -> bool:
    if course in ("never", "other"):
        return complete is None
    if complete is None or (course in FLAWS and complete >= ROOM_FOR_A_FLAW * frames):
        return False
    return (last < COMPLETE_ERROR) == (course != "reverts")


def _flawed(draws: Draws, photograph: Picture, plan: Plan, flaw: str, clip: Frames, complete: int) -> Frames:
    """The clip with a flaw that begins once it is complete, but for flicker."""
    if flaw == "glitch":
        return glitched(draws, clip, complete)
    share = shares(plan.progress)
    if flaw == "overshoot":
        further = draws.between(0.3, 0.6) * share
        overdone = tuple(float(one) for one in np.array(plan.progress) + further)
        return np.asarray(draw(np, photograph, plan.shot, plan.wanted(overdone)))
    if flaw == "camera":
        return _drifting(draws, clip, share)
    return _lit(draws, flaw, clip, share)


def _drifting(draws: Draws, clip: Frames, share: NDArray[np.float64]) -> Frames:
    """The camera comes closer, or slides to a side, at whose edge the picture ends."""
    zoom = draws.between(0.12, 0.3) if draws.chance(0.5) else 0.0
    slide = 0.0 if zoom else draws.one_of((-1.0, 1.0)) * draws.between(0.08, 0.2)
    frames = [
        draw(np, frame, _nearer(zoom * part, slide * part), [("zoom-in", 0.0)])[0]
        for frame, part in zip(clip, share, strict=True)
    ]
    return np.stack(frames)


def _nearer(zoom: float, slide: float) -> Shot:
    """The part of a frame that is left to be seen."""
    return Shot((0.5 * zoom + slide) * SIDE, 0.5 * zoom * SIDE, (1.0 - zoom) * SIDE)


def _lit(draws: Draws, flaw: str, clip: Frames, share: NDArray[np.float64]) -> Frames:
    """The light takes on another colour, or flickers from the second frame on."""
    if flaw == "flicker":
        height = draws.between(0.04, 0.1)
        gains = np.array([1.0] + [1.0 - height * draws.unit() for _ in share[1:]])[:, None] * np.ones(3)
    else:
        aim = np.array([draws.between(0.55, 1.0) for _ in range(3)])
        gains = 1.0 + share[:, None] * (aim - 1.0)
    return np.asarray((clip * gains[:, None, None] + 0.5).clip(0, 255), dtype=np.uint8)
