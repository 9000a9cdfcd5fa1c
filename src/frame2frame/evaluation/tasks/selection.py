"""Whether a selector finds the first complete frame of drawn clips, or rightly none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from ...plugins.stages import Selector
from ...score.similarity import score_together, similarities
from ...values import Caption, Clip, Scores
from ...worlds.tabletop import COURSES, KINDS, Episode
from ..episodes import Drawing, mixed_drawings
from ..plan import FRAMES
from ..results import COUNT, Column, Results, Table, figures_of, grouped, row_of
from ..statistics import Difference, Share
from ..task import Task


@dataclass(frozen=True)
class Answered:
    """What was answered for one clip, and what is right."""

    seed: int
    kind: str
    course: str
    truth: int | None
    by_rule: int | None
    """With the target caption that the captioner makes of the instruction, as in an edit."""
    by_grammar: int | None
    """With the world's own target caption."""


Pair = tuple[int | None, int | None]
"""An answer and the truth."""


def index(one: Episode, came: tuple[Selector, Scores, Caption]) -> int | None:
    selector, scores, caption = came
    return selector.choose(Clip(one.frames, tuple(range(len(one.frames))), one.seed), scores, caption).index


def answered(one: Episode, came: tuple[str, Sequence[tuple[Selector, Scores, Caption]]]) -> Answered:
    """Which frame the selector takes, by either caption."""
    course, looks = came
    return Answered(one.seed, one.kind, course, one.complete_index, *(index(one, look) for look in looks))


class Selection(Task):
    """A quarter of the clips never complete, go back, or show another edit."""

    measure = staticmethod(answered)

    def drawings(self) -> Sequence[Drawing]:
        return mixed_drawings(self.plan.count, self.plan.frames or FRAMES)

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        courses = [drawing.course for drawing in self.drawings()[first : first + len(batch)]]
        written = [self.stages.captioner.write(one.source, one.instruction) for one in batch]
        told = [Caption(one.temporal_caption, one.target_caption, "grammar") for one in batch]
        return zip(
            courses, zip(self._scored(batch, written), self._scored(batch, told), strict=True), strict=True
        )

    def _scored(
        self, batch: Sequence[Episode], captions: Sequence[Caption]
    ) -> Iterator[tuple[Selector, Scores, Caption]]:
        sources, clips = np.stack([one.source for one in batch]), [one.frames for one in batch]
        scores = score_together(similarities(self.stages.encoder, sources, captions), clips)
        return zip(repeat(self.stages.selector), scores, captions, strict=False)

    def results(self, ready: Any, answers: Sequence[Answered]) -> Results:
        plan, constant = self.plan, best_constant([one.truth for one in answers])
        name = f"best constant: {'none' if constant is None else f'frame {constant}'}"
        ways: dict[str, list[Pair]] = {
            f"{plan.select}, {plan.caption} caption": _by_rule(answers),
            f"{plan.select}, grammar's caption": [(one.by_grammar, one.truth) for one in answers],
            name: [(constant, one.truth) for one in answers],
        }
        control = [same(*one) for one in ways[name]]
        over = Column(
            "over the constant",
            "over_constant",
            lambda pairs: Difference.of(control, [same(*pair) for pair in pairs]),
        )
        groups = {**grouped(answers, "course", COURSES), **grouped(answers, "kind", KINDS)}
        parts = {name: _by_rule(ones) for name, ones in groups.items()}
        title = f"First complete frame of {len(answers)} drawn clips"
        return Results(
            figures={
                "answers": {
                    name: figures_of(pairs, (EXACT, WITHIN_ONE, over)) for name, pairs in ways.items()
                },
                "none_found": {name: NONE_IF_DUE.of(pairs).as_json() for name, pairs in ways.items()},
                "groups": {name: figures_of(pairs, (EXACT, WITHIN_ONE)) for name, pairs in parts.items()},
            },
            rows=[row_of(one) for one in answers],
            tables=(
                Table.of(title, "answer", ways, (EXACT, BRIEFLY_WITHIN_ONE, NONE_IF_DUE, over)),
                Table.of(
                    f"{plan.select}, {plan.caption} caption",
                    "course, kind",
                    parts,
                    (COUNT, EXACT, WITHIN_ONE, NONE),
                ),
            ),
        )


def same(found: int | None, truth: int | None) -> bool:
    return found == truth


def near(found: int | None, truth: int | None) -> bool:
    """The same, or one frame beside it."""
    return found == truth or (found is not None and truth is not None and abs(found - truth) <= 1)


def best_constant(truths: Sequence[int | None]) -> int | None:
    """The one answer that is right most often."""
    last = max((truth for truth in truths if truth is not None), default=0)
    answers: list[int | None] = [None, *range(last + 1)]
    return max(answers, key=lambda answer: list(truths).count(answer))


def _by_rule(answers: Sequence[Answered]) -> list[Pair]:
    return [(one.by_rule, one.truth) for one in answers]


EXACT = Column("exact or none [95 %]", "exact", lambda pairs: Share.of(same(*pair) for pair in pairs))
WITHIN_ONE = Column("within one [95 %]", "within_one", lambda pairs: Share.of(near(*pair) for pair in pairs))
BRIEFLY_WITHIN_ONE = Column("within one", "", lambda pairs: replace(WITHIN_ONE.of(pairs), is_brief=True))
NONE_IF_DUE = Column(
    "none if due",
    "none_found",
    lambda pairs: Share.of((found is None for found, truth in pairs if truth is None), is_brief=True),
)
"""Of the clips that deserve no answer, those that got none."""
NONE = Column(
    "answered none", "", lambda pairs: Share.of((found is None for found, _ in pairs), is_brief=True)
)
