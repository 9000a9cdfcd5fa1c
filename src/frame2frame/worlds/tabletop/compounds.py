"""Episodes of several clauses, such as "paint the ball red, then lift it": the truth is known after each.

A clause edits the scene that those before it have left. Clauses that undo, hide or contradict each other are
not drawn together, and the light and the camera change last, if they do: all pictures to edit are of the day
and from the front.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...values import Picture, whole_number
from .draws import Draws
from .edits import (
    KINDS,
    WHOLE_SCENE,
    Edit,
    another_thing,
    another_value,
    clearly_shown,
    draw_edit,
    go_together,
)
from .episodes import LEAST_CHANGED, Episode, changed_pixels, complete_index, draw_progress, fades
from .scene import Scene, draw_scene
from .wide import WIDE, draw_several
from .words import Texts, check_wording, draw_texts

MOST_CLAUSES = 3

JOINTS = (", then ", " and then ", "; then ", ". Then ", ", after that ", ". ")
"""What stands between two clauses."""


@dataclass(frozen=True)
class Compound(Episode):
    """A drawn episode of several clauses: `target` is the truth after the last, `frames` all of the way."""

    clauses: tuple[Texts, ...]
    """The texts of each, with the names of things as the clauses before have left them."""
    kinds: tuple[str, ...]
    truths: tuple[Picture, ...]
    """The picture after each clause."""


def compound(
    seed: int, count: int, first: str | None = None, frames: int = 17, wording: str = "plain"
) -> Compound:
    """Draw the episode of a seed with so many clauses, 2 or 3; `frames` are drawn for each of them.

    `first` is the kind of the first clause, drawn when None. The `wording` of the whole wish is one of
    `words.WORDINGS`; each clause's own texts stay plain, and the pictures are the same. The same arguments
    give the same bytes on every CPU. Raises InputError for a value that does not exist.
    """
    draws = Draws(whole_number("the seed", seed))
    if not 2 <= count <= MOST_CLAUSES:
        remedy = f"ask for 2 to {MOST_CLAUSES}"
        raise InputError("no such number of clauses", got=str(count), remedy=remedy)
    if first is not None and (first not in KINDS or first in WHOLE_SCENE):
        raise InputError("no first clause is of this kind", got=repr(first), remedy="choose that of a thing")
    check_wording(wording)
    while True:
        plan = _plan(draws, count, first, frames)
        if plan is not None and (drawn := _drawn(seed, plan)) is not None:
            break
    if wording == "plain":
        return drawn
    return replace(drawn, instruction=draw_several(Draws(WIDE + seed), plan.scenes, plan.edits))


@dataclass(frozen=True)
class _Plan:
    scenes: tuple[Scene, ...]
    """The source, and the scene after each clause."""
    edits: tuple[Edit, ...]
    texts: tuple[Texts, ...]
    instruction: str
    progress: tuple[tuple[float, ...], ...]
    """Of the frames of each clause."""
    rivals: Mapping[str, Scene]


def _plan(draws: Draws, count: int, first: str | None, frames: int) -> _Plan | None:
    """None where the draws lead to no such episode."""
    scenes, edits = [draw_scene(draws)], list[Edit]()
    for _ in range(count):
        edit = _next(draws, scenes[-1], edits, first)
        if edit is None:
            return None
        edits.append(edit)
        scenes.append(edit.apply(scenes[-1]))
    if not all(clearly_shown(scenes[0], scenes[-1], replace(edit, kind="")) for edit in edits):
        return None
    texts = tuple(draw_texts(draws, scene, edit) for scene, edit in zip(scenes, edits, strict=False))
    progress = tuple(draw_progress(draws, "whole", frames) for _ in edits)
    rivals = dict(_rivals(draws, scenes, edits))
    return _Plan(tuple(scenes), tuple(edits), texts, _joined(draws, scenes, edits, texts), progress, rivals)


def _next(draws: Draws, scene: Scene, before: Sequence[Edit], first: str | None) -> Edit | None:
    """A clause that goes with those before it."""
    kind = first if first and not before else draws.one_of(KINDS)
    edit = draw_edit(draws, scene, kind)
    if before and edit.subject is not None and before[-1].subject is not None and draws.chance(0.5):
        edit = draw_edit(draws, scene, kind, before[-1].subject)
    changed = edit.apply(scene)
    fits = all(go_together(one, edit) for one in before) and changed != scene
    return edit if fits and clearly_shown(scene, changed, edit) else None


def _rivals(draws: Draws, scenes: Sequence[Scene], edits: Sequence[Edit]) -> Iterator[tuple[str, Scene]]:
    """What a path may take for the whole: a clause left out, or another one in its place."""
    for place, edit in enumerate(edits):
        others: dict[str, Edit | None] = {
            "without": None,
            "other_value": another_value(draws, scenes[place], edit),
            "other_thing": another_thing(draws, scenes[place], edit),
        }
        for name, other in others.items():
            if name == "without" or other is not None:
                scene = scenes[place] if other is None else other.apply(scenes[place])
                for later in edits[place + 1 :]:
                    scene = later.apply(scene)
                yield f"{name}_{place + 1}", scene
    for place, scene in enumerate(scenes[1:-2], 1):
        yield f"after_{place}", scene


def _joined(draws: Draws, scenes: Sequence[Scene], edits: Sequence[Edit], texts: Sequence[Texts]) -> str:
    """The whole wish, in which the thing of the clause before is "it"."""
    wish = texts[0].instruction
    for place in range(1, len(edits)):
        own, subject = texts[place].instruction, edits[place].subject
        if subject is not None and subject == edits[place - 1].subject:
            own = own.replace(f"the {scenes[place].things[subject].name}", "it")
        joint = draws.one_of(JOINTS)
        wish += joint + (own[:1].upper() + own[1:] if joint == ". " else own)
    return wish


def _drawn(seed: int, plan: _Plan) -> Compound | None:
    """None where a clause changes too little, or the whole is hardly another picture than a rival."""
    from . import render  # Numba loads only when something is drawn

    source, *truths = render.draw(np.stack([scene.pack() for scene in plan.scenes]))
    rivals = {name: render.draw(scene.pack()[None])[0] for name, scene in plan.rivals.items()}
    target, left_out = truths[-1], [one for name, one in rivals.items() if not name.startswith("other")]
    pairs = [*zip([source, *truths], truths, strict=False), *((one, target) for one in [source, *left_out])]
    if any(changed_pixels(*pair).sum() < LEAST_CHANGED for pair in pairs):
        return None
    clip, changed = render.draw(_states(plan)), changed_pixels(source, target)
    return Compound(
        seed=seed,
        kind=", ".join(edit.kind for edit in plan.edits),
        source=source,
        target=target,
        frames=clip,
        instruction=plan.instruction,
        temporal_caption=", then ".join(text.temporal_caption for text in plan.texts),
        target_caption=" and ".join(text.target_caption for text in plan.texts),
        changed=changed,
        progress=tuple(np.linspace(0.0, 1.0, len(clip)).tolist()),
        complete_index=complete_index(clip, source, target, changed),
        rivals=fades(source, target) | rivals,
        things=tuple(thing.name for thing in plan.scenes[0].things),
        clauses=plan.texts,
        kinds=tuple(edit.kind for edit in plan.edits),
        truths=tuple(truths),
    )


def _states(plan: _Plan) -> NDArray[np.float64]:
    """(frames, numbers) of the way through all scenes."""
    ways = zip(plan.scenes, plan.scenes[1:], plan.progress, strict=False)
    return np.stack([(1.0 - p) * a.pack() + p * b.pack() for a, b, progress in ways for p in progress])
