"""Whether the measure of success itself can be trusted.

No rival may pass, neither as drawn nor as the model's VAE shows it; the target sent through the VAE must.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...values import Picture
from ...worlds.tabletop import Episode, judge
from ..results import COUNT, Column
from ..statistics import Share
from ..task import Task
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


def passed(one: Episode, came: tuple[Picture, Mapping[str, Picture]]) -> Passed:
    """Rivals and target judged as if they were answers; those that went through the VAE are given."""
    target = judge(came[0][None], one)
    return Passed(
        seed=one.seed,
        kind=one.kind,
        rivals=_passing(one, one.rivals),
        rivals_through_vae=_passing(one, came[1]),
        target_through_vae=bool(target.success[0]),
        target_error=round(float(target.edit_error[0]), 4),
    )


def _passing(one: Episode, pictures: Mapping[str, Picture]) -> tuple[str, ...]:
    hits = judge(np.stack(list(pictures.values())), one).success
    return tuple(name for name, hit in zip(pictures, hits, strict=True) if hit)


def _share(header: str, name: str) -> Column:
    return Column(header, name, lambda ones: Share.of(getattr(one, name) for one in ones))


COLUMNS = (
    COUNT,
    _share("any rival passes", "rivals"),
    _share("any rival through the VAE", "rivals_through_vae"),
    _share("target through the VAE", "target_through_vae"),
)


class Measure(Task):
    measure = staticmethod(passed)
    tables = (("What passes as a success", COLUMNS),)

    @cached_property
    def through(self) -> Coder:
        return coder(self.stages.generator)

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        for one in batch:
            worn = {name: self.through(rival[None])[0] for name, rival in one.rivals.items()}
            yield self.through(one.target[None])[0], worn
