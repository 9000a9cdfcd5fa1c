"""What a part of the evaluation is: episodes, what a model makes of them, and how good that is.

The loop that all parts share is in `evaluation/runner.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from ... import plan as planning
from ...engine.device.placement import choose_devices
from ...media.pictures import fit
from ...plugins.stages import Stages
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.stopwatch import Stopwatch
from ...strategy.together import Together
from ...values import Picture, Sampling, Step
from ...worlds.tabletop import Episode
from ..episodes import STILL, Drawing, drawings
from ..plan import Plan
from ..results.columns import Column, Groups, Results, Row, Table, by_kind


@dataclass(frozen=True)
class Batch:
    """Episodes that are looked at together."""

    first: int
    """The number of the first one."""
    episodes: Sequence[Episode]
    courses: Sequence[str]
    """Of each clip."""
    hands: Executor
    """They choose and measure."""

    @property
    def numbered(self) -> Iterable[tuple[int, Episode]]:
        return enumerate(self.episodes, self.first)


def itself(one: Episode, came: Any) -> Any:
    """What came of an episode, where nothing is left to be measured."""
    return came


class Task:
    """One part, by its plan."""

    turns: Sequence[str] = ()
    """How two of every five clips run, in turn; all others complete their edit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def stages(self) -> Stages:
        """The parts that an edit with this plan's settings runs through."""
        return stages_of(self.plan)

    @property
    def frames(self) -> int:
        """Of a drawn clip."""
        return STILL

    def drawings(self) -> Sequence[Drawing]:
        """The episodes, which are drawn while the model is at work."""
        return drawings(self.plan.count, self.frames, self.turns, self.plan.first)

    def prepare(self, first: Episode) -> None:
        """Load all that is needed, so that the first batch is timed like the others."""

    def look(self, batch: Batch) -> Iterable[Any]:
        """What comes of each episode of a batch."""
        return map(self.see, batch.episodes)

    def see(self, one: Episode) -> Any:
        """What comes of one episode, where each is looked at by itself."""
        raise NotImplementedError

    measure: Callable[[Episode, Any], Any] = staticmethod(itself)
    """An answer from an episode and what came of it; a function of a module, as other processes call it."""

    tables: Sequence[tuple[str, Sequence[Column]]] = ()
    """The figures of answers under the title of the table that shows them."""

    def groups(self, answers: Sequence[Any]) -> Groups:
        """What has a row in each table."""
        return by_kind(answers)

    def rows(self, answers: Sequence[Any]) -> Iterable[Row]:
        """What is kept of each answer."""
        return map(asdict, answers)

    def more(self, answers: Sequence[Any]) -> Row:
        """Figures besides those of the tables."""
        return {}

    def results(self, answers: Sequence[Any]) -> Results:
        """Figures, rows and tables of all answers."""
        groups = self.groups(answers)
        tables = [Table.of(title, "", groups, columns, "groups") for title, columns in self.tables]
        return Results.of(self.rows(answers), *tables, **self.more(answers))


class EditingTask(Task):
    """A part that makes edits, by the strategies that are shipped, for a batch of episodes at once."""

    warmed: Sequence[Any] = (OneShot(),)
    """Strategies that between them need all weights."""

    sampling: Sampling
    """Of all edits, once it is prepared."""

    @property
    def clips(self) -> int:
        """Of an episode, in one draft."""
        return 1

    def prepare(self, first: Episode) -> None:
        plan = self.plan
        self.sampling = self.stages.generator.sampling(first.source, plan.frames, plan.steps, plan.guidance)
        self.warm(first, self.sampling)

    def warm(self, first: Episode, sampling: Sampling) -> None:
        """An edit in one step loads all weights."""
        short = replace(sampling, steps=1, guidance=sampling.guidance[:1])
        for strategy in self.warmed:
            self.made([[self.begun(strategy, first, range(strategy.draws), short)]])

    def repeated(self, picture: Picture) -> Picture:
        """A picture after its way through the model's autoencoder."""
        fitted = fit(picture, self.sampling.height, self.sampling.width)
        return fitted.restore(self.stages.generator.repeated(fitted.picture))

    def runs(self, one: Episode, number: int) -> Sequence[Run[Any]]:
        """The strategies for an episode; what several of them want is drawn once."""
        return [self.begun(OneShot(), one, [self.plan.seed + number])]

    def begun(
        self, strategy: Any, one: Episode, seeds: Sequence[int], sampling: Sampling | None = None
    ) -> Run[Any]:
        """A strategy on its way for an episode."""
        run: Run[Any] = strategy.run(
            one.source, one.instruction, sampling or self.sampling, seeds, self.stages
        )
        return run

    def look(self, batch: Batch) -> Iterable[Any]:
        """Of each episode the steps of each run."""
        return self.made([self.runs(one, number) for number, one in batch.numbered], batch.hands)

    def made(
        self,
        runs: Sequence[Sequence[Run[Any]]],
        hands: Executor | None = None,
        clips: int | None = None,
        watch: Stopwatch | None = None,
    ) -> list[list[list[Step]]]:
        """Of each group of runs the steps of each; so many clips of a group are in one draft."""
        batch, choosing = self.plan.batch, hands.map if hands else map
        together = Together(self.stages, batch * (clips or self.clips), batch, choosing, watch or Stopwatch())
        found = iter(together.run([run for own in runs for run in own]))
        return [[[one for one in next(found) if isinstance(one, Step)] for _ in own] for own in runs]


def clock(plan: Plan) -> Stopwatch:
    """A stopwatch that waits for the GPUs, which would else do a stage's work in the time of the next one."""
    import torch

    gpus = [device for device in choose_devices(plan.device) if device.type == "cuda"]
    return Stopwatch(lambda: list(map(torch.cuda.synchronize, gpus)))


def stages_of(plan: Plan) -> Stages:
    """The parts that an edit with this plan's settings runs through; their weights load on first use."""
    return planning.of(plan.request).stages
