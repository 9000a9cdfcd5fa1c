"""Whether a selector finds the first complete frame of drawn clips, or rightly none.

A clip that completes its edit and then drifts is due the first complete frame, too.

The judge is measured told the truth, too: the answers come from the drawn world instead of a server. So this
measures all but a model's sight: which frames are shown, how they are laid out and numbered, and how an
answer becomes a choice. A server's sight is measured by part "selection" with the selector "judge".
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, repeat
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from ...caption.server import Question, Reply
from ...plugins.stages import Selector
from ...score.similarity import Similarity, score_together, similarities
from ...select.collage import evenly_spaced, tiles
from ...select.gate import Gate
from ...select.judge import MODES, Judge
from ...select.rules import Best
from ...values import Caption, Clip, Picture, Scores
from ...worlds import photoworld
from ...worlds.tabletop import COURSES, FLAWS, KINDS, Episode, edit_error
from ...worlds.tabletop.episodes import COMPLETE_ERROR
from ..episodes import Drawing, photographed
from ..plan import FRAMES
from ..results.columns import COUNT, Case, Column, Groups, Results, Row, Table, grouped, points, share
from .task import Batch, Task

_ALL_KINDS = tuple(dict.fromkeys((*KINDS, *photoworld.KINDS)))

Look = tuple[Selector, Scores, Caption]
"""A selector, and what it chooses by."""

TURNS = (
    *("never", "other", "reverts", "camera", "glitch", "never", "other", "reverts", "overshoot", "colour"),
    *("never", "other", "reverts", "camera", "glitch", "never", "other", "reverts", "overshoot", "flicker"),
)
"""How the clips run that do not simply complete their edit: most are not complete at the end."""

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
    by_best: int | None
    """By selector `best`, with the captioner's target caption."""
    as_unknown: int | None
    """As `by_rule`, with an encoder that is treated as unknown."""
    last: int
    """The clip's last frame."""


Pair = tuple[int | None, int | None]
"""An answer and the truth."""


def answered(one: Episode, came: tuple[str, Look, Look]) -> Answered:
    """Which frame the selector takes, by either caption."""
    course, written, told = came
    most_similar, unknown = (Best(), *written[1:]), (uncalibrated(written[0]), *written[1:])
    clip = Clip(one.frames, tuple(range(len(one.frames))), one.seed)
    rule, grammar, best, as_unknown = (
        own.choose(clip, scores, caption).index
        for own, scores, caption in (written, told, most_similar, unknown)
    )
    last = len(clip) - 1
    return Answered(one.seed, one.kind, course, one.complete_index, rule, grammar, best, as_unknown, last)


def uncalibrated(selector: Any) -> Selector:
    """The same selector, whose gate, if it has one, treats every encoder as unknown."""
    gate = getattr(selector, "gate", None)
    same: Selector = selector
    return replace(selector, gate=replace(gate, calibrated=False)) if isinstance(gate, Gate) else same


class DrawnClips(Task):
    """Clips without a model, some of which do not complete their edit."""

    @property
    def frames(self) -> int:
        return self.plan.frames or FRAMES


class Selection(DrawnClips):
    """What the plan's selector takes, with four of ten clips not complete or drifting."""

    turns = TURNS
    measure = staticmethod(answered)

    def drawings(self) -> Sequence[Drawing]:
        plan = self.plan
        if plan.photos is None:
            return super().drawings()
        shown = photoworld.Photographs.of(plan.photos)
        return photographed(shown, plan.count, self.frames, self.turns, plan.first)

    def look(self, batch: Batch) -> Iterable[tuple[str, Look, Look]]:
        written = [self.stages.captioner.write(one.source, one.instruction) for one in batch.episodes]
        told = [Caption(one.temporal_caption, one.target_caption, "grammar") for one in batch.episodes]
        scored = score_together(self._judges(batch, written), [one.frames for one in batch.episodes])
        vectors = [scores.vectors for scores in scored]
        pairs = zip(self._judges(batch, told), vectors, strict=True)
        again = [judge.of_vectors(own) for judge, own in pairs if own is not None]
        looks = (zip(repeat(self.stages.selector), *one) for one in ((scored, written), (again, told)))
        return zip(batch.courses, *looks, strict=True)

    def _judges(self, batch: Batch, captions: Sequence[Caption]) -> list[Similarity]:
        parts, sources = self.stages, np.stack([one.source for one in batch.episodes])
        return similarities(parts.encoder, sources, captions, calibration=parts.calibration, unknown=True)

    def rows(self, answers: Sequence[Answered]) -> Iterable[Row]:
        return [asdict(one) | {"right": right(_pair(one))} for one in answers]

    def results(self, answers: Sequence[Answered]) -> Results:
        plan, constant = self.plan, best_constant([one.truth for one in answers])
        rule = f"{plan.select}, {plan.caption} caption"
        named = "none" if constant is None else f"frame {constant}"
        ways = {
            rule: list(map(_pair, answers)),
            f"{plan.select}, grammar's caption": [(one.by_grammar, one.truth) for one in answers],
            f"{plan.select}, encoder as unknown": [(one.as_unknown, one.truth) for one in answers],
            f"best, {plan.caption} caption": [(one.by_best, one.truth) for one in answers],
            f"best constant: {named}": (control := [(constant, one.truth) for one in answers]),
            "last frame": [(one.last, one.truth) for one in answers],
            "always none": [(None, one.truth) for one in answers],
        }
        over = points("", "over_constant", control, right)
        groups = {**grouped(answers, "course", (*COURSES, *FLAWS)), **grouped(answers, "kind", _ALL_KINDS)}
        parts = {name: list(map(_pair, ones)) for name, ones in groups.items()}
        return Results.of(
            self.rows(answers),
            Table.of(f"Answers to {len(answers)} drawn clips", "answer", ways, (*RIGHT, over), "answers"),
            Table.of(rule, "course, kind", parts, (COUNT, *RIGHT), "groups"),
        )


def _pair(one: Answered) -> Pair:
    return one.by_rule, one.truth


def right(pair: Pair) -> bool:
    """Whether the answer is the true frame or one beside it, or rightly none."""
    found, truth = pair
    return found == truth or (found is not None and truth is not None and abs(found - truth) <= 1)


def best_constant(truths: Sequence[int | None]) -> int | None:
    """The one answer that is right most often, and exact where several are."""
    last = max((truth for truth in truths if truth is not None), default=0)
    answers: list[int | None] = [None, *range(last + 1)]

    def worth(answer: int | None) -> tuple[int, int]:
        return sum(right((answer, truth)) for truth in truths), list(truths).count(answer)

    return max(answers, key=worth)


def is_none(pair: Pair, due: bool) -> bool | None:
    """Whether nothing was answered, of clips where that is due, or of the others."""
    found, truth = pair
    return found is None if (truth is None) == due else None


RIGHT = (
    share("right [95 %]", "right", right),
    share("exact", "exact", lambda pair: pair[0] == pair[1], is_brief=True),
    share("none if due", "none_found", lambda pair: is_none(pair, due=True), is_brief=True),
    share("false none", "none_falsely", lambda pair: is_none(pair, due=False), is_brief=True),
)


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
    """Drawn clips without flaws, judged in each mode; no model is loaded."""

    turns = COURSES[1:]
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
