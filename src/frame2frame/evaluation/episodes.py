"""The held-out episodes that are measured, drawn while the model is at work."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ..worlds.tabletop import COURSES, FIRST_HELD_OUT_SEED, KINDS, Episode, episode

FIRST_SEED = FIRST_HELD_OUT_SEED + 1_000_000
"""The first episode; training, calibration and the trainers' own checks use lower ones."""

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


def drawings(count: int, frames: int = STILL, mixed: bool = False) -> list[Drawing]:
    """Whole edits, kinds balanced.

    Of `mixed` ones each fourth clip never completes, goes back or shows another edit, in all kinds alike.
    """
    courses = [_course(i) if mixed else "whole" for i in range(count)]
    return [Drawing(FIRST_SEED + i, KINDS[i % len(KINDS)], one, frames) for i, one in enumerate(courses)]


def _course(index: int) -> str:
    number, rest = divmod(index, 4)
    return COURSES[1:][(number + number // len(KINDS)) % 3] if rest == 3 else "whole"


def ahead(begun: Iterable[Begun], count: int) -> Iterator[Begun]:
    """The same in order, each handed on when up to `count` more are begun."""
    waiting: deque[Begun] = deque()
    for one in begun:
        waiting.append(one)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def reworded(instruction: str, wording: str, number: int = 0) -> str:
    """The instruction in one of `WORDINGS`, to see what they cost.

    The unknown word, which the tabletop grammar does not have, alternates with `number`: "please" in front of
    all, or "lovely" before the first noun.
    """
    if wording == "capitals":
        return instruction.upper()
    if wording == "full-stop":
        return f"{instruction[:1].upper()}{instruction[1:]}."
    if wording == "unknown-word":
        inside = instruction.replace("the ", "the lovely ", 1)
        return inside if number % 2 and inside != instruction else f"please {instruction}"
    return instruction
