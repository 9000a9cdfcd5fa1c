"""The states that a run's steps lead through, from the source to the edit, and the figures of the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np

from ..geometry.measures import measures
from ..media.canvas import Canvas
from ..values import Picture, Step
from .read import ending_of
from .vectors import routed


def ending(steps: Sequence[Step]) -> Step:
    """The step whose chosen frame is the edit."""
    return steps[ending_of(steps)]


@dataclass(frozen=True, eq=False)
class Placed(Sequence[Picture]):
    """Frames in their place in the source; each is made when it is asked for, as all may be too large."""

    source: Canvas
    frames: tuple[Picture | None, ...] = ()
    """None stands for the source itself."""

    def __len__(self) -> int:
        return len(self.frames)

    @overload
    def __getitem__(self, index: int) -> Picture: ...

    @overload
    def __getitem__(self, index: slice) -> Placed: ...

    def __getitem__(self, index: int | slice) -> Picture | Placed:
        if isinstance(index, slice):
            return replace(self, frames=self.frames[index])
        frame = self.frames[index]
        return self.source.picture if frame is None else self.source.placed(frame)


def states(source: Canvas, steps: Sequence[Step]) -> Placed:
    """The source, then every frame that the path goes through."""
    return Placed(source, (None, *(step.clip.frames[index] for step in steps for index in step.passed)))


def route(source: Canvas, steps: Sequence[Step]) -> Placed:
    """The source and the frames of the least-energy route; nothing where no rounds were walked.

    A step of one shot passes through every frame before the chosen one already.
    """
    frames = routed(steps) if all(len(step.passed) <= 1 for step in steps) else ()
    return Placed(source, (None, *frames) if frames else ())


def measured(steps: Sequence[Step]) -> dict[str, float | tuple[float, ...]]:
    """The figures of the path in feature space."""
    passed = [(step.scores, index) for step in steps for index in step.passed]
    start = steps[0].scores
    if start.start is None or start.vectors is None:
        return {}
    rows = [scores.vectors[index] for scores, index in passed if scores.vectors is not None]
    semantic = [start.source["semantic"], *(scores.columns["semantic"][index] for scores, index in passed)]
    through = np.stack([start.start[0], *_passed_through(steps)])
    return vars(measures(np.stack([start.start[0], *rows]), semantic, through))


def _passed_through(steps: Sequence[Step]) -> Iterator[np.ndarray[Any, Any]]:
    """The vectors of all frames on the way: of each kept clip those up to the chosen one.

    Its first frame only shows again where the clip began, unless it is the chosen one.
    """
    for step in steps:
        if step.passed and step.scores.vectors is not None:
            last = step.passed[-1]
            yield from step.scores.vectors[min(1, last) : last + 1]


def seconds_of(steps: Sequence[Step]) -> dict[str, float]:
    """Of each stage, over all rounds."""
    stages = dict.fromkeys(stage for step in steps for stage in step.seconds)
    return {stage: sum(step.seconds.get(stage, 0.0) for step in steps) for stage in stages}
