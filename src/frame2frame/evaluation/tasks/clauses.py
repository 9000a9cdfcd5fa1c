"""Wishes of several clauses: a path clause by clause, against one-shot mode that takes each wish as one.

Both see the same episodes and have the same seeds. A path that stops draws fewer clips than it may; so it is
compared with as many one-shot clips as it may draw, and with as many as it drew. One clip costs an evaluation
of the network a step, and a guided step costs two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import cycle, repeat
from typing import Any

import numpy as np

from ...media.pictures import resized
from ...plugins.stages import Encoder
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.path import Path
from ...strategy.walk import Reached, completes
from ...values import Cause, Picture, Sampling, Step
from ...worlds.tabletop import KINDS, Compound, Episode, compound, edit_error
from ...worlds.tabletop.edits import OF_THINGS
from ...worlds.tabletop.episodes import SUCCESS_ERROR, changed_pixels
from ..episodes import Drawing
from ..measures.looks import looked
from ..results.columns import COUNT, Case, Column, Groups, Results, Row, Table, grouped, mean, share
from ..results.statistics import Difference, Share
from .task import Batch, EditingTask
from .truth import ERROR, HALF, LOOKS, SUCCESS, Answer, Way, way

PATH, TO_THE_END, ONE_ROUND, LAST_ALONE, ONE_SHOT, AS_MANY, SOURCE = (
    "path", "path, all rounds", "path, always one round", "last clause, from the truth",
    "one-shot", "one-shot, as many clips", "source",
)  # fmt: skip
"""The ways, the controls among them.

`LAST_ALONE` walks the last clause only, from the drawn picture that those before it should have led to: what
it misses the model misses, and not the path.
"""


RIGHT_END, LACKING = "the right end", "without the first clause"
SEEN = (RIGHT_END, SOURCE, LACKING)
"""Pictures of which the walk is asked whether they keep the first clause: `walk.MOST_UNDONE`."""


@dataclass(frozen=True)
class Compounding(Drawing):
    """An episode of several clauses that is still to be drawn; the first one is of its kind."""

    clauses: int = 2
    wording: str = "plain"

    def draw(self) -> Compound:
        return compound(self.seed, self.clauses, self.kind, self.frames, self.wording)


@dataclass(frozen=True)
class Told(Way):
    """One way and what it says of itself."""

    evaluations: int
    """Of the network."""
    reached: int
    """Clauses that the way says it has reached."""
    right: int
    """Of these, from the first one on, those whose state is near the truth after that clause."""


@dataclass(frozen=True)
class Walked(Case):
    """One episode in each way."""

    clauses: int
    instruction: str
    split: tuple[str, ...]
    """The clauses that the path walked."""
    ways: Mapping[str, Told]
    kept: Mapping[str, bool] = field(default_factory=dict)
    """Which of `SEEN` seem to keep the first clause, by the change in feature space; of several clauses."""

    @property
    def near(self) -> bool:
        """Whether the path stopped within one round of the need, a round a clause."""
        return abs(self.ways[PATH].rounds - self.clauses) <= 1


def walked(one: Episode, came: tuple[Path, Sampling, Sequence[Sequence[Step]], Mapping[str, bool]]) -> Walked:
    """What is true of an episode's ways."""
    path, sampling, (one_shot, along, to_the_end, (*_, as_many), alone), kept = came
    of_path = {PATH: along, TO_THE_END: to_the_end, ONE_ROUND: along[:1]}
    of_clip = {ONE_SHOT: one_shot[0], AS_MANY: as_many}
    found = {name: _path_told(steps, one, path, sampling) for name, steps in of_path.items()}
    found[LAST_ALONE] = _alone_told(alone, one, path, sampling)
    found |= {name: _shot_told(step, one, sampling) for name, step in of_clip.items()}
    unchanged = replace(found[ONE_SHOT], **vars(Answer.of(looked(one.source[None], one))), states=(), clips=0)
    found[SOURCE] = replace(unchanged, arrived=False, rounds=0, evaluations=0, reached=0, right=0)
    clauses, number = along[0].caption.clauses, len(truths_of(one))
    return Walked(one.seed, one.kind, number, one.instruction, clauses, found, kept)


def keeps_first(one: Episode, encoder: Encoder) -> dict[str, bool]:
    """Of each of `SEEN` whether it seems to keep the first clause; empty for a wish of one clause."""
    if not isinstance(one, Compound):
        return {}
    pictures = (one.source, one.truths[0], one.target, one.source, one.rivals["without_1"])
    before, after, *seen = encoder.images(np.stack(pictures))
    kept = Reached(before[None], after[None]).keeps(np.stack(seen))
    return dict(zip(SEEN, map(bool, kept), strict=True))


