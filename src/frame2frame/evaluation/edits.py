"""Part "edits": whole edits of held-out scenes, and the answers that a model must beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..plugins.stages import Stages
from ..values import Sampling
from ..worlds.tabletop import KINDS, Episode, Judged, judge
from ..worlds.tabletop.draws import Draws
from .crew import ahead, crew
from .found import Found, Row, Table
from .making import Made, Wish, make, ready, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .shares import Difference, Share
from .stopping import stoppable
from .wordings import reworded

CONTROL_SEED = 1
"""Of the control that answers a random frame."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One edit and how good every frame of its clip would have been."""

    episode_seed: int
    kind: str
    instruction: str
    made: Made
    frames: Judged
    copy: Judged
    """The unedited source as an answer."""

    def answer(self, index: int | None) -> Answer:
        """How good it is to answer this frame, or the source."""
        judged, at = (self.copy, 0) if index is None else (self.frames, index)
        return Answer(
            float(judged.edit_error[at]),
            bool(judged.success[at]),
            bool(judged.half[at]),
            float(judged.spill[at]),
        )

    @property
    def chosen(self) -> Answer:
        return self.answer(self.made.index)


@dataclass(frozen=True)
class Answer:
    """The measures of one picture."""

    edit_error: float
    success: bool
    half: bool
    spill: float


def run(plan: Plan, report: Report) -> Found:
    """Make all edits, in each wording if another than "as-is" is asked for."""
    stages = stages_of(plan)
    wordings = list(dict.fromkeys(["as-is", plan.wording]))
    finished: list[dict[str, list[Outcome]]] = []
    sampling, done = None, 0
    with stoppable() as stop, crew(plan) as hands:
        for batch in batches(drawn(drawings(plan.count), hands, ahead(plan)), plan.batch):
            sampling = sampling or ready(stages, batch[0].source, plan, hands)
            made = partial(_outcomes, stages, sampling, batch, plan, hands, done)
            finished.append({wording: made(wording) for wording in wordings})
            done += len(batch)
            report(done)
    outcomes = {wording: [one for batch in finished for one in batch[wording]] for wording in wordings}
    stopped = stop.after(len(outcomes["as-is"]))
    return replace(_found(plan, outcomes, sampling), stopped=stopped)


def _outcomes(
    stages: Stages,
    sampling: Sampling,
    batch: Sequence[Episode],
    plan: Plan,
    hands: Executor,
    done: int,
    wording: str,
) -> list[Outcome]:
    texts = [reworded(one.instruction, wording, done + i) for i, one in enumerate(batch)]
    seeds = range(plan.seed + done, plan.seed + done + len(batch))
    wishes = [Wish(one.source, text, seed) for one, text, seed in zip(batch, texts, seeds, strict=True)]
    return list(hands.map(_outcome, batch, texts, make(stages, sampling, wishes, hands)))


def _outcome(one: Episode, text: str, made: Made) -> Outcome:
    return Outcome(one.seed, one.kind, text, made, judge(made.frames, one), judge(one.source[None], one))


def _found(plan: Plan, outcomes: dict[str, list[Outcome]], sampling: Sampling | None) -> Found:
    asked = outcomes[plan.wording]
    kinds = {kind: [one for one in asked if one.kind == kind] for kind in KINDS}
    groups = {"all": asked, **{kind: ones for kind, ones in kinds.items() if ones}}
    answers = controls(asked)
    costs = _costs(plan, outcomes)
    return Found(
        figures={
            "groups": {name: _figures(ones) for name, ones in groups.items()},
            "controls": {name: _answered(found) for name, found in answers.items()},
            "wordings": costs,
            "sampling": None if sampling is None else vars(sampling),
        },
        rows=[_row(one, wording) for wording, ones in outcomes.items() for one in ones],
        tables=(
            _groups_table(plan, groups),
            _controls_table(answers),
            *([_costs_table(plan, outcomes)] if costs else []),
        ),
    )


def controls(outcomes: Sequence[Outcome]) -> dict[str, list[Answer]]:
    """Answers that need no choice, by name, and the one that needs the truth."""
    draws = Draws(CONTROL_SEED)
    constant = best_constant(outcomes)
    choices: dict[str, Callable[[Outcome], int | None]] = {
        "copy of the source": lambda one: None,
        "last frame": lambda one: len(one.made.frames) - 1,
        "random frame": lambda one: draws.below(len(one.made.frames)),
        f"best constant: frame {constant}": lambda one: constant,
        "frame best for the truth": lambda one: int(one.frames.edit_error.argmin()),
    }
    return {name: [one.answer(choice(one)) for one in outcomes] for name, choice in choices.items()}


