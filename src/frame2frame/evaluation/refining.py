"""Part "refine": whether drawing the chosen frame again at rest makes it sharper, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ..media.pictures import resized
from ..plugins.stages import Stages
from ..score.sharpness import sharpness
from ..strategy.executor import singly
from ..strategy.refine import Refine
from ..values import Choice, Clip, Picture, Sampling, Step
from ..worlds.tabletop import KINDS, Episode, judge
from .crew import crew
from .found import Found, Table
from .keep import Refused
from .making import Made, Wish, make, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .shares import Difference, Share


@dataclass(frozen=True)
class Refined:
    """One edit that chose a frame, without and with its refinement."""

    seed: int
    kind: str
    taken: bool
    """Whether a frame of the still clip was sharper."""
    sharpness: tuple[float, float]
    """Over that of the drawn target."""
    success: tuple[bool, bool]
    edit_error: tuple[float, float]
    spill: tuple[float, float]


def run(plan: Plan, report: Report) -> Found:
    """Make all edits and refine each."""
    stages = stages_of(plan)
    outcomes: list[Refined | Refused] = []
    done = 0
    with crew(plan) as hands:
        for batch in batches(drawn(drawings(plan.count), hands, 0), plan.batch):
            sampling = stages.generator.sampling(batch[0].source, plan.frames, plan.steps, plan.guidance)
            outcomes += _outcomes(stages, sampling, batch, plan.seed + done, hands)
            done += len(batch)
            report(done)
    return _found(outcomes)


def _outcomes(
    stages: Stages, sampling: Sampling, batch: Sequence[Episode], seed: int, hands: Executor
) -> Iterator[Refined | Refused]:
    wishes = [Wish(one.source, one.instruction, seed + i) for i, one in enumerate(batch)]
    for one, wish, made in zip(batch, wishes, make(stages, sampling, wishes, hands), strict=True):
        if made.index is None:
            yield Refused(one.seed, one.kind)
        else:
            yield _outcome(one, made, made.index, _refined(stages, sampling, one.source, made, wish.seed))


def _refined(stages: Stages, sampling: Sampling, source: Picture, made: Made, seed: int) -> Step:
    clip = Clip(made.frames, tuple(range(len(made.frames))), seed)
    chosen = Choice(made.index, "chosen")
    passed = () if made.index is None else (made.index,)
    step = Step(made.caption, clip, made.scores, chosen, passed=passed)
    events = singly(Refine().again(source, step, sampling), stages)
    while True:
        try:
            next(events)
        except StopIteration as end:
            again: Step = end.value
            return again


def _outcome(one: Episode, made: Made, index: int, step: Step) -> Refined:
    before = made.frames[index]
    after = resized(step.clip.frames[step.passed[-1]], *before.shape[:2]) if step.passed else before
    judged, target = judge(np.stack([before, after]), one), sharpness(one.target)
    return Refined(
        seed=one.seed,
        kind=one.kind,
        taken=bool(step.passed),
        sharpness=(sharpness(before) / target, sharpness(after) / target),
        success=(bool(judged.success[0]), bool(judged.success[1])),
        edit_error=(float(judged.edit_error[0]), float(judged.edit_error[1])),
        spill=(float(judged.spill[0]), float(judged.spill[1])),
    )


def _found(every: Sequence[Refined | Refused]) -> Found:
    outcomes = [one for one in every if isinstance(one, Refined)]
    kinds = {kind: [one for one in outcomes if one.kind == kind] for kind in KINDS}
    groups = {name: ones for name, ones in ({"all": outcomes} | kinds).items() if ones}
    header = ("kind", "n", "taken", "sharp", "after", "success [95 %]", "after [95 %]", "error", "after")
    rows = tuple(_line(name, ones) for name, ones in groups.items())
    title = "Refinement: sharpness over the target's, success, median error, without and with it"
    return Found(
        figures={"groups": {name: _figures(ones) for name, ones in groups.items()}},
        rows=[vars(one) for one in every],
        tables=(Table(title, header, rows),),
    )


def _figures(ones: Sequence[Refined]) -> dict[str, object]:
    return {
        "taken": Share.of(one.taken for one in ones).as_json(),
        "success_difference": Difference.of(*([one.success[i] for one in ones] for i in (0, 1))).as_json(),
        **{
            way: {
                "sharpness": float(np.median([one.sharpness[i] for one in ones])),
                "success": Share.of(one.success[i] for one in ones).as_json(),
                "edit_error": float(np.median([one.edit_error[i] for one in ones])),
                "spill": float(np.median([one.spill[i] for one in ones])),
            }
            for i, way in enumerate(("without", "with"))
        },
    }


def _line(name: str, ones: Sequence[Refined]) -> tuple[str, ...]:
    cells = [name, str(len(ones)), f"{100 * np.mean([one.taken for one in ones]):.0f} %"]
    cells += [f"{np.median([one.sharpness[way] for one in ones]):.2f}" for way in (0, 1)]
    cells += [str(Share.of(one.success[way] for one in ones)) for way in (0, 1)]
    cells += [f"{np.median([one.edit_error[way] for one in ones]):.3f}" for way in (0, 1)]
    return tuple(cells)
