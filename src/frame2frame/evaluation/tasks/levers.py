"""What each way to do less work costs, against the same model at fifty guided steps.

Part "presets" leaves out the levers that stand alone, which takes a third of the time.

Every lever and every preset sees the same episodes and the same first seeds. Number formats and compilation
are no part of it: `benchmarks/engine.py` times them on the architectures that have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from ...engine.models.presets import PRESETS, Preset
from ...plugins import registry
from ...plugins.stages import Generator
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.search import Search, evaluations
from ...strategy.together import Together
from ...values import Sampling, Step
from ...worlds.tabletop import Episode
from ..results import Column, Results, Row, Table
from ..statistics import Difference, Number, Share
from ..task import clock
from .search import Answered, Previewing

STEPS = 50
"""Of the reference; all shares are of these."""
GUIDED = 2.0
"""The reference's guidance where the model's own is none."""
LOWEST = -2.0
"""The points that the lower end of a preset's difference may lie below the reference."""

REFERENCE = Preset("reference", "fifty guided steps")


def _dropping(every: int, renumber: bool) -> Mapping[str, bool | int | float]:
    return {"candidates": 1, "finalists": 1, "probe_steps": 0.25, "every": every, "renumber": renumber}


LEVERS = (
    Preset("half the steps", "", steps=0.5),
    Preset("two fifths of the steps", "", steps=0.4),
    Preset("a fifth of the steps", "", steps=0.2),
    Preset("a tenth of the steps", "", steps=0.1),
    Preset("guided in the first half", "", guided=0.5),
    Preset("guided in the first fifth", "", guided=0.2),
    Preset("unguided", "", guided=0.0),
    Preset("a shorter clip", "", frames=0.2),
    Preset("decoding stopped early", "", options={"stop_early": True}),
    Preset("each second latent left", "", strategy="search", options=_dropping(2, False)),
    Preset("the same, renumbered", "", strategy="search", options=_dropping(2, True)),
)
"""Each alone."""


@dataclass(frozen=True)
class Setting:
    """A lever or a preset as it is run on the plan's model."""

    name: str
    sampling: Sampling
    strategy: OneShot | Search
    is_preset: bool = False

    def evaluations(self, finished: float) -> float:
        """Of the network for an edit of which so many clips were finished, whatever their length."""
        strategy, guidance = self.strategy, self.sampling.guidance
        schedule = strategy.schedule(self.sampling.steps) if isinstance(strategy, Search) else ()
        begun, one_more = (evaluations(schedule, strategy.candidates, count, guidance) for count in (0, 1))
        return begun + finished * (one_more - begun)


@dataclass(frozen=True)
class Tried:
    """One episode with one setting."""

    seed: int
    kind: str
    answer: Answered
    seconds: float
    """Of the batch, shared among its episodes; without the finalists that were not needed."""


def tried(one: Episode, came: Mapping[str, tuple[Step, float]]) -> dict[str, Tried]:
    """By setting."""
    return {
        name: Tried(one.seed, one.kind, Answered.by(step, one), seconds)
        for name, (step, seconds) in came.items()
    }