def truths_of(one: Episode) -> tuple[Picture, ...]:
    """The truth after each clause."""
    return one.truths if isinstance(one, Compound) else (one.target,)


def _path_told(
    steps: Sequence[Step], one: Episode, path: Path, sampling: Sampling, start: Picture | None = None
) -> Told:
    arrived = completes(path.gate, steps)
    last = _states_reached(steps, arrived)
    return Told(
        **vars(way(steps, arrived, one, start)),
        evaluations=path.evaluations(sum(map(_is_drawn, steps)), sampling),
        reached=len(last),
        right=_right(last, one),
    )


def _alone_told(steps: Sequence[Step], one: Episode, path: Path, sampling: Sampling) -> Told:
    """The clauses before are there: they were drawn."""
    found = _path_told(steps, one, path, sampling, before_last(one))
    arrived = completes(path.gate, steps)
    before = len(truths_of(one)) - 1
    return replace(found, reached=before + arrived, right=before + (arrived and found.success))


def before_last(one: Episode) -> Picture:
    """The truth that the last clause begins at."""
    return (one.source, *truths_of(one))[-2]


def _is_drawn(step: Step) -> bool:
    """Whether the round drew clips, and was not refused before."""
    return step.choice.cause != Cause.NOT_THERE


def _shot_told(step: Step, one: Episode, sampling: Sampling) -> Told:
    found = way([step], step.choice.index is not None, one)
    whole = len(truths_of(one))
    cost = found.clips * cost_of(sampling)
    return Told(**vars(found), evaluations=cost, reached=whole * found.arrived, right=whole * found.success)


def cost_of(sampling: Sampling) -> int:
    """Evaluations of the network that a clip costs."""
    return sum(1 if scale == 1 else 2 for scale in sampling.guidance)


def _states_reached(steps: Sequence[Step], arrived: bool) -> list[Picture]:
    """The state in which each clause was called reached, in order."""
    found = list[Picture]()
    kept = [step for step in steps if step.choice.index is not None]
    for step, later in zip(kept, [*kept[1:], None], strict=False):
        if arrived if later is None else later.caption.clause > step.caption.clause:
            found.append(step.clip.frames[step.passed[-1]])
    return found


def _right(states: Sequence[Picture], one: Episode) -> int:
    size = one.source.shape[:2]
    errors = [
        edit_error(resized(state, *size), one.source, truth, changed_pixels(one.source, truth))
        for state, truth in zip(states, truths_of(one), strict=False)
    ]
    return next((place for place, error in enumerate(errors) if error >= SUCCESS_ERROR), len(errors))


