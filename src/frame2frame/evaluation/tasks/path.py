"""The iterative mode: against one-shot mode, against a better route, and with other weights of its energy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import repeat
from operator import attrgetter
from typing import Any

from ...geometry.energy import Weights
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.path import Path
from ...strategy.walk import completes
from ...values import Step
from ...worlds.tabletop import Episode
from ..results.columns import (
    COUNT,
    Case,
    Column,
    Results,
    Row,
    Table,
    by_kind,
    figures_of,
    mean,
    median,
    points,
    share,
    within,
)
from ..results.statistics import MeanDifference
from .task import Batch, EditingTask
from .truth import ERROR, HALF, LOOKS, SPILL, SUCCESS, Route, Way, clip_distance, route_distance, way

FACTORS = (0.0, 2.0)

UNIT = 0.1
"""What stands for the default of a weight that is 0 by default: that of the other distances."""

DEFAULT = "default"


@dataclass(frozen=True)
class Pair(Case):
    """One episode in both modes."""

    path: Way
    one_shot: Way
    route: Route
    """The least-energy route to the path's answer."""
    clip: float | None
    """The distance of all frames that the path passed through."""


Walked = tuple[Path, Sequence[Sequence[Step]]]
"""The path as it was measured, and the steps of each way."""


def pair(one: Episode, came: Walked) -> Pair:
    """What is true of an episode's two ways."""
    walked, ((one_shot,), path) = came
    return Pair(
        seed=one.seed,
        kind=one.kind,
        path=way(path, completes(walked.gate, path), one),
        one_shot=way([one_shot], one_shot.choice.index is not None, one),
        route=route_distance(path, one),
        clip=clip_distance(path, one),
    )


class PathTask(EditingTask):
    """A part whose paths are compared with the drawn clip."""

    @property
    def clips(self) -> int:
        return self.plan.path.candidates

    @property
    def frames(self) -> int:
        return self.plan.truth_frames

    def look(self, batch: Batch) -> Iterable[Walked]:
        return zip(repeat(self.plan.path), super().look(batch), strict=False)


class BothModes(PathTask):
    """With the same episodes and seeds; the path's first round is part of the one-shot's."""

    measure = staticmethod(pair)

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        path, seeds = self.plan.path, self.plan.seeds(number)
        return [self.begun(strategy, one, seeds) for strategy in (OneShot(path.draws), path)]

    def results(self, answers: Sequence[Pair]) -> Results:
        path, groups = self.plan.path, by_kind(answers)
        paths, shots = [one.path for one in answers], [one.one_shot for one in answers]
        modes = {
            f"path, {path.rounds} × {path.candidates} clips": paths,
            f"one-shot, best of {path.draws}": shots,
        }
        title = f"Both modes on the same {len(answers)} episodes"
        return Results.of(
            self.rows(answers),
            Table.of(title, "mode", modes, MODES),
            Table.of("The ways there (medians; rounds and clips: means)", "mode", modes, COURSES),
            Table.of("How the answers look", "mode", modes, LOOKS),
            _comparisons(answers),
            Table.of("Success by kind", "kind", groups, BY_KIND),
            rounds=path.rounds,
            candidates=path.candidates,
            path=figures_of(paths, WAYS),
            one_shot=figures_of(shots, WAYS),
            success_difference={name: DIFFERENCE.of(ones).as_json() for name, ones in groups.items()},
            not_lower=DIFFERENCE.of(answers).not_lower,
            **{name: figures_of(_gaps(answers, *both), NEARER) for name, _, *both in COMPARED},
        )


def _counts(ways: Sequence[Way]) -> dict[str, int]:
    return {str(number): count for number, count in sorted(Counter(one.rounds for one in ways).items())}


ARRIVED = share("arrived [95 %]", "arrived")
LENGTH, SMOOTHNESS = median("length", "path_length"), median("smoothness", "smoothness")
ROUNDS, CLIPS = mean("rounds", "rounds"), mean("clips", "clips", 1)
OFF_TRUTH = (median("off truth", "median", of="distance"), mean("mean", "mean", 3, of="distance"))
MOVED = Column("", "count", lambda ways: sum(way.distance is not None for way in ways))
MODES = (SUCCESS, HALF, ARRIVED, ERROR)
COURSES = (*OFF_TRUTH, LENGTH, SMOOTHNESS, SPILL, ROUNDS, CLIPS)
WAYS = (
    *(*MODES, *LOOKS, LENGTH, SMOOTHNESS, SPILL, ROUNDS, CLIPS),
    share("", "stayed", lambda way: not way.states),
    Column("", "distance", lambda ways: figures_of(ways, (*OFF_TRUTH, MOVED))),
    Column("", "rounds_counts", _counts),
)
"""Of the ways of all episodes, for machines."""

