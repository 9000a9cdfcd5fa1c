"""Part "energy": what each weight of the path's energy does, one changed at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import fields, replace
from typing import Any

from ..geometry.energy import Weights
from ..strategy.path import Path
from ..worlds.tabletop import Episode
from .crew import ahead, crew
from .found import Found, Row, Table
from .making import ready, stages_of
from .path import figures, median, shown
from .plan import FRAMES, Plan, Report, batches, drawings, drawn
from .shares import Difference, Share
from .stopping import stoppable
from .truth import Way, way
from .walking import Studio, Walker, walked

FACTORS = (0.0, 2.0)

UNIT = 0.1
"""What stands for the default of a weight that is 0 by default: that of the other distances."""

DEFAULT = "default"

Ablated = dict[str, Way]
"""One episode by variant."""


def variants(path: Path) -> dict[str, Path]:
    """The path as it is, and with each weight at 0 and twice its default; one that is 0, at 0.1 and 0.2."""
    found = {DEFAULT: path}
    for name in (entry.name for entry in fields(Weights)):
        own = getattr(path, name)
        for value in [factor * own for factor in FACTORS] if own else [UNIT, 2 * UNIT]:
            change: dict[str, Any] = {name: value}
            found[f"{name} {value:g}"] = replace(path, **change)
    return found


def run(plan: Plan, report: Report) -> Found:
    """Walk all variants together; as long as they stand at the same state they share its clips."""
    stages, ablated = stages_of(plan), list[Future[tuple[Episode, Ablated]]]()
    sampling, paths = None, variants(plan.path)
    with stoppable() as stop, crew(plan) as hands:
        for batch in batches(drawn(drawings(plan.count, FRAMES), hands, ahead(plan)), plan.batch):
            sampling = sampling or ready(stages, batch[0].source, plan, hands)
            studio = Studio(stages, sampling, plan.batch * plan.path.candidates, plan.batch)
            ends = _ends(studio, batch, plan, list(paths.values()), len(ablated))
            for one, walkers in zip(batch, ends, strict=True):
                ablated.append(hands.submit(_measured, one, list(paths), walkers))
            for future in ablated[: -len(batch)]:  # no more than two batches of clips are held
                future.result()
            report(len(ablated))
    stopped = stop.after(len(ablated))
    return _found(plan, [future.result() for future in ablated], stopped)


def _ends(
    studio: Studio, batch: Sequence[Episode], plan: Plan, paths: Sequence[Path], done: int
) -> list[list[Walker]]:
    """For each episode the finished walkers of all variants."""
    walks = studio.starts(batch)
    walkers = [
        Walker(path, walk, plan.seeds(done + number)) for number, walk in enumerate(walks) for path in paths
    ]
    ends = walked(studio, walkers)
    return [ends[start : start + len(paths)] for start in range(0, len(ends), len(paths))]


def _measured(one: Episode, names: Sequence[str], walkers: Sequence[Walker]) -> tuple[Episode, Ablated]:
    ways = [way(walker.steps, walker.walk.arrived, one) for walker in walkers]
    return one, dict(zip(names, ways, strict=True))


def _found(plan: Plan, ablated: Sequence[tuple[Episode, Ablated]], stopped: int | None = None) -> Found:
    ways = {name: [own[name] for _, own in ablated] for name in variants(plan.path)}
    return Found(
        figures={
            "rounds": plan.path.rounds,
            "candidates": plan.path.candidates,
            "weights": {entry.name: getattr(plan.path, entry.name) for entry in fields(Weights)},
            "variants": {
                name: figures(own) | {"success_difference": _points(ways, name).as_json()}
                for name, own in ways.items()
            },
        },
        rows=[_row(one, own) for one, own in ablated],
        tables=(_table(plan, ways),),
        stopped=stopped,
    )


def _points(ways: dict[str, list[Way]], name: str) -> Difference:
    """Success with this variant minus that with the defaults."""
    return Difference.of([one.success for one in ways[DEFAULT]], [one.success for one in ways[name]])


def _row(one: Episode, own: Ablated) -> Row:
    return {"seed": one.seed, "kind": one.kind, **{name: found.as_json() for name, found in own.items()}}


def _table(plan: Plan, ways: dict[str, list[Way]]) -> Table:
    rows = tuple(
        (
            name,
            str(Share.of(one.success for one in own)),
            "" if name == DEFAULT else str(_points(ways, name)),
            shown(median([one.spill for one in own]), 4),
            shown(median([one.path_length for one in own])),
            shown(median([one.smoothness for one in own])),
            shown(figures(own)["rounds"], 2),
        )
        for name, own in ways.items()
    )
    default = ", ".join(f"{entry.name} {getattr(plan.path, entry.name):g}" for entry in fields(Weights))
    header = ("weight", "success [95 %]", "points [95 %]", "spill", "length", "smoothness", "rounds")
    return Table(f"The path with other weights; default: {default}", header, rows)
