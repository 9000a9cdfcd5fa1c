"""Part "path": the iterative mode against one-shot mode with as many clips, and against a better route."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..plugins.stages import Selector
from ..values import Take
from ..worlds.tabletop import KINDS, Episode
from .crew import ahead, crew
from .found import Found, Row, Table
from .making import ready, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .shares import Difference, MeanDifference, Share
from .stopping import stoppable
from .truth import Way, clip_distance, route_distance, way
from .walking import Studio, Walker, best_step, first_rounds, walked


@dataclass(frozen=True)
class Pair:
    """One episode in both modes."""

    seed: int
    kind: str
    path: Way
    one_shot: Way
    route: tuple[float, int] | None
    """The distance of the least-energy route to the path's answer from the true way, and its states."""
    clip: float | None
    """The distance of all frames that the path passed through."""

    @property
    def distances(self) -> tuple[float, float] | None:
        """Of one-shot and path, where both left the source."""
        one_shot, path = self.one_shot.distance, self.path.distance
        return None if one_shot is None or path is None else (one_shot, path)

    @property
    def route_distances(self) -> tuple[float, float] | None:
        """Of the greedy path and the route, where the path left the source."""
        greedy = self.path.distance
        return None if greedy is None or self.route is None else (greedy, self.route[0])

    @property
    def clip_distances(self) -> tuple[float, float] | None:
        """Of the frames passed through and the route, where the path left the source."""
        return None if self.clip is None or self.route is None else (self.clip, self.route[0])


def run(plan: Plan, report: Report) -> Found:
    """Go both ways with the same episodes and seeds; the path's first round is part of the one-shot's."""
    stages, pairs = stages_of(plan), list[Future[Pair]]()
    sampling = None
    with stoppable() as stop, crew(plan) as hands:
        for batch in batches(drawn(drawings(plan.count, plan.truth_frames), hands, ahead(plan)), plan.batch):
            sampling = sampling or ready(stages, batch[0].source, plan, hands)
            studio = Studio(stages, sampling, plan.batch * plan.path.candidates, plan.batch)
            for one, walker, takes in _both(studio, batch, plan, len(pairs)):
                pairs.append(hands.submit(_pair, stages.selector, one, walker, takes))
            for pair in pairs[: -len(batch)]:  # no more than two batches of clips are held
                pair.result()
            report(len(pairs))
    stopped = stop.after(len(pairs))
    return _found(plan, [pair.result() for pair in pairs], stopped)


def _both(
    studio: Studio, batch: Sequence[Episode], plan: Plan, done: int
) -> list[tuple[Episode, Walker, list[Take]]]:
    """Each episode with its finished path and the clips of one-shot mode."""
    walks, path = studio.starts(batch), plan.path
    seeds = [plan.seeds(done + i) for i in range(len(batch))]
    takes = studio.takes(path, 0, walks, seeds)
    walkers = [Walker(path, walk, own) for walk, own in zip(walks, seeds, strict=True)]
    finished = walked(studio, walkers, first_rounds(path, walks, takes))
    return list(zip(batch, finished, takes, strict=True))


def _pair(selector: Selector, one: Episode, walker: Walker, takes: Sequence[Take]) -> Pair:
    step = best_step(selector, walker.walk, takes)
    return Pair(
        seed=one.seed,
        kind=one.kind,
        path=way(walker.steps, walker.walk.arrived, one),
        one_shot=way([step], step.choice.index is not None, one),
        route=route_distance(walker.steps, one),
        clip=clip_distance(walker.steps, one),
    )


def _found(plan: Plan, pairs: Sequence[Pair], stopped: int | None = None) -> Found:
    modes = {
        f"path, {plan.path.rounds} × {plan.path.candidates} clips": [pair.path for pair in pairs],
        f"one-shot, best of {plan.path.draws}": [pair.one_shot for pair in pairs],
    }
    kinds = {kind: [pair for pair in pairs if pair.kind == kind] for kind in KINDS}
    groups = {"all": list(pairs)} | {kind: ones for kind, ones in kinds.items() if ones}
    return Found(
        figures={
            "rounds": plan.path.rounds,
            "candidates": plan.path.candidates,
            "path": figures([pair.path for pair in pairs]),
            "one_shot": figures([pair.one_shot for pair in pairs]),
            "success_difference": {name: _points(ones).as_json() for name, ones in groups.items()},
            "not_lower": _points(pairs).not_lower,
            "nearer_than_one_shot": _nearer([pair.distances for pair in pairs]),
            "route_nearer_than_path": _nearer([pair.route_distances for pair in pairs]),
            "route_nearer_than_clip": _nearer([pair.clip_distances for pair in pairs]),
        },
        rows=[_row(pair) for pair in pairs],
        tables=(
            _modes_table(modes),
            _ways_table(modes),
            _comparison_table(pairs),
            _groups_table(groups),
        ),
        stopped=stopped,
    )