DIFFERENCE = points("points", "", "one_shot.success", "path.success")
BY_KIND = (
    COUNT,
    within("path", SUCCESS, "path [95 %]"),
    within("one_shot", SUCCESS, "one-shot [95 %]"),
    DIFFERENCE,
)
COMPARED = (
    ("nearer_than_one_shot", "path − one-shot: off truth", "one_shot.distance", "path.distance"),
    ("route_nearer_than_path", "route − path: off truth", "path.distance", "route.distance"),
    ("route_nearer_than_clip", "route − the path's clips: off truth", "clip", "route.distance"),
)
"""Name, what it says, and the first and the other distance of a pair."""


def _gaps(pairs: Sequence[Pair], first: str, other: str) -> list[float]:
    """The other distance minus the first, where there are both."""
    distances = map(attrgetter(first, other), pairs)
    return [other - first for first, other in distances if first is not None and other is not None]


NEARER = (
    COUNT,
    Column("difference [95 %]", "difference", MeanDifference.of),
    share("nearer [95 %]", "nearer", lambda gap: gap < 0),
    share("equal", "equal", lambda gap: gap == 0, is_brief=True),
    median("", "median_difference", of=float),
)


def _comparisons(pairs: Sequence[Pair]) -> Table:
    points = DIFFERENCE.of(pairs)
    verdict = "not lower" if points.not_lower else "lower, or too few to say"
    success = ("path − one-shot: success, points", str(len(pairs)), f"{points}, {verdict}", "", "")
    groups = {told: _gaps(pairs, *both) for _, told, *both in COMPARED}
    table = Table.of("Paired comparisons", "comparison", groups, NEARER)
    return replace(table, rows=(success, *table.rows))


def variants(path: Path) -> dict[str, Path]:
    """The path as it is, and with each weight at 0 and twice its default; one that is 0, at 0.1 and 0.2."""
    found = {DEFAULT: path}
    for name in (entry.name for entry in fields(Weights)):
        own = getattr(path, name)
        for value in [factor * own for factor in FACTORS] if own else [UNIT, 2 * UNIT]:
            change: dict[str, Any] = {name: value}
            found[f"{name} {value:g}"] = replace(path, **change)
    return found


@dataclass(frozen=True)
class Ablated(Case):
    """One episode by variant."""

    ways: Mapping[str, Way]


def ablated(one: Episode, came: Walked) -> Ablated:
    path, every = came
    ways = [way(steps, completes(path.gate, steps), one) for steps in every]
    return Ablated(one.seed, one.kind, dict(zip(variants(path), ways, strict=True)))


class Energy(PathTask):
    """All variants together; as long as they stand at the same state they share its clips."""

    measure = staticmethod(ablated)

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        seeds = self.plan.seeds(number)
        return [self.begun(path, one, seeds) for path in variants(self.plan.path).values()]

    def rows(self, answers: Sequence[Ablated]) -> Iterable[Row]:
        return [{"seed": one.seed, "kind": one.kind, **asdict(one)["ways"]} for one in answers]

    def results(self, answers: Sequence[Ablated]) -> Results:
        path = self.plan.path
        ways = {name: [one.ways[name] for one in answers] for name in answers[0].ways}
        weights = {entry.name: getattr(path, entry.name) for entry in fields(Weights)}
        shown = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
        told = points("points [95 %]", "success_difference", ways[DEFAULT], "success")
        columns = (SUCCESS, told, SPILL, LENGTH, SMOOTHNESS, ROUNDS, *(one.untold for one in WAYS))
        title = f"The path with other weights; default: {shown}"
        about = {"rounds": path.rounds, "candidates": path.candidates, "weights": weights}
        looks = Table.of("How the answers look", "weight", ways, LOOKS)
        return Results.of(
            self.rows(answers), Table.of(title, "weight", ways, columns, "variants"), looks, **about
        )
