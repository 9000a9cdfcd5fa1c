"""One table of all answers to the same held-out edits: one shot, the best of several clips, and controls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...values import Picture, Step
from ...worlds.tabletop import Episode
from ..results.columns import COUNT, Case, Column, Results, Row, Table, by_kind, share
from ..results.gallery import Gallery
from ..results.statistics import Share
from .edits import KNOWN, Outcome, controls, outcomes, over, row_of, shown
from .task import Batch, EditingTask, clock
from .truth import ERROR, HALF, LOOKS, SPILL, SUCCESS, Answer
from .work import Answered, Setting

CANDIDATES = 4
"""Clips of which the best is taken, where nobody says how many."""

DRAWING = ("denoise", "decode")
"""The stages that an answer takes which looks at no score."""

ONE_SHOT = "one-shot"


@dataclass(frozen=True, eq=False)
class Compared(Case):
    """One episode and what was answered by each system."""

    one_shot: Outcome
    best: Mapping[int, Answered]
    """Of so many candidates, by their number; the first one is that of one shot."""
    seconds: Mapping[str, float]
    """Wall-clock time of all candidates by stage; of the batch, shared among its episodes."""


def compared(one: Episode, came: tuple[Picture, Sequence[Sequence[Step]], Mapping[str, float]]) -> Compared:
    redrawn, (alone, *several), seconds = came
    best = {1 + len(step.others): Answered.by(step, one) for (step,) in several}
    texts = {"as-is": one.instruction}
    (outcome,) = outcomes(one, (texts, [redrawn], [alone], sum(seconds.values()) / max(best)))
    return Compared(one.seed, one.kind, outcome, best, seconds)


@dataclass(frozen=True)
class Line:
    """The answers of one system, and what an answer takes."""

    answers: Sequence[Answer]
    refused: Share | None = None
    """Of systems that may answer that no frame shows the edit."""
    seconds: float | None = None
    evaluations: float | None = None
    """Of the network; None of answers that no model gives."""

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)


COSTS = (
    Column("no edit", "no_edit", lambda line: line.refused),
    Column("seconds", "seconds", lambda line: line.seconds, 2),
    Column("evaluations", "evaluations", lambda line: line.evaluations),
)


class Tabletop(EditingTask):
    """One shot and the best of several clips on the same first seeds.

    The clips are drawn once; of their first two, four and so on the best is taken too.
    """

    measure = staticmethod(compared)

    @property
    def clips(self) -> int:
        return self.plan.candidates or CANDIDATES

    @property
    def sizes(self) -> list[int]:
        """Of how many clips the best is taken: powers of two, and all of them."""
        return [2**power for power in range(1, self.clips.bit_length()) if 2**power < self.clips] + [
            self.clips
        ]

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        first = self.plan.seed + number * self.clips
        seeds = range(first, first + self.clips)
        several = [self.begun(OneShot(size), one, seeds[:size]) for size in self.sizes]
        return [self.begun(OneShot(), one, seeds[:1]), *several]

    def look(self, batch: Batch) -> Iterable[Any]:
        watch = clock(self.plan)
        made = self.made([self.runs(one, number) for number, one in batch.numbered], batch.hands, watch=watch)
        shared = {stage: seconds / len(made) for stage, seconds in watch.seconds.items()}
        redrawn = [self.repeated(one.target) for one in batch.episodes]
        return zip(redrawn, made, repeat(shared), strict=False)

    def rows(self, answers: Sequence[Compared]) -> Iterable[Row]:
        return [row_of(one.one_shot) | {"best": vars(one.best[self.clips])} for one in answers]

    def results(self, answers: Sequence[Compared]) -> Results:
        made, plan = [one.one_shot for one in answers], self.plan
        figures = (COUNT, SUCCESS, over(made, ONE_SHOT), HALF.untold, ERROR, SPILL, *LOOKS, *COSTS)
        title = f"{len(answers)} held-out edits, selector {plan.select}, caption {plan.caption}"
        kinds = (COUNT, *by_system(self.clips))
        found = Results.of(
            self.rows(answers),
            Table.of(title, "answer", self.lines(answers), figures, "systems"),
            Table.of("Success by kind of edit", "kind", by_kind(answers), kinds, "kinds"),
            sampling=vars(self.sampling),
        )
        return replace(found, gallery=Gallery("error", [*map(shown, made)]), remarks=REMARKS)

    def lines(self, answers: Sequence[Compared]) -> dict[str, Line]:
        """The answers of all systems, those of the model first."""
        made = [one.one_shot for one in answers]
        every, drawing = _spent(answers), _spent(answers, *DRAWING) / self.clips
        asked = Setting("", self.sampling, OneShot()).evaluations(1)
        found = {
            ONE_SHOT: Line(
                [one.chosen for one in made],
                Share.of([one.index is None for one in made], is_brief=True),
                every / self.clips,
                asked,
            ),
        }
        for size in self.sizes:
            best = [one.best[size] for one in answers]
            refused = Share.of([not one.shown for one in best], is_brief=True)
            found[best_of(size)] = Line(best, refused, every * size / self.clips, asked * size)
        for name, own in controls(made).items():
            is_known = name in KNOWN
            found[name] = Line(own) if is_known else Line(own, None, drawing, asked)
        return found


REMARKS = (
    "The controls are frames of the one shot's clip. Seconds are shares of what all clips took together.",
    "The best constant frame was found on these very episodes.",
)


def _spent(answers: Sequence[Compared], *stages: str) -> float:
    """Seconds an episode in these stages, or in all."""
    own = (sum(one.seconds.get(stage, 0.0) for stage in stages or one.seconds) for one in answers)
    return sum(own) / len(answers)


def best_of(clips: int) -> str:
    """The name of the system that takes the best of so many."""
    return f"best of {clips}"


def by_system(clips: int) -> list[Column]:
    """How often each of four systems succeeds."""
    of: dict[str, Callable[[Compared], bool]] = {
        ONE_SHOT: lambda one: one.one_shot.chosen.success,
        best_of(clips): lambda one: one.best[clips].success,
        "last frame": lambda one: one.one_shot.last.success,
        KNOWN[0]: lambda one: one.one_shot.answer(None).success,
    }
    return [share(name, name, found, is_brief=name == KNOWN[0]) for name, found in of.items()]