class Clauses(EditingTask):
    measure = staticmethod(walked)

    @property
    def clips(self) -> int:
        return self.plan.path.candidates

    def drawings(self) -> Sequence[Drawing]:
        """Half of mixed ones have one clause."""
        plan, kinds, firsts = self.plan, cycle(KINDS), cycle(OF_THINGS)
        wording = "wide" if plan.wording == "wide" else "plain"
        numbers = [
            1 + place % 2 if plan.clauses == "mixed" else int(plan.clauses) for place in range(plan.count)
        ]
        return [
            Drawing(seed, next(kinds))
            if clauses == 1
            else Compounding(seed, next(firsts), clauses=clauses, wording=wording)
            for seed, clauses in enumerate(numbers, plan.first)
        ]

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        path, seeds = self.plan.path, self.plan.seeds(number)
        others = (OneShot(path.draws), path, replace(path, stop=False))
        ways = [self.begun(strategy, one, seeds) for strategy in others]
        return [*ways, self._as_many(one, seeds), self._last_alone(one, seeds)]

    def _last_alone(self, one: Episode, seeds: Sequence[int]) -> Run[Any]:
        """With the rounds that a path of one round a clause has left."""
        path, before = self.plan.path, len(truths_of(one)) - 1
        words = one.clauses[-1].instruction if isinstance(one, Compound) else one.instruction
        last = replace(path, rounds=max(path.rounds - before, 1), clauses=() if before else path.clauses)
        begins = replace(one, source=before_last(one), instruction=words)
        return self.begun(last, begins, seeds[min(before, path.rounds - 1) * path.candidates :])

    def _as_many(self, one: Episode, seeds: Sequence[int]) -> Run[Any]:
        """The path, whose clips are drawn once, then one shot with as many."""
        drawn = 0
        path = self.begun(self.plan.path, one, seeds)
        answer: Any = None
        while True:
            try:
                wanted = path.send(answer)
            except StopIteration:
                break
            drawn += 1 + len(wanted.others) if isinstance(wanted, Step) and _is_drawn(wanted) else 0
            answer = yield wanted
        yield from self.begun(OneShot(max(drawn, 1)), one, seeds[: max(drawn, 1)])

    def look(self, batch: Batch) -> Iterable[Any]:
        kept = [keeps_first(one, self.stages.encoder) for one in batch.episodes]
        return zip(repeat(self.plan.path), repeat(self.sampling), super().look(batch), kept, strict=False)

    def rows(self, answers: Sequence[Walked]) -> Iterable[Row]:
        return map(asdict, answers)

    def results(self, answers: Sequence[Walked]) -> Results:
        path, ways = self.plan.path, {name: [one.ways[name] for one in answers] for name in answers[0].ways}
        title = f"Wishes of {self.plan.clauses} clauses on the same {len(answers)} episodes"
        title += f"; path of {path.rounds} × {path.candidates}, one-shot best of {path.draws}"
        return Results.of(
            self.rows(answers),
            Table.of(title, "way", ways, WAYS, "ways"),
            Table.of("Clauses, and what they took", "way", ways, (over(ways[PATH]), *TOOK), "ways"),
            Table.of("How the answers look", "way", ways, LOOKS, "ways"),
            Table.of("Where the path stops, and the need", "wishes", self._needs(answers), STOPS, "stops"),
            Table.of("By the first clause", "kind", by_first(answers), BY_KIND, "kinds"),
            Table.of("What seems to keep the first clause", "picture", _kept(answers), KEPT, "kept"),
            rounds=path.rounds,
            candidates=path.candidates,
            clauses=self.plan.clauses,
        )

    def _needs(self, answers: Sequence[Walked]) -> Groups:
        """All, by their number of clauses, and the path that always goes one round."""
        always = [replace(one, ways={**one.ways, PATH: one.ways[ONE_ROUND]}) for one in answers]
        by_number = {
            f"of {number}": [one for one in answers if one.clauses == number] for number in (1, 2, 3)
        }
        by_number = {name: ones for name, ones in by_number.items() if ones}
        return {"all": answers, **by_number, "all, always one round": always}


def _kept(answers: Sequence[Walked]) -> dict[str, list[bool]]:
    """None of wishes of one clause."""
    return {name: [one.kept[name] for one in answers if one.kept] for name in SEEN}


def by_first(answers: Sequence[Walked]) -> Groups:
    """By the kind of the first clause."""
    firsts = [replace(one, kind=one.kind.partition(",")[0]) for one in answers]
    return grouped(firsts, "kind", KINDS)


def over(paths: Sequence[Told]) -> Column:
    """How many points more often the path shows the whole than another way, on the same episodes."""
    hits = [one.success for one in paths]
    return Column(
        "path − it, points",
        "path_over",
        lambda ones: Difference.of([one.success for one in ones], hits),
    )


def of_path(column: Column, header: str) -> Column:
    return replace(column, header=header, of=lambda ones: column.of([one.ways[PATH] for one in ones]))


WRONGLY = Column(
    "wrong claims",
    "wrong",
    lambda ones: Share.of([not one.success for one in ones if one.arrived], is_brief=True),
)
"""Of the answers that are called the whole, those that are not."""
CLAIMED = share("claimed", "arrived", is_brief=True)
ROUNDS, CLIPS = mean("rounds", "rounds"), mean("clips", "clips", 1)
EVALUATIONS = mean("evaluations", "evaluations", 0)
REACHED, RIGHT = mean("reached", "reached"), mean("right", "right")
WAYS = (SUCCESS, CLAIMED, WRONGLY, ERROR, HALF.untold)
TOOK = (REACHED, RIGHT, ROUNDS, CLIPS, EVALUATIONS)
"""Clauses that a way says it has reached, and how many of these are right, are means."""
STOPS = (
    COUNT,
    share("within a round of it [95 %]", "near"),
    share("exactly", "exact", lambda one: one.ways[PATH].rounds == one.clauses, is_brief=True),
    of_path(ROUNDS, "rounds"),
    of_path(SUCCESS, "success [95 %]"),
)
KEPT = (COUNT, share("kept [95 %]", "kept", lambda kept: kept))
BY_KIND = (
    COUNT,
    of_path(SUCCESS, "path [95 %]"),
    of_path(REACHED, "reached"),
    of_path(RIGHT, "right"),
    Column(LAST_ALONE, "alone", lambda ones: Share.of([one.ways[LAST_ALONE].success for one in ones])),
    Column("one-shot", "one_shot", lambda ones: Share.of([one.ways[ONE_SHOT].success for one in ones], True)),
)
