"""Generated clips of instructions that cannot be carried out, where "none" is always the right answer.

A third speak of a thing that has neither the colour nor the shape of any in the picture, a third of one that
shares one of the two, and a third wish of the sky, the floor or the camera what only a thing can do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import cycle
from typing import Any

from ...strategy.executor import Run
from ...values import Step
from ...worlds.tabletop import KINDS, Episode
from ...worlds.tabletop.draws import Draws
from ...worlds.tabletop.edits import WHOLE_SCENE
from ...worlds.tabletop.scene import COLOURS, SHAPES
from ...worlds.tabletop.words import draw_wish
from ..episodes import Drawing
from ..results.columns import COUNT, Case, Groups, Row, grouped, share
from .edits import told
from .task import Batch, EditingTask

ABSENT = {"neither colour nor shape is there": 0, "one of the two is there": 1}
"""How many of a thing's two words fit things of the picture."""

NO_THING = "of no thing"
SORTS = (*ABSENT, NO_THING)

WORDS = ("sky", "floor", "light", "camera", "air", "night")
"""What is no thing."""

OF_THINGS = tuple(kind for kind in KINDS if kind not in WHOLE_SCENE)

TO_NO_THING = tuple(kind for kind in OF_THINGS if kind in ("recolour", "morph", "stripes", "squash", "float"))
"""The others could be meant for the camera or the light: "bring the camera closer", "remove the light"."""

CONTROLS = (("always", True), ("never", False))

APART = 2**62
"""Added to an episode's seed, for draws that have nothing to do with its picture."""


def sort_of(number: int) -> str:
    """Of an episode; every sort meets every kind."""
    return SORTS[(number + number // len(OF_THINGS)) % len(SORTS)]


def impossible(one: Episode, sort: str) -> str:
    """An instruction of this sort, which never contradicts itself ("turn the cube into a cube")."""
    draws = Draws(APART + one.seed)
    name = draws.one_of(WORDS if sort == NO_THING else absent(one.things, ABSENT[sort]))
    kind = draws.one_of(TO_NO_THING) if sort == NO_THING else one.kind
    values = SHAPES if kind == "morph" else tuple(COLOURS)
    value = draws.one_of([value for value in values if value not in name.split()])
    return draw_wish(draws, kind, f"the {name}", value)


def absent(things: Sequence[str], shared: int) -> list[str]:
    """The names of things that are not there, with so many of their words in the names of those that are."""
    there = {word for name in things for word in name.split()}
    names = [f"{colour} {shape}" for colour in COLOURS for shape in SHAPES]
    return [name for name in names if name not in things and len(there & set(name.split())) == shared]


@dataclass(frozen=True)
class Asked(Case):
    """One instruction that cannot be carried out, and what was answered."""

    sort: str
    instruction: str
    is_none: bool
    found: Row
    """What the answer went by."""


def asked(one: Episode, came: tuple[str, str, Sequence[Sequence[Step]]]) -> Asked:
    sort, instruction, ((step,),) = came
    return Asked(one.seed, one.kind, sort, instruction, step.choice.index is None, told(step))


class Impossible(EditingTask):
    """One shot each."""

    measure = staticmethod(asked)
    tables = (("Instructions that cannot be carried out", (COUNT, share("none [95 %]", "none", "is_none"))),)

    def drawings(self) -> Sequence[Drawing]:
        kinds, first = cycle(OF_THINGS), self.plan.first
        return [Drawing(first + i, kind) for i, kind in zip(range(self.plan.count), kinds, strict=False)]

    def runs(self, one: Episode, number: int) -> Sequence[Run[Any]]:
        return super().runs(replace(one, instruction=impossible(one, sort_of(number))), number)

    def look(self, batch: Batch) -> Iterable[tuple[str, str, Sequence[Sequence[Step]]]]:
        sorts = [sort_of(number) for number, _ in batch.numbered]
        instructions = map(impossible, batch.episodes, sorts)
        return zip(sorts, instructions, super().look(batch), strict=True)

    def groups(self, answers: Sequence[Asked]) -> Groups:
        controls = {
            f"{word} none": [replace(one, is_none=none) for one in answers] for word, none in CONTROLS
        }
        return {"all": answers, **grouped(answers, "sort", SORTS), **controls}

    def rows(self, answers: Sequence[Asked]) -> Iterable[Row]:
        for one in answers:
            yield {name: value for name, value in asdict(one).items() if name != "found"} | one.found
