"""Part "search": a search of a few seeds, against one seed, all of them, and the truth's choice among all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from ..plugins.stages import Selector
from ..strategy.one_shot import best_of
from ..strategy.search import Search, evaluations
from ..values import Sampling
from .crew import ahead, crew
from .dealing import dealt
from .found import Found, Row, Table
from .making import ready, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .searching import Answered, Finished, Seconds, answered, begun, judged, warm
from .searching import drawn as draw
from .shares import Difference, Share
from .stopping import Stop, stoppable

GAP = 3.0
"""Points that the search may lie below the truth's choice."""
COST = 2.2
"""Times the work of one seed that it may take."""

WAYS = ("one seed", "search", "search, one finalist", "all seeds", "truth's choice of the seed")


@dataclass(frozen=True)
class Compared:
    """One episode, answered in each way from the same clips."""

    seed: int
    kind: str
    answers: Mapping[str, Answered]


@dataclass(frozen=True)
class Part:
    """Some of the episodes, answered in each way."""

    sampling: Sampling | None
    compared: list[Compared]
    seconds: list[Seconds]
    stop: Stop


def run(plan: Plan, report: Report) -> Found:
    """Each way on the same episodes, which several devices share."""
    parts = dealt(measured, plan, report)
    compared = [one for part in parts for one in part.compared]
    seconds = [one for part in parts for one in part.seconds]
    sampling = next((part.sampling for part in parts if part.sampling), None)
    stopped = Stop.of(part.stop for part in parts).after(len(compared))
    return replace(_found(_search(plan), sampling, compared, seconds), stopped=stopped)


def measured(plan: Plan, episodes: range, report: Report) -> Part:
    """Draw all candidates to the end; what a search would have dropped is known from their previews."""
    stages, compared, seconds = stages_of(plan), list[Compared](), list[Seconds]()
    search, sampling = _search(plan), None
    with stoppable() as stop, crew(plan) as hands:
        chosen = drawings(plan.count)[episodes.start : episodes.stop]
        for batch in batches(drawn(chosen, hands, ahead(plan)), plan.batch):
            if sampling is None:
                sampling = ready(stages, batch[0].source, plan, hands)
                warm(stages, sampling, batch[0])
            first = plan.seed + (episodes.start + len(compared)) * search.candidates
            seeds = [
                range(first + number * search.candidates, first + (number + 1) * search.candidates)
                for number in range(len(batch))
            ]
            starts = begun(stages, sampling, batch, seeds)
            done, spent = draw(stages, search, sampling, starts, plan.batch, whole=True)
            compared += _compared(stages.selector, search, done, hands)
            seconds.append(spent)
            report(len(compared))
    return Part(sampling, compared, seconds, stop)


def _search(plan: Plan) -> Search:
    return Search() if plan.candidates is None else Search(candidates=plan.candidates)


def _compared(
    selector: Selector, search: Search, done: Sequence[Finished], hands: Executor
) -> list[Compared]:
    return list(hands.map(_answers, repeat(selector), repeat(search), done))


def _answers(selector: Selector, search: Search, done: Finished) -> Compared:
    choices = [selector.choose(take.clip, take.scores, done.caption) for take in done.takes]
    each = [judged(done, take, choice.index) for take, choice in zip(done.takes, choices, strict=True)]
    best = best_of(done.takes, choices)
    only = replace(done, order=done.order[:1])
    ways = {
        WAYS[0]: each[0],
        WAYS[1]: answered(selector, search, done),
        WAYS[2]: answered(selector, search, only),
        WAYS[3]: replace(each[best], finished=len(each)),
        WAYS[4]: replace(min(each, key=lambda one: (not one.success, one.edit_error)), finished=len(each)),
    }
    return Compared(done.episode.seed, done.episode.kind, ways)


def _found(
    search: Search, sampling: Sampling | None, compared: Sequence[Compared], seconds: Sequence[Seconds]
) -> Found:
    if sampling is None or not compared:
        return Found(figures={}, rows=[], tables=())
    costs = _costs(search, sampling, seconds, len(compared))
    lines = {way: _figures(way, compared, costs) for way in WAYS}
    rows: list[Row] = [
        {"seed": one.seed, "kind": one.kind, "ways": {name: vars(way) for name, way in one.answers.items()}}
        for one in compared
    ]
    found = lines["search"]
    reached = found["to_truth"]["points"] >= -GAP and found["cost"] <= COST
    figures = {"search": vars(search), "sampling": vars(sampling), "ways": lines, "reached": reached}
    return Found(figures=figures, rows=rows, tables=(_table(search, lines, len(compared)),))


Cost = Callable[[str, float], tuple[float, float]]
"""Of a way that finished so many clips on average: network evaluations and seconds, an episode each."""


def _costs(search: Search, sampling: Sampling, seconds: Sequence[Seconds], count: int) -> Cost:
    """What each way would have cost, from the time that everything took."""
    schedule, candidates = search.schedule(sampling.steps), search.candidates
    one = evaluations((), 1, 1, sampling.guidance)
    begun_ones = evaluations(schedule, candidates, 0, sampling.guidance)
    rest = evaluations(schedule, candidates, 1, sampling.guidance) - begun_ones
    denoise, preview, decode = (
        sum(getattr(one, name) for one in seconds) / count for name in ("denoise", "preview", "decode")
    )

    def cost(way: str, finished: float) -> tuple[float, float]:
        searched = way.startswith("search")
        asked = begun_ones + finished * rest if searched else finished * one
        work = denoise * asked / (candidates * one) + decode * finished / candidates
        return asked, work + preview * searched

    return cost


def _figures(way: str, compared: Sequence[Compared], cost: Cost) -> dict[str, Any]:
    own = [one.answers[way] for one in compared]
    finished = sum(answer.finished for answer in own) / len(own)
    asked, seconds = cost(way, finished)
    asked_once, seconds_once = cost(WAYS[0], 1.0)
    return {
        "success": Share.of(answer.success for answer in own).as_json(),
        "shown": Share.of(answer.shown for answer in own).as_json(),
        "to_one": _difference(compared, WAYS[0], way).as_json(),
        "to_truth": _difference(compared, WAYS[-1], way).as_json(),
        "finished": finished,
        "evaluations": asked,
        "seconds": seconds,
        "cost": asked / asked_once,
        "cost_in_seconds": seconds / seconds_once,
    }


def _difference(compared: Sequence[Compared], first: str, other: str) -> Difference:
    return Difference.of(*([one.answers[way].success for one in compared] for way in (first, other)))


def _table(search: Search, lines: Mapping[str, dict[str, Any]], count: int) -> Table:
    rows = []
    for way, line in lines.items():
        gaps = [Difference(*line[name].values()) for name in ("to_one", "to_truth")]
        share = Share(line["success"]["hits"], line["success"]["count"])
        rows.append(
            (
                way,
                f"{100 * share.value:.1f} %",
                *map(str, gaps),
                f"{line['finished']:.2f}",
                f"{line['cost']:.2f}",
                f"{line['cost_in_seconds']:.2f}",
            )
        )
    title = f"{search.candidates} seeds on {count} episodes, in clips' work of one seed"
    header = ("way", "success", "over one seed", "over the truth", "done", "asked", "time")
    return Table(title, header, tuple(rows))
