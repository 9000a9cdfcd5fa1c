"""The kinds of edit: what each asks for, and the state that it ends in.

Every kind ends in an absolute state that its words name, so the same source and the same words always
have the same target. Each kind also knows a rival value: another end that a careless model could take for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .draws import Draws
from .scene import (
    CLOSE,
    COLOURS,
    DISTANT,
    HALF_VIEW,
    LARGE,
    NIGHT,
    SHAPES,
    SIDE,
    SMALL,
    SUNSET,
    Scene,
    Thing,
    depth,
    half_width,
    radius,
)

FRONT_ROW, BACK_ROW = -0.9, 2.1
"""Where the front and the back row stand, in floor units along z."""

FLAT, TALL = 0.4, 1.5
"""A flattened thing's height over its own, and a rival's."""

WHOLE_SCENE = ("night", "zoom", "orbit")
"""Kinds that change the whole picture and name no thing."""


@dataclass(frozen=True)
class Edit:
    """One wish: the kind, the thing meant (its index; None for the whole scene) and the value asked for."""

    kind: str
    subject: int | None
    value: str = ""

    def apply(self, scene: Scene) -> Scene:
        """The scene in which this edit is complete."""
        if self.subject is None:
            return _SCENE_EDITS[self.kind](scene, self.value)
        thing = _THING_EDITS[self.kind](scene.things[self.subject], self.value)
        return scene.with_thing(self.subject, thing)


def edge(thing: Thing, side: str) -> Thing:
    """The thing at the picture's left or right edge, at the depth that it has."""
    reach = 0.96 * half_width(thing) - radius(thing)
    return replace(thing, x=-reach if side == "left" else reach)


def row(thing: Thing, z: float) -> Thing:
    """The thing in another row, in the same column of the picture."""
    moved = replace(thing, z=z)
    return replace(moved, x=thing.x * depth(moved) / depth(thing))


def striped(thing: Thing, *, upright: bool) -> Thing:
    return replace(thing, upright_stripes=1.0) if upright else replace(thing, stripes=1.0)


def sunk(thing: Thing) -> Thing:
    """The thing wholly below the floor."""
    return replace(thing, sunk=1.0)


_THING_EDITS: dict[str, Callable[[Thing, str], Thing]] = {
    "recolour": lambda thing, colour: replace(thing, colour=colour),
    "left": lambda thing, side: edge(thing, side),
    "right": lambda thing, side: edge(thing, side),
    "closer": lambda thing, place: row(thing, FRONT_ROW if place == "front" else BACK_ROW),
    "away": lambda thing, place: row(thing, FRONT_ROW if place == "front" else BACK_ROW),
    "float": lambda thing, heights: replace(thing, lift=thing.size * (1.0 if heights == "one" else 0.45)),
    "grow": lambda thing, size: replace(thing, size=LARGE if size == "large" else SMALL),
    "shrink": lambda thing, size: replace(thing, size=LARGE if size == "large" else SMALL),
    "remove": lambda thing, way: sunk(thing) if way == "gone" else replace(thing, size=SMALL),
    "morph": lambda thing, shape: replace(thing, shape=shape),
    "stripes": lambda thing, way: striped(thing, upright=way == "upright"),
    "squash": lambda thing, way: replace(thing, flat=FLAT if way == "flat" else TALL),
}
_SCENE_EDITS: dict[str, Callable[[Scene, str], Scene]] = {
    "night": lambda scene, light: replace(scene, light=NIGHT if light == "night" else SUNSET),
    "zoom": lambda scene, where: replace(scene, distance=CLOSE if where == "close" else DISTANT),
    "orbit": lambda scene, side: replace(scene, side=-SIDE if side == "left" else SIDE),
}
_OPPOSITE = {
    "left": ("left", "right"),
    "right": ("right", "left"),
    "closer": ("front", "back"),
    "away": ("back", "front"),
    "float": ("one", "half"),
    "grow": ("large", "small"),
    "shrink": ("small", "large"),
    "remove": ("gone", "small"),
    "stripes": ("striped", "upright"),
    "squash": ("flat", "tall"),
    "night": ("night", "sunset"),
    "zoom": ("close", "distant"),
}

