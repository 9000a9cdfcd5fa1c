"""The iterative mode against one-shot mode with as many clips, and against a better route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.path import Path, arrives
from ...values import Sampling, Step
from ...worlds.tabletop import Episode
from ..episodes import Drawing, drawings
from ..results import COUNT, Column, Plain, Results, Table, by_kind, figures_of, median, row_of, share, within
from ..statistics import Difference, MeanDifference, Number, Share
from ..task import EditingTask
from ..truth import ERROR, HALF, SPILL, SUCCESS, Route, Way, clip_distance, route_distance, way


@dataclass(frozen=True)
class Pair:
    """One episode in both modes."""

    seed: int
    kind: str
    path: Way
    one_shot: Way
    route: Route
    """The least-energy route to the path's answer."""
    clip: float | None
    """The distance of all frames that the path passed through."""

    @property
    def distances(self) -> tuple[float | None, float | None]:
        """Of one-shot and path, where they left the source."""
        return self.one_shot.distance, self.path.distance

    @property
    def route_distances(self) -> tuple[float | None, float | None]:
        """Of the greedy path and the route."""
        return self.path.distance, self.route.distance

    @property
    def clip_distances(self) -> tuple[float | None, float | None]:
        """Of the frames passed through and the route."""
        return self.clip, self.route.distance


def pair(one: Episode, came: tuple[Sequence[Sequence[Step]], float]) -> Pair:
    """What is true of an episode's two ways."""
    ((one_shot,), path), gate = came[0], Path().gate
    return Pair(
        seed=one.seed,
        kind=one.kind,
        path=way(path, arrives(gate, path), one),
        one_shot=way([one_shot], one_shot.choice.index is not None, one),
        route=route_distance(path, one),
        clip=clip_distance(path, one),
    )


class BothModes(EditingTask):
    """With the same episodes and seeds; the path's first round is part of the one-shot's."""

    measure = staticmethod(pair)

    @property
    def clips(self) -> int:
        return self.plan.path.candidates

    def drawings(self) -> Sequence[Drawing]:
        return drawings(self.plan.count, self.plan.truth_frames)

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        path, seeds = self.plan.path, self.plan.seeds(number)
        return [self.run(strategy, one, ready, seeds) for strategy in (OneShot(path.draws), path)]

    def results(self, ready: Any, answers: Sequence[Pair]) -> Results:
        path, groups = self.plan.path, by_kind(answers)
        paths, shots = [one.path for one in answers], [one.one_shot for one in answers]
        modes = {
            f"path, {path.rounds} × {path.candidates} clips": paths,
            f"one-shot, best of {path.draws}": shots,
        }
        points = DIFFERENCE.of(answers)
        return Results(
            figures={
                "rounds": path.rounds,
                "candidates": path.candidates,
                "path": figures_of(paths, WAYS),
                "one_shot": figures_of(shots, WAYS),
                "success_difference": {name: DIFFERENCE.of(ones).as_json() for name, ones in groups.items()},
                "not_lower": points.not_lower,
                **{name: figures_of(_both(answers, of), NEARER) for name, _, of in COMPARED},
            },
            rows=[row_of(one) for one in answers],
            tables=(
                Table.of(f"Both modes on the same {len(answers)} episodes", "mode", modes, MODES),
                Table.of("The ways there (medians; rounds and clips: means)", "mode", modes, COURSES),
                _comparisons(answers),
                Table.of("Success by kind", "kind", groups, BY_KIND),
            ),
        )


def _apart(ways: Sequence[Way]) -> list[float]:
    return [one.distance for one in ways if one.distance is not None]


def _of_distance(ways: Sequence[Way]) -> Plain:
    apart = _apart(ways)
    return Plain(
        {"median": Number.median(apart).value, "mean": Number.mean(apart).value, "count": len(apart)}
    )


def _counts(ways: Sequence[Way]) -> Plain:
    rounds = [one.rounds for one in ways]
    return Plain({str(number): rounds.count(number) for number in sorted(set(rounds))})


ARRIVED = share("arrived [95 %]", "arrived")
LENGTH, SMOOTHNESS = median("length", "path_length"), median("smoothness", "smoothness")
ROUNDS = Column("rounds", "rounds", lambda ways: Number.mean([one.rounds for one in ways]))
CLIPS = Column("clips", "clips", lambda ways: Number.mean([one.clips for one in ways], 1))
OFF_TRUTH = (
    Column("off truth", "", lambda ways: Number.median(_apart(ways))),
    Column("mean", "", lambda ways: Number.mean(_apart(ways), 3)),
)
MODES = (SUCCESS, HALF, ARRIVED, ERROR)
COURSES = (*OFF_TRUTH, LENGTH, SMOOTHNESS, SPILL, ROUNDS, CLIPS)
WAYS = (
    *(*MODES, LENGTH, SMOOTHNESS, SPILL, ROUNDS, CLIPS),
    Column("", "stayed", lambda ways: Share.of(not one.states for one in ways)),
    Column("", "distance", _of_distance),
    Column("", "rounds_counts", _counts),
)
"""Of the ways of all episodes, for machines."""

DIFFERENCE = Column(
    "points",
    "",
    lambda ones: Difference.of([one.one_shot.success for one in ones], [one.path.success for one in ones]),
)
BY_KIND = (
    COUNT,
    within("path", SUCCESS, "path [95 %]"),
    within("one_shot", SUCCESS, "one-shot [95 %]"),
    DIFFERENCE,
)
COMPARED = (
    ("nearer_than_one_shot", "path − one-shot: off truth", "distances"),
    ("route_nearer_than_path", "route − path: off truth", "route_distances"),
    ("route_nearer_than_clip", "route − the path's clips: off truth", "clip_distances"),
)
"""Name, what it says, and the property of a pair that has the first and the other distance."""


def _both(pairs: Sequence[Pair], distances: str) -> list[tuple[float, float]]:
    """Where there are both."""
    found = [getattr(one, distances) for one in pairs]
    return [both for both in found if None not in both]


NEARER = (
    Column("n", "", len),
    Column("difference [95 %]", "difference", lambda both: MeanDifference.of(*_parted(both))),
    Column("nearer [95 %]", "nearer", lambda both: Share.of(other < first for first, other in both)),
    Column("equal", "equal", lambda both: Share.of((a == b for a, b in both), is_brief=True)),
    Column("", "median_difference", lambda both: Number.median([other - first for first, other in both])),
)


def _parted(both: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [first for first, _ in both], [other for _, other in both]


def _comparisons(pairs: Sequence[Pair]) -> Table:
    points = DIFFERENCE.of(pairs)
    verdict = "not lower" if points.not_lower else "lower, or too few to say"
    success = ("path − one-shot: success, points", str(len(pairs)), f"{points}, {verdict}", "", "")
    groups = {told: _both(pairs, distances) for _, told, distances in COMPARED}
    table = Table.of("Paired comparisons", "comparison", groups, NEARER)
    return replace(table, rows=(success, *table.rows))
