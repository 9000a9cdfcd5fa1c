"""A search of a few seeds, against one seed, all of them, and the truth's choice among all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.search import Search, evaluations
from ...values import Sampling, Step
from ...worlds.tabletop import Episode
from ..results import Column, Results, Table, row_of
from ..statistics import Difference, Number, Share
from ..task import EditingTask, clock
from ..truth import Answer, answered

GAP = 3.0
"""Points that the search may lie below the truth's choice."""
COST = 2.2
"""Times the work of one seed that it may take."""

WAYS = ("one seed", "search", "search, one finalist", "all seeds", "truth's choice of the seed")

Seconds = Mapping[str, float]
"""Wall-clock time by stage."""


@dataclass(frozen=True)
class Answered(Answer):
    """What was answered for an episode and how good that is."""

    shown: bool
    """Whether a frame was taken for the edit."""
    finished: int
    """Clips that had to be drawn to the end for it."""

    @classmethod
    def by(cls, step: Step, one: Episode) -> Answered:
        """With the step of a strategy."""
        own = vars(answered(step, one))
        return cls(**own, shown=step.choice.index is not None, finished=1 + len(step.others))


@dataclass(frozen=True)
class Compared:
    """One episode, answered in each way from the same clips."""

    seed: int
    kind: str
    answers: Mapping[str, Answered]
    seconds: Seconds
    """Of the batch, shared among its episodes."""


def compared(one: Episode, came: tuple[Sequence[Sequence[Step]], Seconds]) -> Compared:
    """All ways; each seed by itself comes first, then the strategies."""
    *each, search, only, best = (Answered.by(steps[-1], one) for steps in came[0])
    truth = replace(min(each, key=lambda own: (not own.success, own.edit_error)), finished=len(each))
    ways = dict(zip(WAYS, (each[0], search, only, best, truth), strict=True))
    return Compared(one.seed, one.kind, ways, came[1])


class Previewing(EditingTask):
    """A part whose strategies look at previews."""

    def warm(self, first: Episode, sampling: Sampling) -> None:
        """Previews, too, have all that they need."""
        super().warm(first, sampling)
        short = replace(sampling, steps=1, guidance=sampling.guidance[:1])
        self.together().run([self.run(Search(candidates=2, finalists=1), first, short, (0, 1))])


class Searching(Previewing):
    """All candidates are drawn to the end; what a search would have dropped is known from their previews."""

    measure = staticmethod(compared)

    @property
    def search(self) -> Search:
        return Search() if self.plan.candidates is None else Search(candidates=self.plan.candidates)

    @property
    def clips(self) -> int:
        return self.search.candidates

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        search = self.search
        first = self.plan.seed + number * search.candidates
        seeds = range(first, first + search.candidates)
        each = [self.run(OneShot(), one, ready, (seed,)) for seed in seeds]
        strategies = (search, replace(search, finalists=1), OneShot(search.candidates))
        return [*each, *(self.run(strategy, one, ready, seeds) for strategy in strategies)]

    def look(self, ready: Sampling, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        runs, watch = [self.runs(ready, one, first + i) for i, one in enumerate(batch)], clock()
        found = self.steps(runs, self.together(hands, watch))
        shared = {stage: seconds / len(batch) for stage, seconds in watch.seconds.items()}
        return [(steps, shared) for steps, _ in found]

    def results(self, ready: Sampling, answers: Sequence[Compared]) -> Results:
        search, cost = self.search, _costs(self.search, ready, answers)
        lines = {way: _figures(way, answers, cost) for way in WAYS}
        found = lines["search"]
        title = f"{search.candidates} seeds on {len(answers)} episodes, in clips' work of one seed"
        reached = found["to_truth"]["points"] >= -GAP and found["cost"] <= COST
        return Results(
            figures={"search": vars(search), "sampling": vars(ready), "ways": lines, "reached": reached},
            rows=[{"seed": one.seed, "kind": one.kind, "ways": row_of(one.answers)} for one in answers],
            tables=(Table.of(title, "way", lines, COLUMNS),),
        )


Cost = Callable[[str, float], tuple[float, float]]
"""Of a way that finished so many clips on average: network evaluations and seconds, an episode each."""


def _costs(search: Search, sampling: Sampling, answers: Sequence[Compared]) -> Cost:
    """What each way would have cost, from the time that everything took."""
    schedule, candidates = search.schedule(sampling.steps), search.candidates
    one = evaluations((), 1, 1, sampling.guidance)
    begun = evaluations(schedule, candidates, 0, sampling.guidance)
    rest = evaluations(schedule, candidates, 1, sampling.guidance) - begun

    def mean(*stages: str) -> float:
        return sum(one.seconds.get(stage, 0.0) for one in answers for stage in stages) / len(answers)

    denoise, preview, decode = mean("denoise", "probe"), mean("preview"), mean("decode", "score")

    def cost(way: str, finished: float) -> tuple[float, float]:
        searched = way.startswith("search")
        asked = begun + finished * rest if searched else finished * one
        work = denoise * asked / (candidates * one) + decode * finished / candidates
        return asked, work + preview * searched

    return cost


def _figures(way: str, answers: Sequence[Compared], cost: Cost) -> dict[str, Any]:
    own = [one.answers[way] for one in answers]
    finished = sum(answer.finished for answer in own) / len(own)
    asked, seconds = cost(way, finished)
    asked_once, seconds_once = cost(WAYS[0], 1.0)
    return {
        "success": Share.of(answer.success for answer in own).as_json(),
        "shown": Share.of(answer.shown for answer in own).as_json(),
        "to_one": _difference(answers, WAYS[0], way).as_json(),
        "to_truth": _difference(answers, WAYS[-1], way).as_json(),
        "finished": finished,
        "evaluations": asked,
        "seconds": seconds,
        "cost": asked / asked_once,
        "cost_in_seconds": seconds / seconds_once,
    }


def _difference(answers: Sequence[Compared], first: str, other: str) -> Difference:
    return Difference.of(*([one.answers[way].success for one in answers] for way in (first, other)))


COLUMNS = (
    Column("success", "", lambda line: Share(line["success"]["hits"], line["success"]["count"], True)),
    Column("over one seed", "", lambda line: Difference(*line["to_one"].values())),
    Column("over the truth", "", lambda line: Difference(*line["to_truth"].values())),
    Column("done", "", lambda line: Number(line["finished"], 2)),
    Column("asked", "", lambda line: Number(line["cost"], 2)),
    Column("time", "", lambda line: Number(line["cost_in_seconds"], 2)),
)