def best_constant(outcomes: Sequence[Outcome]) -> int:
    """The frame number that succeeds most often, the one with the least error where several do."""
    hits = np.mean([one.frames.success for one in outcomes], axis=0)
    errors = np.mean([one.frames.edit_error for one in outcomes], axis=0)
    return int(np.lexsort((errors, -hits))[0])


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    answers = [one.chosen for one in outcomes]
    return _answered(answers) | {
        "none_chosen": Share.of(one.made.index is None for one in outcomes).as_json(),
        "seconds": _median([one.made.seconds for one in outcomes]),
    }


def _answered(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "success": Share.of(answer.success for answer in answers).as_json(),
        "half": Share.of(answer.half for answer in answers).as_json(),
        "edit_error": _median([answer.edit_error for answer in answers]),
        "spill": _median([answer.spill for answer in answers]),
    }


def _median(numbers: Sequence[float]) -> float:
    return float(np.median(numbers))


def _row(one: Outcome, wording: str) -> Row:
    semantic = one.made.scores.columns["semantic"]
    return {
        "seed": one.episode_seed,
        "kind": one.kind,
        "wording": wording,
        "instruction": one.instruction,
        "caption": one.made.caption.temporal,
        "target_caption": one.made.caption.target,
        "index": one.made.index,
        **vars(one.chosen),
        "seconds": round(one.made.seconds, 4),
        "frame_errors": [round(float(error), 4) for error in one.frames.edit_error],
        "frame_success": [int(hit) for hit in one.frames.success],
        "frame_semantic": [round(cosine, 4) for cosine in semantic],
        "source_semantic": round(one.made.scores.source["semantic"], 4),
    }


def _groups_table(plan: Plan, groups: dict[str, list[Outcome]]) -> Table:
    title = (
        f"Edits of held-out scenes, selector {plan.select}, caption {plan.caption}, wording {plan.wording}"
    )
    header = ("kind", "n", "success [95 %]", "half [95 %]", "none", "error", "spill", "seconds")
    return Table(title, header, tuple(_group_line(name, ones) for name, ones in groups.items()))


def _group_line(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    answers = [one.chosen for one in outcomes]
    none = Share.of(one.made.index is None for one in outcomes)
    seconds = _median([one.made.seconds for one in outcomes])
    success, half, error, spill = _cells(answers)
    return (
        name,
        str(len(outcomes)),
        success,
        half,
        f"{100 * none.value:.1f} %",
        error,
        spill,
        f"{seconds:.2f}",
    )


def _controls_table(answers: dict[str, list[Answer]]) -> Table:
    header = ("answer", "success [95 %]", "half [95 %]", "error", "spill")
    return Table("Controls", header, tuple((name, *_cells(found)) for name, found in answers.items()))


def _cells(answers: Sequence[Answer]) -> tuple[str, str, str, str]:
    """Success, half, and the medians of error and spill."""
    return (
        str(Share.of(answer.success for answer in answers)),
        str(Share.of(answer.half for answer in answers)),
        f"{_median([answer.edit_error for answer in answers]):.3f}",
        f"{_median([answer.spill for answer in answers]):.3f}",
    )


def _costs(plan: Plan, outcomes: dict[str, list[Outcome]]) -> dict[str, Any]:
    """Success of the other wording minus that of the plain one, in points."""
    if len(outcomes) == 1:
        return {}
    shares = {name: Share.of(_successes(ones)).as_json() for name, ones in outcomes.items()}
    return shares | {"difference": _difference(plan, outcomes).as_json()}


def _difference(plan: Plan, outcomes: dict[str, list[Outcome]]) -> Difference:
    return Difference.of(_successes(outcomes["as-is"]), _successes(outcomes[plan.wording]))


def _costs_table(plan: Plan, outcomes: dict[str, list[Outcome]]) -> Table:
    rows = [(name, str(Share.of(_successes(ones)))) for name, ones in outcomes.items()]
    rows.append(("difference, points", str(_difference(plan, outcomes))))
    return Table("What the wording costs", ("wording", "success [95 %]"), tuple(rows))


def _successes(outcomes: Sequence[Outcome]) -> list[bool]:
    return [one.chosen.success for one in outcomes]
