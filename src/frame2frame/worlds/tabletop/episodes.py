"""An episode: a clip of one edit with everything that is true about it, drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...values import Frames, Picture, whole_number
from .draws import Draws
from .edits import (
    KINDS,
    OF_THINGS,
    Edit,
    another_thing,
    another_value,
    clearly_shown,
    draw_edit,
    go_together,
    sunk,
)
from .flaws import FLAWS, PAST_THE_GOAL, flawed, glitched
from .naming import told_apart
from .scene import Scene, draw_scene
from .words import Texts, draw_texts

COURSES = ("whole", "never", "reverts", "other")
"""How a clip runs: it completes the edit; it stops short; it goes back; it shows another edit."""

CHANGED_LEVEL = 8
"""A pixel is changed when its largest channel difference exceeds this many of 255 levels."""

LEAST_CHANGED = 80
"""An episode changes at least this many pixels."""

COMPLETE_ERROR = 0.05
"""A frame completes the edit when its error inside the changed pixels is below this share of the source's."""

SUCCESS_ERROR = 0.25
"""So much for an answer that counts as a success."""

ROOM_FOR_A_FLAW = 0.7
"""The share of the clip by which an edit is complete whose clip then goes wrong."""


@dataclass(frozen=True)
class Plan:
    """An episode before it is drawn: scenes, words and the progress of each frame."""

    source: Scene
    target: Scene
    shown: Scene
    """The end of the clip's own movement: the target, or another edit's."""
    edit: Edit
    texts: Texts
    progress: tuple[float, ...]
    rivals: Mapping[str, Scene]

    def states(self, progress: Sequence[float] | None = None) -> NDArray[np.float64]:
        """(frames, numbers): what `render.draw` needs for the clip, or for one with another progress."""
        start, end = self.source.pack(), self.shown.pack()
        return np.stack([(1.0 - p) * start + p * end for p in progress or self.progress])


@dataclass(frozen=True)
class Episode:
    """A drawn clip and the truth about it."""

    seed: int
    kind: str
    source: Picture
    target: Picture
    frames: Frames
    instruction: str
    temporal_caption: str
    target_caption: str
    changed: NDArray[np.bool_]
    """(height, width): pixels that differ between source and target, shadows included."""
    progress: tuple[float, ...]
    """How much of the shown edit each frame has done, 0 to 1."""
    complete_index: int | None
    """The first frame that completes the asked edit, or None."""
    rivals: Mapping[str, Picture]
    """Pictures that are not the answer, by name."""
    things: tuple[str, ...]
    """What stands on the table, like "red ball"."""
    plan: Plan | None = field(default=None, kw_only=True)
    """What it was drawn from, where that is one edit of one scene."""

    @property
    def success_error(self) -> float:
        """A success has less than this share of the source's error inside the changed pixels."""
        return SUCCESS_ERROR


def episode(seed: int, kind: str | None = None, course: str = "whole", frames: int = 17) -> Episode:
    """Draw the episode of a seed.

    `seed` is any integer in [0, 2⁶³); those below 1,000,000,000 are for training, the others are
    held out. `kind` is one of `KINDS`, drawn when None. `course` is one of `COURSES` or of `FLAWS`: a whole
    edit in a clip with a flaw. The same arguments give the same bytes on every CPU. Raises InputError for a
    value that does not exist.
    """
    seed, frames = whole_number("the seed", seed), whole_number("the number of frames", frames)
    _check(kind, course, frames)
    draws, flaw = Draws(seed), course if course in FLAWS else None
    course = "whole" if flaw else course
    while True:
        plan = draw_plan(draws, kind, course, frames)
        drawn = _draw(seed, plan)
        if drawn.changed.sum() < LEAST_CHANGED or not _runs_as_asked(drawn, course):
            continue
        if flaw is None:
            return drawn
        if drawn.complete_index is not None and drawn.complete_index < ROOM_FOR_A_FLAW * frames:
            return replace(drawn, frames=_flawed(draws, plan, drawn, flaw, drawn.complete_index))


def _flawed(draws: Draws, plan: Plan, drawn: Episode, flaw: str, complete: int) -> Frames:
    from . import render

    if flaw == "glitch":
        return glitched(draws, drawn.frames, complete)
    return render.draw(flawed(draws, flaw, plan.states(), plan.progress, _further(draws, plan)))


def _further(draws: Draws, plan: Plan) -> NDArray[np.float64]:
    """From the goal past it, or to another one."""
    start, end = plan.source.pack(), plan.target.pack()
    if plan.edit.kind in PAST_THE_GOAL:
        return np.asarray(draws.between(0.25, 0.5) * (end - start))
    return np.asarray(plan.rivals["other_value"].pack() - end)


def _draw(seed: int, plan: Plan) -> Episode:
    from . import render  # Numba loads only when something is drawn

    source, target = render.draw(np.stack([plan.source.pack(), plan.target.pack()]))
    clip = render.draw(plan.states())
    changed = changed_pixels(source, target)
    rivals = {name: render.draw(scene.pack()[None])[0] for name, scene in plan.rivals.items()}
    return Episode(
        seed=seed,
        kind=plan.edit.kind,
        source=source,
        target=target,
        frames=clip,
        instruction=plan.texts.instruction,
        temporal_caption=plan.texts.temporal_caption,
        target_caption=plan.texts.target_caption,
        changed=changed,
        progress=plan.progress,
        complete_index=complete_index(clip, source, target, changed) if changed.any() else None,
        rivals=_simple_rivals(plan, source, target) | rivals,
        things=tuple(thing.name for thing in plan.source.things),
        plan=plan,
    )