OF_THINGS = tuple(_THING_EDITS)
"""The kinds that change one thing."""

KINDS = (*OF_THINGS, *_SCENE_EDITS)
"""The fifteen kinds of edit."""


OF_ONE_SORT = (
    ("left", "right"),
    ("closer", "away"),
    ("grow", "shrink", "squash"),
    ("recolour",),
    ("stripes",),
    ("float",),
    ("morph",),
)
"""Of one thing at most one edit of a sort is asked for."""

PLACES = ("left", "right", "closer", "away")
"""Kinds whose words name a place in the picture, which the camera would change."""


def draw_edit(draws: Draws, scene: Scene, kind: str, subject: int | None = None) -> Edit:
    """A wish of this kind for the scene; of this thing, or of one that is drawn."""
    if subject is None and kind not in WHOLE_SCENE:
        subject = draws.below(len(scene.things))
    return Edit(kind, subject, draws.one_of(_values(scene, kind, subject)))


def another_value(draws: Draws, scene: Scene, edit: Edit) -> Edit:
    """The same wish with another value."""
    rivals = [value for value in _values(scene, edit.kind, edit.subject, rivals=True) if value != edit.value]
    return replace(edit, value=draws.one_of(rivals))


def another_thing(draws: Draws, scene: Scene, edit: Edit) -> Edit | None:
    """The same wish for another thing, or None when there is none that it would change."""
    others = [i for i in range(len(scene.things)) if i != edit.subject and edit.subject is not None]
    changed = [i for i in others if replace(edit, subject=i).apply(scene) != scene]
    return replace(edit, subject=draws.one_of(changed)) if changed else None


def go_together(before: Edit, edit: Edit) -> bool:
    """Whether an edit neither undoes, hides nor contradicts one before it."""
    if before.kind in WHOLE_SCENE:
        return False
    if edit.kind in ("zoom", "orbit"):
        return before.kind not in PLACES
    if before.subject != edit.subject or edit.kind in WHOLE_SCENE:
        return True
    kinds = {before.kind, edit.kind}
    return "remove" not in kinds and not any(kinds <= set(sort) for sort in OF_ONE_SORT)


def _values(scene: Scene, kind: str, subject: int | None, *, rivals: bool = False) -> list[str]:
    if kind == "orbit":
        return ["left", "right"]
    if kind == "recolour":
        return [colour for colour in COLOURS if colour not in {thing.colour for thing in scene.things}]
    if kind == "morph" and subject is not None:
        return [shape for shape in SHAPES if shape != scene.things[subject].shape]
    return list(_OPPOSITE[kind]) if rivals else [_OPPOSITE[kind][0]]


def clearly_shown(scene: Scene, target: Scene, edit: Edit) -> bool:
    """Whether the edited thing is in full view, before and after, and not hidden by another one."""
    if edit.subject is None:
        return True
    thing = target.things[edit.subject]
    others = [other for i, other in enumerate(target.things) if i != edit.subject]
    far_enough = edit.kind not in ("left", "right") or abs(thing.x - scene.things[edit.subject].x) > 0.7
    return far_enough and _clear(thing, others)


def _clear(thing: Thing, others: list[Thing]) -> bool:
    if abs(thing.x) + 0.9 * radius(thing) > HALF_VIEW * depth(thing):
        return False
    reach = radius(thing) / depth(thing)
    return all(
        abs(thing.x / depth(thing) - other.x / depth(other)) > 0.7 * (reach + radius(other) / depth(other))
        and (abs(thing.x - other.x) > radius(thing) + radius(other) or abs(thing.z - other.z) > 0.9)
        for other in others
    )
