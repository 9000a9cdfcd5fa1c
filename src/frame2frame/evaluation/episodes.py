"""The held-out episodes that are measured, drawn while the model is at work."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import lcm
from typing import TypeVar

from ..worlds import photoworld
from ..worlds.photoworld import PhotographEpisode, Photographs
from ..worlds.tabletop import FIRST_HELD_OUT_SEED, KINDS, Episode, episode

DEVELOPMENT = FIRST_HELD_OUT_SEED + 1_000_000
"""The first episode of the list that decisions go by; training, calibration and the trainers' own checks use
lower ones."""

TEST = 2_000_000_000
"""The first episode of the list that quoted figures come from, which is used once a release."""

LISTS = {"development": DEVELOPMENT, "test": TEST}

STILL = 2
"""Frames to draw when only the pictures before and after are looked at."""

Begun = TypeVar("Begun")


@dataclass(frozen=True)
class Drawing:
    """An episode that is still to be drawn."""

    seed: int
    kind: str
    course: str = "whole"
    frames: int = STILL

    def draw(self) -> Episode:
        return episode(self.seed, self.kind, self.course, self.frames)


@dataclass(frozen=True)
class Photographed(Drawing):
    """The same, from one of a folder's photographs."""

    photographs: Photographs = field(kw_only=True)

    def draw(self) -> PhotographEpisode:
        return photoworld.episode(self.seed, self.photographs, self.kind, self.course, self.frames)


def drawings(
    count: int, frames: int = STILL, turns: Sequence[str] = (), first: int = DEVELOPMENT
) -> list[Drawing]:
    """Whole edits, kinds balanced; with `turns`, two of every five clips run as these say, one after another.

    Every turn meets every kind.
    """
    return [Drawing(first + index, *_kind_and_course(index, turns, KINDS), frames) for index in range(count)]


def photographed(
    shown: Photographs,
    count: int,
    frames: int = STILL,
    turns: Sequence[str] = (),
    first: int = DEVELOPMENT,
) -> list[Drawing]:
    """The same from photographs."""
    kinds = photoworld.KINDS
    return [
        Photographed(first + index, *_kind_and_course(index, turns, kinds), frames, photographs=shown)
        for index in range(count)
    ]


def _kind_and_course(index: int, turns: Sequence[str], kinds: Sequence[str]) -> tuple[str, str]:
    five, place = divmod(index, 5)
    if not turns or place < 3:
        return kinds[(3 * five + place if turns else index) % len(kinds)], "whole"
    number = 2 * five + place - 3
    shift = number // lcm(len(turns), len(kinds))
    return kinds[(number + shift) % len(kinds)], turns[number % len(turns)]


def ahead(begun: Iterable[Begun], count: int) -> Iterator[Begun]:
    """The same in order, each handed on when up to `count` more are begun."""
    waiting: deque[Begun] = deque()
    for one in begun:
        waiting.append(one)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def reworded(instruction: str, wording: str, number: int = 0, things: Sequence[str] = ()) -> str:
    """The instruction in one of `WORDINGS`, to see what they cost.

    The unknown word, which the tabletop grammar does not have, alternates with `number`: "please" in front of
    all, or "lovely" before the first noun. The colour is left out of the name of one of the `things`, such as
    "red ball", if no other is of its shape.
    """
    if wording == "colour-left-out":
        shapes = [name.split()[-1] for name in things]
        for name in things:
            shape = name.split()[-1]
            if shapes.count(shape) == 1:
                instruction = instruction.replace(f"the {name}", f"the {shape}")
        return instruction
    if wording == "capitals":
        return instruction.upper()
    if wording == "full-stop":
        return f"{instruction[:1].upper()}{instruction[1:]}."
    if wording == "unknown-word":
        inside = instruction.replace("the ", "the lovely ", 1)
        return inside if number % 2 and inside != instruction else f"please {instruction}"
    return instruction
