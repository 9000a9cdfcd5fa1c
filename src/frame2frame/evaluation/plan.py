"""What is measured, on which held-out episodes, and how."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import Any

from ..engine.models import catalogue
from ..errors import InputError
from ..strategy.path import Path
from ..worlds.tabletop import COURSES, FIRST_HELD_OUT_SEED, KINDS, Episode, episode
from .wordings import WORDINGS

PARTS = (
    *("edits", "selection", "encoder", "vae", "measure", "judge", "keep", "refine", "path", "energy"),
    *("levers", "presets", "search"),
)
DRAWN_PARTS = ("selection", "encoder", "judge")
"""Those that look at drawn clips and need no video model."""

FIRST_SEED = FIRST_HELD_OUT_SEED + 1_000_000
"""The first benchmark episode; training, calibration and the trainers' own checks use lower ones."""

FRAMES = 17
"""Frames of the clips that are drawn, where no model says otherwise."""

STILL = 2
"""Frames to draw when only the pictures before and after are looked at."""

Report = Callable[[int], None]
"""Called with the number of episodes done so far."""


@dataclass(frozen=True)
class Plan:
    """One run of the benchmark; None leaves a value to the model. Raises InputError, ModelError."""

    part: str = "edits"
    """One of `PARTS`."""
    count: int = 300
    device: str = "auto"
    batch: int = 8
    """Episodes denoised together."""
    model: str | None = None
    encoder: str | None = None
    """A folder or hub id of the image–text encoder; the model's own when None."""
    frames: int | None = None
    steps: int | None = None
    guidance: float | None = None
    caption: str = "temporal"
    select: str = "earliest"
    wording: str = "as-is"
    """One of `WORDINGS`; another than "as-is" is measured beside it, on the same episodes and seeds."""
    seed: int = 0
    """Of the first edit; the next one has the next seed."""
    rounds: int | None = None
    """Of a path."""
    candidates: int | None = None
    """Clips in each round of a path, or seeds of a search."""
    truth_frames: int = FRAMES
    """Frames of the drawn clip that a path's states are compared with."""

    def __post_init__(self) -> None:
        _one_of("part", self.part, PARTS)
        _one_of("wording", self.wording, WORDINGS)
        for name, least in (("count", 1), ("batch", 1), ("truth_frames", 2)):
            if getattr(self, name) < least:
                what = f"the {name.replace('_', ' ')} is at least {least}"
                raise InputError(what, got=str(getattr(self, name)))
        count = self.count * self.path.draws
        nearest = min(max(self.seed, 0), 2**63 - count)
        if self.seed != nearest:
            what = f"the first of {count} seeds is a whole number from 0 to 2^63 - {count}"
            raise InputError(what, got=str(self.seed), remedy=f"the nearest is {nearest}")
        catalogue.find(self.model)  # at once, not after the libraries have loaded

    @property
    def path(self) -> Path:
        """The iterative mode as it is measured."""
        given: dict[str, Any] = {"rounds": self.rounds, "candidates": self.candidates}
        return replace(Path(), **{name: value for name, value in given.items() if value is not None})

    def seeds(self, number: int) -> range:
        """Those of an episode's clips where it has as many as a path draws."""
        first = self.seed + number * self.path.draws
        return range(first, first + self.path.draws)


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


def _one_of(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InputError(f"unknown {name}", got=repr(value), remedy="choose one of " + ", ".join(known))
