"""Part "measure": whether the measure of success itself can be trusted.

No rival may pass, neither as drawn nor as the model's VAE shows it; the target sent through the VAE must.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..worlds.tabletop import KINDS, Episode, judge
from .crew import crew
from .found import Found, Row, Table
from .making import stages_of
from .plan import Plan, Report, drawings, drawn
from .shares import Share
from .vae import Coder, coder


@dataclass(frozen=True)
class Passed:
    """What counts as a success in one episode."""

    seed: int
    kind: str
    rivals: tuple[str, ...]
    """Of the rivals as drawn."""
    rivals_through_vae: tuple[str, ...]
    target_through_vae: bool
    target_error: float


def run(plan: Plan, report: Report) -> Found:
    """Judge rivals and targets as if they were answers."""
    through, passed = coder(stages_of(plan).generator), []
    with crew(plan) as hands:
        for one in drawn(drawings(plan.count), hands, plan.batch):
            passed.append(_judge(one, through))
            report(len(passed))
    return _found(passed)


def _judge(one: Episode, through: Coder) -> Passed:
    target = judge(through(one.target[None]), one)
    worn = {name: through(rival[None])[0] for name, rival in one.rivals.items()}
    return Passed(
        seed=one.seed,
        kind=one.kind,
        rivals=_passing(one, dict(one.rivals)),
        rivals_through_vae=_passing(one, worn),
        target_through_vae=bool(target.success[0]),
        target_error=round(float(target.edit_error[0]), 4),
    )


def _passing(
    one: Episode, pictures: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]
) -> tuple[str, ...]:
    hits = judge(np.stack(list(pictures.values())), one).success
    return tuple(name for name, hit in zip(pictures, hits, strict=True) if hit)


def _found(passed: Sequence[Passed]) -> Found:
    kinds = {kind: [one for one in passed if one.kind == kind] for kind in KINDS}
    groups = {"all": list(passed)} | {kind: ones for kind, ones in kinds.items() if ones}
    shares = {name: _shares(ones) for name, ones in groups.items()}
    header = ("kind", "n", "any rival passes", "any rival through the VAE", "target through the VAE")
    rows = tuple((name, str(len(groups[name])), *map(str, found)) for name, found in shares.items())
    names = ("rivals", "rivals_through_vae", "target_through_vae")
    return Found(
        figures={
            group: {name: share.as_json() for name, share in zip(names, found, strict=True)}
            for group, found in shares.items()
        },
        rows=[_row(one) for one in passed],
        tables=(Table("What passes as a success", header, rows),),
    )


def _shares(passed: Sequence[Passed]) -> tuple[Share, Share, Share]:
    return (
        Share.of(one.rivals for one in passed),
        Share.of(one.rivals_through_vae for one in passed),
        Share.of(one.target_through_vae for one in passed),
    )


def _row(one: Passed) -> Row:
    return dict(vars(one))
