"""Whether drawing the chosen frame again at rest makes it sharper, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...media.pictures import resized
from ...score.sharpness import sharpness
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.refine import Refine
from ...values import Sampling, Step
from ...worlds.tabletop import Episode, judge
from ..results import COUNT, Column, Groups, by_kind, median, share, within
from ..statistics import Difference
from ..task import EditingTask
from ..truth import ERROR, SPILL, SUCCESS, Answer
from .keep import Refused


@dataclass(frozen=True)
class Refined:
    """One edit that chose a frame, without and with its refinement."""

    seed: int
    kind: str
    taken: bool
    """Whether a frame of the still clip was sharper."""
    sharpness: float
    """Over that of the drawn target."""
    sharpness_after: float
    plain: Answer
    refined: Answer


def refined(one: Episode, came: tuple[Sequence[Sequence[Step]], float]) -> Refined | Refused:
    """What is measured of an edit's step, and of the one that refines it, if there is one."""
    ((step, *again),) = came[0]
    if step.choice.index is None:
        return Refused(one.seed, one.kind)
    before, after = (_answer(steps, one) for steps in ([step], [step, *again]))
    judged, target = judge(np.stack([before, after]), one), sharpness(one.target)
    return Refined(
        seed=one.seed,
        kind=one.kind,
        taken=bool(again[0].passed),
        sharpness=sharpness(before) / target,
        sharpness_after=sharpness(after) / target,
        plain=Answer.of(judged, 0),
        refined=Answer.of(judged, 1),
    )


def _answer(steps: Sequence[Step], one: Episode) -> Any:
    last = next(step for step in reversed(steps) if step.passed)
    return resized(last.clip.frames[last.passed[-1]], *one.source.shape[:2])


COLUMNS = (
    COUNT,
    share("taken", "taken", is_brief=True),
    median("sharp", "sharpness", 2),
    median("after", "sharpness_after", 2),
    within("plain", SUCCESS, "success [95 %]"),
    within("refined", SUCCESS, "after [95 %]"),
    within("plain", ERROR, "error"),
    within("refined", ERROR, "after"),
    *(within(way, SPILL, "") for way in ("plain", "refined")),
    Column(
        "",
        "success_difference",
        lambda ones: Difference.of(
            [one.plain.success for one in ones], [one.refined.success for one in ones]
        ),
    ),
)
"""Without and with the refinement; sharpness over that of the drawn target."""


class Refining(EditingTask):
    measure = staticmethod(refined)
    tables = (
        ("Sharpness over the target's, success and median error, without and with refinement", COLUMNS),
    )

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        return [self._refined(self.run(OneShot(), one, ready, (self.plan.seed + number,)), one, ready)]

    def _refined(self, run: Run[Any], one: Episode, sampling: Sampling) -> Run[Any]:
        """A run whose answer is drawn again at the end, as an edit does it."""
        step = yield from last_step(run)
        if step.passed:
            yield (yield from Refine().again(one.source, step, sampling))

    def groups(self, answers: Sequence[Refined | Refused]) -> Groups:
        return by_kind([one for one in answers if isinstance(one, Refined)])


def last_step(run: Run[Any]) -> Run[Step]:
    """Hands on all that a run yields; returns its last step."""
    step, answer = None, None
    with closing(run):
        while True:
            try:
                wanted = run.send(answer)
            except StopIteration:
                assert step is not None
                return step
            step = wanted if isinstance(wanted, Step) else step
            answer = yield wanted