def figures(ways: Sequence[Way]) -> dict[str, Any]:
    """Of the answers of all episodes."""
    apart = [one.distance for one in ways if one.distance is not None]
    medians = ("edit_error", "spill", "path_length", "smoothness")
    return {
        "success": Share.of(one.success for one in ways).as_json(),
        "half": Share.of(one.half for one in ways).as_json(),
        "arrived": Share.of(one.arrived for one in ways).as_json(),
        "stayed": Share.of(not one.states for one in ways).as_json(),
        **{name: median([getattr(one, name) for one in ways]) for name in medians},
        "distance": {"median": median(apart), "mean": _mean(apart), "count": len(apart)},
        **{name: _mean([getattr(one, name) for one in ways]) for name in ("rounds", "clips")},
        "rounds_counts": _counts([one.rounds for one in ways]),
    }


def median(numbers: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return float(np.median(numbers)) if numbers else None


def _mean(numbers: Sequence[float]) -> float | None:
    return float(np.mean(numbers)) if numbers else None


def _counts(rounds: Sequence[int]) -> dict[str, int]:
    return {str(number): rounds.count(number) for number in sorted(set(rounds))}


def _points(pairs: Sequence[Pair]) -> Difference:
    """Success of the path minus that of one-shot mode."""
    return Difference.of([one.one_shot.success for one in pairs], [one.path.success for one in pairs])


Distances = Sequence[tuple[float, float] | None]
"""First and other of each episode that has both."""


def _nearer(distances: Distances) -> dict[str, Any]:
    both = [pair for pair in distances if pair is not None]
    return {
        "nearer": Share.of(other < first for first, other in both).as_json(),
        "equal": Share.of(other == first for first, other in both).as_json(),
        "difference": _apart(distances).as_json(),
        "median_difference": median([other - first for first, other in both]),
    }


def _apart(distances: Distances) -> MeanDifference:
    both = [pair for pair in distances if pair is not None]
    return MeanDifference.of([first for first, _ in both], [other for _, other in both])


def _row(pair: Pair) -> Row:
    distance, states = pair.route or (None, None)
    return {
        "seed": pair.seed,
        "kind": pair.kind,
        "path": pair.path.as_json(),
        "one_shot": pair.one_shot.as_json(),
        "route": {"distance": None if distance is None else round(distance, 4), "states": states},
        "clip": None if pair.clip is None else round(pair.clip, 4),
    }


def shown(number: float | None, places: int = 3) -> str:
    """A number in a cell."""
    return "none" if number is None else f"{number:.{places}f}"


def _modes_table(modes: dict[str, list[Way]]) -> Table:
    rows = tuple(
        (
            name,
            str(Share.of(one.success for one in ways)),
            str(Share.of(one.half for one in ways)),
            str(Share.of(one.arrived for one in ways)),
            shown(median([one.edit_error for one in ways])),
        )
        for name, ways in modes.items()
    )
    header = ("mode", "success [95 %]", "half [95 %]", "arrived [95 %]", "error")
    return Table(f"Both modes on the same {len(next(iter(modes.values())))} episodes", header, rows)


def _ways_table(modes: dict[str, list[Way]]) -> Table:
    rows = []
    for name, ways in modes.items():
        found = figures(ways)
        distance = found["distance"]
        cells = (distance["median"], distance["mean"], found["path_length"], found["smoothness"])
        more = (shown(found["spill"], 4), shown(found["rounds"], 2), shown(found["clips"], 1))
        rows.append((name, *map(shown, cells), *more))
    header = ("mode", "off truth", "mean", "length", "smoothness", "spill", "rounds", "clips")
    return Table("The ways there (medians; rounds and clips: means)", header, tuple(rows))


def _comparison_table(pairs: Sequence[Pair]) -> Table:
    points = _points(pairs)
    verdict = "not lower" if points.not_lower else "lower, or too few to say"
    rows = [("path − one-shot: success, points", str(len(pairs)), f"{points}, {verdict}", "", "")]
    for name, distances in (
        ("path − one-shot: off truth", [pair.distances for pair in pairs]),
        ("route − path: off truth", [pair.route_distances for pair in pairs]),
        ("route − the path's clips: off truth", [pair.clip_distances for pair in pairs]),
    ):
        both = [pair for pair in distances if pair is not None]
        nearer, equal = Share.of(b < a for a, b in both), Share.of(a == b for a, b in both)
        rows.append((name, str(len(both)), str(_apart(distances)), str(nearer), f"{100 * equal.value:.1f} %"))
    header = ("comparison", "n", "difference [95 %]", "nearer [95 %]", "equal")
    return Table("Paired comparisons", header, tuple(rows))


def _groups_table(groups: dict[str, list[Pair]]) -> Table:
    rows = tuple(
        (
            name,
            str(len(ones)),
            str(Share.of(one.path.success for one in ones)),
            str(Share.of(one.one_shot.success for one in ones)),
            str(_points(ones)),
        )
        for name, ones in groups.items()
    )
    return Table("Success by kind", ("kind", "n", "path [95 %]", "one-shot [95 %]", "points"), rows)
