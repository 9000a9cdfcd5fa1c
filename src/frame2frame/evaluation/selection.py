"""Part "selection": whether a selector finds the first complete frame of drawn clips, or rightly none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from ..plugins.stages import Selector, Stages
from ..score.similarity import score_together, similarities
from ..values import Caption, Clip, Scores
from ..worlds.tabletop import COURSES, KINDS, Episode
from .crew import crew
from .found import Found, Row, Table
from .making import stages_of
from .plan import FRAMES, Plan, Report, batches, drawn, mixed_drawings
from .shares import Difference, Share
from .stopping import stoppable


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


def run(plan: Plan, report: Report) -> Found:
    """A quarter of the clips never complete, go back, or show another edit."""
    stages = stages_of(plan)
    wanted = mixed_drawings(plan.count, plan.frames or FRAMES)
    courses = {drawing.seed: drawing.course for drawing in wanted}
    answered: list[Answered] = []
    with stoppable() as stop, crew(plan) as hands:
        for batch in batches(drawn(wanted, hands, plan.batch), plan.batch):
            answered += _answers(stages, batch, courses, hands)
            report(len(answered))
    return replace(_found(plan, answered), stopped=stop.after(len(answered)))


def _answers(
    stages: Stages, batch: Sequence[Episode], courses: Mapping[int, str], hands: Executor
) -> Iterator[Answered]:
    written = [stages.captioner.write(one.source, one.instruction) for one in batch]
    told = [Caption(one.temporal_caption, one.target_caption, "grammar") for one in batch]
    by_rule, by_grammar = (_indices(stages, batch, captions, hands) for captions in (written, told))
    for one, *found in zip(batch, by_rule, by_grammar, strict=True):
        yield Answered(one.seed, one.kind, courses[one.seed], one.complete_index, *found)


def _indices(
    stages: Stages, batch: Sequence[Episode], captions: Sequence[Caption], hands: Executor
) -> Iterator[int | None]:
    sources, clips = np.stack([one.source for one in batch]), [one.frames for one in batch]
    scores = score_together(similarities(stages.encoder, sources, captions), clips)
    return hands.map(_index, repeat(stages.selector), batch, scores, captions)


def _index(selector: Selector, one: Episode, scores: Scores, caption: Caption) -> int | None:
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed)
    return selector.choose(clip, scores, caption).index


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


def _found(plan: Plan, answered: Sequence[Answered]) -> Found:
    truths = [one.truth for one in answered]
    constant = best_constant(truths)
    ways: dict[str, list[int | None]] = {
        f"{plan.select}, {plan.caption} caption": [one.by_rule for one in answered],
        f"{plan.select}, grammar's caption": [one.by_grammar for one in answered],
        f"best constant: {'none' if constant is None else f'frame {constant}'}": [constant] * len(answered),
    }
    control = [same(constant, truth) for truth in truths]
    return Found(
        figures={
            "answers": {name: _figures(found, truths, control) for name, found in ways.items()},
            "none_found": {name: _none_found(found, truths).as_json() for name, found in ways.items()},
            "groups": {name: _figures(*_pick(ones), None) for name, ones in _groups(answered).items()},
        },
        rows=[_row(one) for one in answered],
        tables=(_ways_table(ways, truths, control), _groups_table(plan, answered)),
    )


def _figures(
    found: Sequence[int | None], truths: Sequence[int | None], control: Sequence[bool] | None
) -> dict[str, Any]:
    exact = [same(*pair) for pair in zip(found, truths, strict=True)]
    within_one = [near(*pair) for pair in zip(found, truths, strict=True)]
    figures: dict[str, Any] = {
        "exact": Share.of(exact).as_json(),
        "within_one": Share.of(within_one).as_json(),
    }
    if control is not None:
        figures["over_constant"] = Difference.of(control, exact).as_json()
    return figures


def _none_found(found: Sequence[int | None], truths: Sequence[int | None]) -> Share:
    """Of the clips that deserve no answer, those that got none."""
    return Share.of(answer is None for answer, truth in zip(found, truths, strict=True) if truth is None)


def _groups(answered: Sequence[Answered]) -> dict[str, list[Answered]]:
    courses = {course: [one for one in answered if one.course == course] for course in COURSES}
    kinds = {kind: [one for one in answered if one.kind == kind] for kind in KINDS}
    return {name: ones for name, ones in (courses | kinds).items() if ones}


def _pick(ones: Sequence[Answered]) -> tuple[list[int | None], list[int | None]]:
    return [one.by_rule for one in ones], [one.truth for one in ones]


def _row(one: Answered) -> Row:
    return dict(vars(one))


def _ways_table(
    ways: dict[str, list[int | None]], truths: Sequence[int | None], control: Sequence[bool]
) -> Table:
    rows = []
    for name, found in ways.items():
        exact = [same(*pair) for pair in zip(found, truths, strict=True)]
        within_one = Share.of(near(*pair) for pair in zip(found, truths, strict=True))
        none = _none_found(found, truths)
        shares = [f"{100 * share.value:.1f} %" if share.count else "–" for share in (within_one, none)]
        rows.append((name, str(Share.of(exact)), *shares, str(Difference.of(control, exact))))
    header = ("answer", "exact or none [95 %]", "within one", "none if due", "over the constant")
    return Table(f"First complete frame of {len(truths)} drawn clips", header, tuple(rows))


def _groups_table(plan: Plan, answered: Sequence[Answered]) -> Table:
    rows = []
    for name, ones in _groups(answered).items():
        pairs = list(zip(*_pick(ones), strict=True))
        none = Share.of(found is None for found, _ in pairs)
        exact, within_one = Share.of(same(*p) for p in pairs), Share.of(near(*p) for p in pairs)
        rows.append((name, str(len(ones)), str(exact), str(within_one), f"{100 * none.value:.1f} %"))
    header = ("course, kind", "n", "exact or none [95 %]", "within one [95 %]", "answered none")
    return Table(f"{plan.select}, {plan.caption} caption", header, tuple(rows))