class Levers(Previewing):
    """All settings on each batch of episodes in turn, so that a run that is stopped has pairs."""

    measure = staticmethod(tried)

    def prepare(self, first: Episode) -> list[Setting]:
        """The reference, the levers if they are asked for, and the presets."""
        plan, generator = self.plan, self.stages.generator
        guidance = plan.guidance or max(generator.sampling(first.source, None, None, None).guidance)
        guidance = guidance if guidance != 1 else GUIDED
        reference = generator.sampling(first.source, plan.frames, plan.steps or STEPS, guidance)
        self.warm(first, reference)
        levers = LEVERS if plan.part == "levers" else ()
        alone = [setting(generator, one, reference, guidance) for one in (REFERENCE, *levers)]
        presets = [setting(generator, one, reference, guidance) for one in PRESETS.values()]
        return [*alone, *(replace(one, name=f"preset {one.name}", is_preset=True) for one in presets)]

    def look(
        self, ready: Sequence[Setting], batch: Sequence[Episode], first: int, hands: Executor
    ) -> Iterable[dict[str, tuple[Step, float]]]:
        found = {one.name: self._tried(one, batch, first, hands) for one in ready}
        return [{name: own[number] for name, own in found.items()} for number in range(len(batch))]

    def runs(self, ready: Setting, one: Episode, number: int) -> list[Run[Any]]:
        """All settings begin with the same seed of an episode; further ones are far from all first ones."""
        every = range(ready.strategy.candidates)
        seeds = tuple(self.plan.seed + number + candidate * self.plan.count for candidate in every)
        return [self.run(ready.strategy, one, ready.sampling, seeds)]

    def _tried(
        self, one: Setting, batch: Sequence[Episode], first: int, hands: Executor
    ) -> list[tuple[Step, float]]:
        clips, watch = self.plan.batch * one.strategy.candidates, clock()
        runs = [self.runs(one, episode, first + number) for number, episode in enumerate(batch)]
        together = Together(self.stages, clips, self.plan.batch, hands.map, watch)
        steps = [own[-1] for ((own,), _) in self.steps(runs, together)]
        return [(step, _needed(watch.seconds, one.strategy, steps)) for step in steps]

    def results(self, ready: Sequence[Setting], answers: Sequence[Mapping[str, Tried]]) -> Results:
        by_name = {one.name: [answer[one.name] for answer in answers] for one in ready}
        lines = {one.name: _figures(one, by_name, by_name[ready[0].name]) for one in ready}
        rows: list[Row] = [
            {"setting": name, "seed": one.seed, "kind": one.kind, **vars(one.answer), "seconds": one.seconds}
            for name, ones in by_name.items()
            for one in ones
        ]
        title = f"Less work on the same {len(answers)} episodes"
        return Results(
            figures={"settings": lines, "reference": vars(ready[0].sampling)},
            rows=rows,
            tables=(Table.of(title, "lever", lines, COLUMNS),),
        )


def setting(generator: Generator, preset: Preset, reference: Sampling, guidance: float) -> Setting:
    """A preset's shares of the reference."""
    steps = preset.steps_of(reference.steps, reference.steps)
    scales = tuple(guidance if step / steps < preset.guided else 1.0 for step in range(steps))
    sampling = replace(reference, steps=steps, guidance=scales)
    if preset.frames < 1:
        sampling = generator.shortened(sampling, preset.frames)
    return Setting(preset.name, sampling, registry.make("strategies", preset.strategy, preset.options))


def _needed(seconds: Mapping[str, float], strategy: OneShot | Search, steps: Sequence[Step]) -> float:
    """Seconds an episode, with only the finalists that were needed."""
    finalists = min(strategy.finalists, strategy.candidates) if isinstance(strategy, Search) else 1
    share = sum(1 + len(step.others) for step in steps) / (finalists * len(steps))
    last, begun = (
        sum(seconds.get(stage, 0.0) for stage in stages)
        for stages in (("denoise", "decode", "score"), ("probe", "preview"))
    )
    return (begun + share * last) / len(steps)


def _figures(one: Setting, tried: Mapping[str, Sequence[Tried]], first: Sequence[Tried]) -> dict[str, Any]:
    own = tried[one.name]
    difference = Difference.of(*([each.answer.success for each in both] for both in (first, own)))
    finished = sum(each.answer.finished for each in own) / len(own)
    seconds, before = (sum(each.seconds for each in both) / len(both) for both in (own, first))
    return {
        "sampling": vars(one.sampling),
        "candidates": one.strategy.candidates,
        "finished": finished,
        "success": Share.of(each.answer.success for each in own).as_json(),
        "difference": difference.as_json(),
        "reached": difference.low >= LOWEST if one.is_preset else None,
        "evaluations": one.evaluations(finished),
        "seconds": seconds,
        "times_sooner": before / seconds,
    }


def _steps(line: Mapping[str, Any]) -> str:
    guidance = line["sampling"]["guidance"]
    return f"{len(guidance)}/{sum(scale != 1 for scale in guidance)}"


COLUMNS = (
    Column("frames", "", lambda line: line["sampling"]["frames"]),
    Column("steps", "", _steps),
    Column("asked", "", lambda line: Number(line["evaluations"], 1)),
    Column("success [95 %]", "", lambda line: Share(line["success"]["hits"], line["success"]["count"])),
    Column("points [95 %]", "", lambda line: Difference(*line["difference"].values())),
    Column("s", "", lambda line: Number(line["seconds"], 2)),
    Column("×", "", lambda line: Number(line["times_sooner"], 1)),
)
