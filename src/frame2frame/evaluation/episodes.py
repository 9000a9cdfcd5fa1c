"""The held-out episodes that are measured, drawn while the model is at work."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from ..worlds.tabletop import COURSES, FIRST_HELD_OUT_SEED, KINDS, Episode, episode
from .plan import FRAMES

FIRST_SEED = FIRST_HELD_OUT_SEED + 1_000_000
"""The first episode; training, calibration and the trainers' own checks use lower ones."""

STILL = 2
"""Frames to draw when only the pictures before and after are looked at."""


@dataclass(frozen=True)
class Drawing:
    """An episode that is still to be drawn."""

    seed: int
    kind: str
    course: str = "whole"
    frames: int = STILL

    def draw(self) -> Episode:
        return episode(self.seed, self.kind, self.course, self.frames)


def drawings(count: int, frames: int = STILL) -> list[Drawing]:
    """Whole edits, kinds balanced."""
    return [Drawing(FIRST_SEED + i, KINDS[i % len(KINDS)], frames=frames) for i in range(count)]


def mixed_drawings(count: int, frames: int = FRAMES) -> list[Drawing]:
    """The same, but each fourth clip never completes, goes back or shows another edit, in all kinds alike."""
    return [
        Drawing(plain.seed, plain.kind, _course(i), frames) for i, plain in enumerate(drawings(count, frames))
    ]


def _course(index: int) -> str:
    number, rest = divmod(index, 4)
    return COURSES[1:][(number + number // len(KINDS)) % 3] if rest == 3 else "whole"


def drawn(wanted: Sequence[Drawing], hands: Executor, ahead: int) -> Iterator[Episode]:
    """The episodes in order, up to `ahead` of them drawn by other hands while the caller is busy.

    With 0 nothing else runs meanwhile, so that what the caller times is its own work.
    """
    waiting: deque[Future[Episode]] = deque()
    for drawing in wanted:
        waiting.append(hands.submit(drawing.draw))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def batches(episodes: Iterator[Episode], size: int) -> Iterator[list[Episode]]:
    """Lists of `size` episodes; the last may be shorter."""
    batch: list[Episode] = []
    for one in episodes:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


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
