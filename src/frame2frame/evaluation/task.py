"""What a part of the evaluation is: episodes, what a model makes of them, and how good that is.

The loop that all parts share is in `runner.py`.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import plan as planning
from ..engine.models import catalogue
from ..media.pictures import load_picture
from ..plugins.stages import Stages
from ..request import Request
from ..strategy.executor import Run
from ..strategy.one_shot import OneShot
from ..strategy.stopwatch import Stopwatch
from ..strategy.together import Together
from ..values import Sampling, Step
from ..worlds.tabletop import Episode
from ..worlds.tabletop.scene import PICTURE_SIZE
from .episodes import Drawing, drawings
from .plan import Plan
from .results import Column, Groups, Results, Table, by_kind, figures_of, row_of

if TYPE_CHECKING:
    from ..engine.models.catalogue import Model


def itself(one: Episode, came: Any) -> Any:
    """What came of an episode, where nothing is left to be measured."""
    return came


class Task(ABC):
    """One part, by its plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def stages(self) -> Stages:
        """The parts that an edit with this plan's settings runs through."""
        return stages_of(self.plan)

    def drawings(self) -> Sequence[Drawing]:
        """The episodes, which are drawn while the model is at work."""
        return drawings(self.plan.count)

    def prepare(self, first: Episode) -> Any:
        """Load all that is needed, so that the first batch is timed like the others.

        It answers what `results` has to know of it, which can be pickled.
        """
        return None

    @abstractmethod
    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        """What comes of each episode of a batch; `first` is the number of its first one."""

    measure: Callable[[Episode, Any], Any] = staticmethod(itself)
    """An answer from an episode and what came of it; a function of a module, as other processes call it."""

    tables: Sequence[tuple[str, Sequence[Column]]] = ()
    """The figures of answers under the title of the table that shows them."""

    def groups(self, answers: Sequence[Any]) -> Groups:
        """What has a row in each table."""
        return by_kind(answers)

    def results(self, ready: Any, answers: Sequence[Any]) -> Results:
        """Figures, rows and tables of all answers; `ready` is what `prepare` has answered."""
        groups, columns = self.groups(answers), [one for _, own in self.tables for one in own]
        figures = {"groups": {name: figures_of(ones, columns) for name, ones in groups.items()}}
        tables = [Table.of(title, "", groups, own) for title, own in self.tables]
        return Results(figures, [row_of(one) for one in answers], tuple(tables))


class EditingTask(Task):
    """A part that makes edits, by the strategies that are shipped, for a batch of episodes at once."""

    @property
    def clips(self) -> int:
        """Of an episode, in one draft."""
        return 1

    @abstractmethod
    def runs(self, ready: Any, one: Episode, number: int) -> Sequence[Run[Any]]:
        """The strategies for an episode; what several of them want is drawn once."""

    def prepare(self, first: Episode) -> Any:
        plan = self.plan
        sampling = self.stages.generator.sampling(first.source, plan.frames, plan.steps, plan.guidance)
        self.warm(first, sampling)
        return sampling

    def warm(self, first: Episode, sampling: Sampling) -> None:
        """An edit in one step loads all weights."""
        short = replace(sampling, steps=1, guidance=sampling.guidance[:1])
        self.together().run([self.run(OneShot(), first, short, (0,))])

    def look(self, ready: Any, batch: Sequence[Episode], first: int, hands: Executor) -> Iterable[Any]:
        """For each episode the steps of each run and the seconds that it took."""
        runs = [self.runs(ready, one, first + number) for number, one in enumerate(batch)]
        return self.steps(runs, self.together(hands))

    def together(self, hands: Executor | None = None, watch: Stopwatch | None = None) -> Together:
        batch = self.plan.batch
        choosing = map if hands is None else hands.map
        return Together(self.stages, batch * self.clips, batch, choosing, watch or Stopwatch())

    def steps(self, runs: Sequence[Sequence[Run[Any]]], together: Together) -> list[tuple[Any, float]]:
        """Of each group of runs the steps of each, and the seconds, which all groups share."""
        start = time.perf_counter()
        found = iter(together.run([run for group in runs for run in group]))
        steps = [[[one for one in next(found) if isinstance(one, Step)] for _ in group] for group in runs]
        seconds = (time.perf_counter() - start) / len(runs)
        return [(group, seconds) for group in steps]

    def run(
        self, strategy: Any, one: Episode, sampling: Sampling, seeds: Sequence[int], text: str | None = None
    ) -> Run[Any]:
        """A strategy for an episode, whose instruction may be put in other words."""
        wording = one.instruction if text is None else text
        run: Run[Any] = strategy.run(one.source, wording, sampling, seeds, self.stages)
        return run


def clock() -> Stopwatch:
    """A stopwatch that waits for the GPU, which would else do a stage's work in the time of the next one."""
    import torch

    return Stopwatch(torch.cuda.synchronize if torch.cuda.is_available() else lambda: None)


def model_of(plan: Plan) -> Model:
    """The model that the plan names, with the plan's encoder; raises ModelError."""
    model = catalogue.find(plan.model)
    return replace(model, encoder=plan.encoder) if plan.encoder else model


def stages_of(plan: Plan) -> Stages:
    """The parts that an edit with this plan's settings runs through; their weights load on first use."""
    blank = load_picture(np.zeros((PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.uint8))
    request = Request(
        blank, "edit", model_of(plan), caption=plan.caption, select=plan.select, device=plan.device
    )
    return planning.of(request).stages
