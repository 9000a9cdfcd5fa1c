"""Whole edits of held-out scenes, and the answers that a model must beat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...values import Sampling, Step
from ...worlds.tabletop import Episode, Judged, judge
from ...worlds.tabletop.draws import Draws
from ..episodes import reworded
from ..results import COUNT, Column, Results, Row, Table, by_kind, figures_of, median, within
from ..statistics import Difference, Share
from ..task import EditingTask
from ..truth import ANSWERED, Answer, in_full

CONTROL_SEED = 1
"""Of the control that answers a random frame."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One edit and how good every frame of its clip would have been."""

    seed: int
    kind: str
    wording: str
    instruction: str
    step: Step
    """Without the pixels of its clip."""
    frames: Judged
    copy: Judged
    """The unedited source as an answer."""
    seconds: float

    @property
    def index(self) -> int | None:
        return self.step.choice.index

    @property
    def chosen(self) -> Answer:
        return self.answer(self.index)

    def answer(self, index: int | None) -> Answer:
        """How good it is to answer this frame, or the source."""
        return Answer.of(self.copy) if index is None else Answer.of(self.frames, index)


COLUMNS = (
    COUNT,
    *(replace(within("chosen", one, one.header), name=one.name) for one in ANSWERED),
    Column("none", "none_chosen", lambda ones: Share.of((one.index is None for one in ones), is_brief=True)),
    median("seconds", "seconds", 2),
)


def outcomes(one: Episode, came: tuple[Mapping[str, str], Sequence[Sequence[Step]], float]) -> list[Outcome]:
    """One for each wording."""
    copy = judge(one.source[None], one)
    found = []
    for (wording, text), (step,) in zip(came[0].items(), came[1], strict=True):
        frames = judge(in_full(step.clip.frames, one), one)
        found.append(
            Outcome(
                one.seed,
                one.kind,
                wording,
                text,
                replace(step, clip=replace(step.clip, frames=step.clip.frames[:0])),
                frames,
                copy,
                came[2],
            )
        )
    return found


class Edits(EditingTask):
    """One shot each, in each wording if another than "as-is" is asked for."""

    measure = staticmethod(outcomes)

    @property
    def clips(self) -> int:
        return len(self.wordings)

    @property
    def wordings(self) -> list[str]:
        return list(dict.fromkeys(["as-is", self.plan.wording]))

    def texts(self, one: Episode, number: int) -> dict[str, str]:
        return {wording: reworded(one.instruction, wording, number) for wording in self.wordings}

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        seeds = (self.plan.seed + number,)
        return [self.run(OneShot(), one, ready, seeds, text) for text in self.texts(one, number).values()]

    def look(self, ready: Sampling, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        texts = [self.texts(one, first + number) for number, one in enumerate(batch)]
        made = super().look(ready, batch, first, hands)
        return [(own, *came) for own, came in zip(texts, made, strict=True)]

    def results(self, ready: Sampling, answers: Sequence[list[Outcome]]) -> Results:
        by_wording = {name: [one[i] for one in answers] for i, name in enumerate(self.wordings)}
        asked = by_wording[self.plan.wording]
        groups, answered = by_kind(asked), controls(asked)
        settings = f"selector {self.plan.select}, caption {self.plan.caption}, wording {self.plan.wording}"
        costs, costs_table = _costs(by_wording, self.plan.wording)
        return Results(
            figures={
                "groups": {name: figures_of(ones, COLUMNS) for name, ones in groups.items()},
                "controls": {name: figures_of(ones, ANSWERED) for name, ones in answered.items()},
                "wordings": costs,
                "sampling": vars(ready),
            },
            rows=[_row(one) for ones in by_wording.values() for one in ones],
            tables=(
                Table.of(f"Edits of held-out scenes, {settings}", "kind", groups, COLUMNS),
                Table.of("Controls", "answer", answered, ANSWERED),
                *costs_table,
            ),
        )


def controls(made: Sequence[Outcome]) -> dict[str, list[Answer]]:
    """Answers that need no choice, by name, and the one that needs the truth."""
    draws, constant = Draws(CONTROL_SEED), best_constant(made)
    choices: dict[str, Callable[[Outcome], int | None]] = {
        "copy of the source": lambda one: None,
        "last frame": lambda one: len(one.frames.success) - 1,
        "random frame": lambda one: draws.below(len(one.frames.success)),
        f"best constant: frame {constant}": lambda one: constant,
        "frame best for the truth": lambda one: int(one.frames.edit_error.argmin()),
    }
    return {name: [one.answer(choice(one)) for one in made] for name, choice in choices.items()}


def best_constant(made: Sequence[Outcome]) -> int:
    """The frame number that succeeds most often, the one with the least error where several do."""
    hits = np.mean([one.frames.success for one in made], axis=0)
    errors = np.mean([one.frames.edit_error for one in made], axis=0)
    return int(np.lexsort((errors, -hits))[0])


def _costs(made: Mapping[str, Sequence[Outcome]], wording: str) -> tuple[dict[str, Any], list[Table]]:
    """Success in each wording, and that of the other one minus that of the plain one."""
    if len(made) == 1:
        return {}, []
    success = {name: [one.chosen.success for one in ones] for name, ones in made.items()}
    shares = {name: Share.of(hits) for name, hits in success.items()}
    difference = Difference.of(success["as-is"], success[wording])
    rows = [*((name, str(share)) for name, share in shares.items()), ("difference, points", str(difference))]
    figures = {name: share.as_json() for name, share in shares.items()} | {"difference": difference.as_json()}
    return figures, [Table("What the wording costs", ("wording", "success [95 %]"), tuple(rows))]


def _row(one: Outcome) -> Row:
    scores, caption = one.step.scores, one.step.caption
    return {
        "seed": one.seed,
        "kind": one.kind,
        "wording": one.wording,
        "instruction": one.instruction,
        "caption": caption.temporal,
        "target_caption": caption.target,
        "index": one.index,
        **vars(one.chosen),
        "seconds": round(one.seconds, 4),
        "frame_errors": [round(float(error), 4) for error in one.frames.edit_error],
        "frame_success": [int(hit) for hit in one.frames.success],
        "frame_semantic": [round(cosine, 4) for cosine in scores.columns["semantic"]],
        "source_semantic": round(scores.source["semantic"], 4),
    }
