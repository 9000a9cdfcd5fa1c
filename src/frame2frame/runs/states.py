"""The states that a run's steps lead through, from the source to the edit, and the figures of the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..geometry.measures import measures
from ..media.canvas import Canvas
from ..values import Picture, Step
from .read import ending_of
from .vectors import routed


def ending(steps: Sequence[Step]) -> Step:
    """The step whose chosen frame is the edit."""
    return steps[ending_of(steps)]


def states(source: Canvas, steps: Sequence[Step]) -> Iterator[Picture]:
    """The source, then every frame that the path goes through, placed in it."""
    yield source.picture
    for step in steps:
        for index in step.passed:
            yield source.placed(step.clip.frames[index])


def route(source: Canvas, steps: Sequence[Step]) -> Iterator[Picture]:
    """The source and the frames of the least-energy route, placed in it; nothing where no rounds were walked.

    A step of one shot passes through every frame before the chosen one already.
    """
    frames = routed(steps) if all(len(step.passed) <= 1 for step in steps) else ()
    if frames:
        yield source.picture
    for frame in frames:
        yield source.placed(frame)


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