def _runs_as_asked(drawn: Episode, course: str) -> bool:
    """Whether the pictures keep what the course says: a thing that sinks may look like one that shrinks."""
    if course in ("never", "other"):
        return drawn.complete_index is None
    last = edit_error(drawn.frames[-1], drawn.source, drawn.target, drawn.changed)
    return drawn.complete_index is not None and (last < COMPLETE_ERROR) == (course == "whole")


def draw_plan(
    draws: Draws,
    kind: str | None = None,
    course: str = "whole",
    frames: int = 17,
    *,
    alike: bool = False,
    edited: bool = False,
) -> Plan:
    """Draw everything about an episode but its pictures; `alike` as for `draw_scene`.

    If it is `edited`, its scene has been changed by another edit before, as on a path.
    Raises InputError as `episode` does.
    """
    _check(kind, course, frames)
    kind = kind or draws.one_of(KINDS)
    while True:
        scene, before = draw_scene(draws, alike=alike), None
        if edited:
            before = draw_edit(draws, scene, draws.one_of(OF_THINGS))
            scene = before.apply(scene)
        edit = draw_edit(draws, scene, kind)
        fits = before is None or (go_together(before, edit) and told_apart(scene))
        if fits and clearly_shown(scene, edit.apply(scene), edit):
            break
    texts = draw_texts(draws, scene, edit)
    rivals = _draw_rivals(draws, scene, edit)
    target = edit.apply(scene)
    shown = draws.one_of(sorted(rivals.items()))[1] if course == "other" else target
    return Plan(scene, target, shown, edit, texts, draw_progress(draws, course, frames), rivals)


def _draw_rivals(draws: Draws, scene: Scene, edit: Edit) -> dict[str, Scene]:
    rivals = {"other_value": another_value(draws, scene, edit).apply(scene)}
    if other_thing := another_thing(draws, scene, edit):
        rivals["other_thing"] = other_thing.apply(scene)
    if edit.subject is not None and edit.kind != "remove":
        rivals["removed"] = scene.with_thing(edit.subject, sunk(scene.things[edit.subject]))
    return rivals


def draw_progress(draws: Draws, course: str, frames: int) -> tuple[float, ...]:
    """The progress of each frame; the movement ends uniformly over 20 to 100 % of the clip."""
    end = draws.between(0.2, 1.0) * (frames - 1)
    peak = draws.between(0.3, 0.65) if course == "never" else 1.0
    turn = draws.between(end, max(end, 0.85 * (frames - 1)))
    back = draws.between(0.0, 0.5)
    rise = [peak * _smooth(i / end) for i in range(frames)]
    if course != "reverts":
        return tuple(rise)
    end, turn = 0.5 * end, 0.5 * turn  # it leaves time to go back
    length = max(0.3 * (frames - 1), 1.0)
    return tuple(
        _smooth(i / end) if i <= turn else 1.0 - (1.0 - back) * _smooth((i - turn) / length)
        for i in range(frames)
    )


def _smooth(t: float) -> float:
    """From 0 at t = 0 to 1 at t = 1 with no jump of speed."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def changed_pixels(source: Picture, target: Picture) -> NDArray[np.bool_]:
    """(height, width): where the largest channel difference exceeds 8 of 255."""
    difference = np.abs(source.astype(np.int16) - target.astype(np.int16)).max(axis=-1)
    return np.asarray(difference > CHANGED_LEVEL)


def edit_error(picture: Picture, source: Picture, target: Picture, changed: NDArray[np.bool_]) -> float:
    """Mean squared error to the target inside `changed`, over that of the unedited source."""
    return _squared(picture, target, changed) / _squared(source, target, changed)


def _squared(a: Picture, b: Picture, where: NDArray[np.bool_]) -> float:
    difference = a[where].astype(np.float64) - b[where].astype(np.float64)
    return float((difference * difference).mean())


def complete_index(
    frames: Frames, source: Picture, target: Picture, changed: NDArray[np.bool_]
) -> int | None:
    """The first frame whose edit error is below 0.05, or None."""
    errors = [edit_error(frame, source, target, changed) for frame in frames]
    return next((i for i, error in enumerate(errors) if error < COMPLETE_ERROR), None)


def _simple_rivals(plan: Plan, source: Picture, target: Picture) -> dict[str, Picture]:
    """The source, cross-fades of it with the target, and the half-way state."""
    from . import render

    half = render.draw(0.5 * (plan.source.pack() + plan.target.pack())[None])[0]
    return {"half_way": half} | fades(source, target)


def fades(source: Picture, target: Picture) -> dict[str, Picture]:
    """The source, and cross-fades of it with the target."""
    return {"source": source} | {f"fade_{p}": _fade(source, target, p / 100) for p in (25, 50, 75)}


def _fade(source: Picture, target: Picture, share: float) -> Picture:
    mixed = (1.0 - share) * source.astype(np.float64) + share * target.astype(np.float64)
    return (mixed + 0.5).astype(np.uint8)


def _check(kind: str | None, course: str, frames: int) -> None:
    if kind is not None and kind not in KINDS:
        raise InputError("unknown kind of edit", got=repr(kind), remedy="choose one of " + ", ".join(KINDS))
    if course not in COURSES and course not in FLAWS:
        remedy = "choose one of " + ", ".join((*COURSES, *FLAWS))
        raise InputError("unknown course", got=repr(course), remedy=remedy)
    least = 3 if course == "reverts" else 2  # it completes the edit and goes back
    if frames < least:
        remedy = "ask for more"
        raise InputError(f"such a clip has at least {least} frames", got=str(frames), remedy=remedy)
