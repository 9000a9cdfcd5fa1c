"""What each weight of the path's energy does, one changed at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ...geometry.energy import Weights
from ...strategy.executor import Run
from ...strategy.path import Path, arrives
from ...values import Sampling, Step
from ...worlds.tabletop import Episode
from ..episodes import Drawing, drawings
from ..plan import FRAMES
from ..results import Column, Results, Table, figures_of, row_of
from ..statistics import Difference
from ..task import EditingTask
from ..truth import SPILL, SUCCESS, Way, way
from .path import LENGTH, ROUNDS, SMOOTHNESS, WAYS

FACTORS = (0.0, 2.0)

UNIT = 0.1
"""What stands for the default of a weight that is 0 by default: that of the other distances."""

DEFAULT = "default"


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
class Ablated:
    """One episode by variant."""

    seed: int
    kind: str
    ways: Mapping[str, Way]


def ablated(one: Episode, came: tuple[Sequence[Sequence[Step]], float]) -> Ablated:
    ways = [way(steps, arrives(Path().gate, steps), one) for steps in came[0]]
    return Ablated(one.seed, one.kind, dict(zip(variants(Path()), ways, strict=True)))


class Energy(EditingTask):
    """All variants together; as long as they stand at the same state they share its clips."""

    measure = staticmethod(ablated)

    @property
    def clips(self) -> int:
        return self.plan.path.candidates

    def drawings(self) -> Sequence[Drawing]:
        return drawings(self.plan.count, FRAMES)

    def runs(self, ready: Sampling, one: Episode, number: int) -> list[Run[Any]]:
        seeds = self.plan.seeds(number)
        return [self.run(path, one, ready, seeds) for path in variants(self.plan.path).values()]

    def results(self, ready: Any, answers: Sequence[Ablated]) -> Results:
        path = self.plan.path
        ways = {name: [one.ways[name] for one in answers] for name in answers[0].ways}
        weights = {entry.name: getattr(path, entry.name) for entry in fields(Weights)}
        usual = [one.success for one in ways[DEFAULT]]

        def points(own: Sequence[Way]) -> Difference:
            return Difference.of(usual, [one.success for one in own])

        told = Column("points [95 %]", "success_difference", points)
        shown = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
        columns = (SUCCESS, told, SPILL, LENGTH, SMOOTHNESS, ROUNDS)
        return Results(
            figures={
                "rounds": path.rounds,
                "candidates": path.candidates,
                "weights": weights,
                "variants": {name: figures_of(own, (*WAYS, told)) for name, own in ways.items()},
            },
            rows=[{"seed": one.seed, "kind": one.kind, **row_of(one.ways)} for one in answers],
            tables=(Table.of(f"The path with other weights; default: {shown}", "weight", ways, columns),),
        )
