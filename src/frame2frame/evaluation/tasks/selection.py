"""Whether a selector finds the first complete frame of drawn clips, or rightly none.

The judge is measured told the truth, too: the answers come from the drawn world instead of a server. So this
measures all but a model's sight: which frames are shown, how they are laid out and numbered, and how an
answer becomes a choice. A server's sight is measured by part "selection" with the selector "judge".
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from ...caption.server import Question, Reply
from ...plugins.stages import Selector
from ...score.similarity import score_together, similarities
from ...select.collage import evenly_spaced, tiles
from ...select.judge import MODES, Judge
from ...values import Caption, Clip, Picture, Scores
from ...worlds.tabletop import COURSES, KINDS, Episode, edit_error
from ...worlds.tabletop.episodes import COMPLETE_ERROR
from ..plan import FRAMES
from ..results import COUNT, Case, Column, Groups, Results, Table, figures_of, grouped, points, share
from ..task import Batch, Task

Look = tuple[Selector, Scores, Caption]
"""A selector, and what it chooses by."""

TOLD = "First complete frame that is shown, or none, by the judge told the truth"


@dataclass(frozen=True)
class Answered(Case):
    """What was answered for one clip, and what is right."""

    course: str
    truth: int | None
    by_rule: int | None
    """With the target caption that the captioner makes of the instruction, as in an edit."""
    by_grammar: int | None
    """With the world's own target caption."""


def answered(one: Episode, came: tuple[str, Look, Look]) -> Answered:
    """Which frame the selector takes, by either caption."""
    course, *looks = came
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed)
    found = (selector.choose(clip, scores, caption).index for selector, scores, caption in looks)
    return Answered(one.seed, one.kind, course, one.complete_index, *found)


class DrawnClips(Task):
    """A quarter of the clips never complete, go back, or show another edit."""

    mixed = True

    @property
    def frames(self) -> int:
        return self.plan.frames or FRAMES


class Selection(DrawnClips):
    """What the plan's selector takes."""

    measure = staticmethod(answered)

    def look(self, batch: Batch) -> Iterable[tuple[str, Look, Look]]:
        written = [self.stages.captioner.write(one.source, one.instruction) for one in batch.episodes]
        told = [Caption(one.temporal_caption, one.target_caption, "grammar") for one in batch.episodes]
        return zip(
            batch.courses, *(self._scored(batch.episodes, own) for own in (written, told)), strict=True
        )

    def _scored(self, episodes: Sequence[Episode], captions: Sequence[Caption]) -> Iterator[Look]:
        sources, clips = np.stack([one.source for one in episodes]), [one.frames for one in episodes]
        scores = score_together(similarities(self.stages.encoder, sources, captions), clips)
        return zip(repeat(self.stages.selector), scores, captions, strict=False)

    def results(self, answers: Sequence[Answered]) -> Results:
        plan, constant = self.plan, best_constant([one.truth for one in answers])
        rule = f"{plan.select}, {plan.caption} caption"
        named = "none" if constant is None else f"frame {constant}"
        control = [(constant, one.truth) for one in answers]
        ways = {
            rule: _by_rule(answers),
            f"{plan.select}, grammar's caption": [(one.by_grammar, one.truth) for one in answers],
            f"best constant: {named}": control,
        }
        over = points("over the constant", "over_constant", control, lambda pair: same(*pair))
        groups = {**grouped(answers, "course", COURSES), **grouped(answers, "kind", KINDS)}
        parts = {name: _by_rule(ones) for name, ones in groups.items()}
        title = f"First complete frame of {len(answers)} drawn clips"
        columns = (EXACT, WITHIN_ONE.untold, BRIEFLY_WITHIN_ONE, replace(NONE_IF_DUE, name=""), over)
        return Results.of(
            self.rows(answers),
            Table.of(title, "answer", ways, columns, "answers"),
            Table.of(rule, "course, kind", parts, (COUNT, EXACT, WITHIN_ONE, NONE), "groups"),
            none_found={name: figures_of(pairs, [NONE_IF_DUE])["none_found"] for name, pairs in ways.items()},
        )


def _by_rule(answers: Sequence[Answered]) -> list[tuple[int | None, int | None]]:
    """Answers and truths."""
    return [(one.by_rule, one.truth) for one in answers]


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


EXACT = share("exact or none [95 %]", "exact", lambda pair: same(*pair))
WITHIN_ONE = share("within one [95 %]", "within_one", lambda pair: near(*pair))
BRIEFLY_WITHIN_ONE = share("within one", "", lambda pair: near(*pair), is_brief=True)
NONE_IF_DUE = share(
    "none if due", "none_found", lambda pair: pair[0] is None if pair[1] is None else None, is_brief=True
)
"""Of the clips that deserve no answer, those that got none."""
NONE = share("answered none", "", lambda pair: pair[0] is None, is_brief=True)


@dataclass(frozen=True, eq=False)
class ToldJudge(Judge):
    """The judge with the truth in the server's place: it knows the target and looks at the tiles."""

    one_by_one: ClassVar[bool] = False

    one: Episode | None = None

    def answerer(self) -> ToldJudge:
        return self

    def ask(self, question: Question) -> Reply:
        assert self.one is not None
        with Image.open(io.BytesIO(question.pictures[0])) as image:
            first, *rows = tiles(np.array(image), *self.one.source.shape[:2])
        values: dict[str, Any] = {"reason": ""}
        if "shows" in question.fields:
            values["shows"] = completes(first[1], self.one)
        else:
            places = list(chain.from_iterable(rows))[: max(question.fields["answer"]["enum"])]
            right = [number for number, tile in enumerate(places, start=1) if completes(tile, self.one)]
            values["answer"], values["runner_up"] = [*right, 0, 0][:2]
        return Reply(question.read(json.dumps(values)), "truth", host="")


def completes(tile: Picture, one: Episode) -> bool:
    return edit_error(tile, one.source, one.target, one.changed) < COMPLETE_ERROR


@dataclass(frozen=True)
class Judged(Case):
    """What each mode takes of a clip, and what is right."""

    course: str
    truth: int | None
    collage: int | None
    frames: int | None


def judged(one: Episode, course: str) -> Judged:
    truth = first_shown(one.complete_index, len(one.frames))
    return Judged(one.seed, one.kind, course, truth, **{mode: _choose(mode, one) for mode in MODES})


def _right(mode: str) -> Column:
    return share(f"{mode} [95 %]", mode, lambda one: getattr(one, mode) == one.truth)


class Judging(DrawnClips):
    """The clips of part "selection", judged in each mode; no model is loaded."""

    measure = staticmethod(judged)
    tables = ((TOLD, (COUNT, *map(_right, MODES))),)

    def look(self, batch: Batch) -> Iterable[str]:
        return batch.courses

    def groups(self, answers: Sequence[Judged]) -> Groups:
        return {"all": answers, **grouped(answers, "course", COURSES)}


def first_shown(complete_index: int | None, frames: int) -> int | None:
    """The first shown candidate at or after the first complete frame, or None."""
    shown = evenly_spaced(frames, Judge().shown)
    return next((i for i in shown if complete_index is not None and i >= complete_index), None)


def _choose(mode: str, one: Episode) -> int | None:
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed)
    caption = Caption(one.temporal_caption, one.target_caption, "grammar")
    return ToldJudge(mode, one=one).choose(clip, Scores({}), caption).index
