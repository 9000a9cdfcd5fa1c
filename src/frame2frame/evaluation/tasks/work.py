"""What each way to do less work costs.

A search of a few seeds, against one seed, as many random ones as it finishes, all of them, and the truth's
choice. Levers and presets, against the same model at fifty guided steps; every one sees the same episodes and
the same first seeds. Part "presets" leaves out the levers that stand alone, which takes a third of the time.
Number formats and compilation are no part of it: `benchmarks/engine.py` times them on the architectures that
have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from types import MappingProxyType
from typing import Any, Self

from ...engine.models.presets import SAVING, Preset
from ...media.canvas import Canvas
from ...plugins import registry
from ...plugins.stages import Generator
from ...strategy.choosing import choice_of
from ...strategy.executor import Run
from ...strategy.one_shot import OneShot
from ...strategy.search import Search, evaluations
from ...values import Sampling, Step
from ...worlds.tabletop import Episode
from ..measures.looks import looked
from ..results.columns import Case, Column, Results, Row, Table, mean, points, share
from .task import Batch, EditingTask, clock
from .truth import LOOKS, Answer

GAP = 3.0
"""Points that the search may lie below the truth's choice."""
COST = 2.2
"""Times the work of one seed that it may take."""

RANDOM = "random seeds"
WAYS = ("one seed", RANDOM, "search", "search, one finalist", "all seeds", "truth's choice")
"""Random are as many as the search finishes; of a search with one finalist one seed is the control."""

STEPS = 50
"""Of the reference; all shares are of these."""
GUIDED = 2.0
"""The reference's guidance where the model's own is none."""
LOWEST = -2.0
"""The points that the lower end of a preset's difference may lie below the reference."""

REFERENCE = Preset("reference", "fifty guided steps")


def _dropping(every: int, renumber: bool) -> Mapping[str, bool | int | float]:
    return {"candidates": 1, "finalists": 1, "probe_steps": 0.25, "every": every, "renumber": renumber}


DROPOUTS = (
    Preset("each second latent left", "", strategy="search", options=_dropping(2, False)),
    Preset("the same, renumbered", "", strategy="search", options=_dropping(2, True)),
)
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
    *DROPOUTS,
)
"""Each alone."""

PREVIEWING = (OneShot(), Search(candidates=2, finalists=1))
"""Strategies that between them need all weights, those for previews too."""


@dataclass(frozen=True)
class Answered(Answer):
    """What was answered for an episode and how good that is."""

    shown: bool
    """Whether a frame was taken for the edit."""
    finished: int
    """Clips that had to be drawn to the end for it."""
    decoded: int
    """Frames of its clip that were decoded."""

    @classmethod
    def by(cls, step: Step, one: Episode) -> Self:
        """With the step of a strategy."""
        index = step.choice.index
        picture = one.source if index is None else Canvas.of(one.source).placed(step.clip.frames[index])
        own = vars(Answer.of(looked(picture[None], one)))
        finished, decoded = 1 + len(step.others), len(step.clip)
        return cls(**own, shown=index is not None, finished=finished, decoded=decoded)


@dataclass(frozen=True)
class Compared(Case):
    """One episode, answered in each way."""

    answers: Mapping[str, Answered]
    seconds: Mapping[str, float]
    """Wall-clock time by stage, or by way; of the batch, shared among its episodes."""


@dataclass(frozen=True)
class Setting:
    """A way as it is run on the plan's model."""

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
class Line:
    """The answers of one way to all episodes, and the seconds of each of them."""

    setting: Setting
    answers: Sequence[Answered]
    seconds: float

    def __iter__(self) -> Iterator[Answered]:
        return iter(self.answers)

    @property
    def finished(self) -> float:
        """Clips an episode."""
        return sum(one.finished for one in self.answers) / len(self.answers)

    @property
    def evaluations(self) -> float:
        return self.setting.evaluations(self.finished)


def compared(one: Episode, came: tuple[Sequence[Sequence[Step]], Mapping[str, float]]) -> Compared:
    """All ways from the same clips; each seed by itself comes first, then the strategies."""
    *each, random, search, only, best = (Answered.by(steps[-1], one) for steps in came[0])
    truth = replace(min(each, key=lambda own: (not own.success, own.edit_error)), finished=len(each))
    ways = dict(zip(WAYS, (each[0], random, search, only, best, truth), strict=True))
    return Compared(one.seed, one.kind, ways, came[1])


class Searching(EditingTask):
    """All candidates are drawn to the end; what a search would have dropped is known from their previews."""

    warmed = PREVIEWING
    measure = staticmethod(compared)

    @property
    def search(self) -> Search:
        return self.plan.strategy(Search)

    @property
    def clips(self) -> int:
        return self.search.candidates

    @property
    def strategies(self) -> dict[str, OneShot | Search]:
        search, every = self.search, OneShot(self.search.candidates)
        some, only = OneShot(search.finishes), replace(search, finalists=1)
        return dict(zip(WAYS, (OneShot(), some, search, only, every, every), strict=True))

    def runs(self, one: Episode, number: int) -> list[Run[Any]]:
        first = self.plan.seed + number * self.clips
        seeds = range(first, first + self.clips)
        each = [self.begun(OneShot(), one, [seed]) for seed in seeds]
        several = {way: self.strategies[way] for way in WAYS[1:-1]}
        return [*each, *(self.begun(own, one, seeds[: own.draws]) for own in several.values())]

    def look(self, batch: Batch) -> Iterable[Any]:
        watch = clock(self.plan)
        runs = [self.runs(one, number) for number, one in batch.numbered]
        found = self.made(runs, batch.hands, watch=watch)
        shared = {stage: seconds / len(found) for stage, seconds in watch.seconds.items()}
        return zip(found, repeat(shared), strict=False)

    def rows(self, answers: Sequence[Compared]) -> Iterable[Row]:
        return [{"seed": one.seed, "kind": one.kind, "ways": asdict(one)["answers"]} for one in answers]

    def results(self, answers: Sequence[Compared]) -> Results:
        search = self.search
        lines = self._lines(answers)
        one = lines[WAYS[0]]
        columns = (
            share("success", "success", is_brief=True),
            share("", "shown"),
            mean("done", "finished"),
            Column("", "evaluations", lambda line: line.evaluations, 0),
            Column("", "seconds", lambda line: line.seconds, 0),
            Column("asked", "cost", lambda line: line.evaluations / one.evaluations, 2),
            Column("time", "cost_in_seconds", lambda line: line.seconds / one.seconds, 2),
        )
        over = (
            points("one seed", "to_one", one, "success"),
            points(RANDOM, "to_random", lines[RANDOM], "success"),
            points("truth", "to_truth", lines[WAYS[-1]], "success"),
        )
        title = f"{search.candidates} seeds on {len(answers)} episodes, in clips' work of one seed"
        ways = Table.of(title, "way", lines, columns, "ways")
        against = Table.of("Points of success over", "way", lines, over, "ways")
        gap, cost = against.figures["search"]["to_truth"]["points"], ways.figures["search"]["cost"]
        reached = gap >= -GAP and cost <= COST
        about = {"search": vars(search), "sampling": vars(self.sampling), "reached": reached}
        looks = Table.of("How the answers look", "way", lines, LOOKS, "ways")
        return Results.of(self.rows(answers), ways, against, looks, **about)

    def _lines(self, answers: Sequence[Compared]) -> dict[str, Line]:
        """What each way would have cost, from the time that everything took."""
        once, count = Setting("", self.sampling, OneShot()).evaluations(1), self.clips

        def spent(*stages: str) -> float:
            return sum(one.seconds.get(stage, 0.0) for one in answers for stage in stages) / len(answers)

        def line(setting: Setting) -> Line:
            own = Line(setting, [one.answers[setting.name] for one in answers], 0.0)
            denoise = spent("denoise", "probe") * own.evaluations / (count * once)
            decode = spent("decode", "score") * own.finished / count
            previews = spent("preview") if isinstance(setting.strategy, Search) else 0.0
            return replace(own, seconds=denoise + decode + previews)

        return {way: line(Setting(way, self.sampling, one)) for way, one in self.strategies.items()}


def tried(one: Episode, came: Mapping[str, tuple[Step, float]]) -> Compared:
    """By setting."""
    answers = {name: Answered.by(step, one) for name, (step, _) in came.items()}
    return Compared(one.seed, one.kind, answers, {name: seconds for name, (_, seconds) in came.items()})


class Levers(EditingTask):
    """All settings on each batch of episodes in turn, so that a run that is stopped has pairs."""

    warmed = PREVIEWING
    measure = staticmethod(tried)
    is_timed = True
    levers: Sequence[Preset] = LEVERS
    presets: Mapping[str, Preset] = SAVING

    def prepare(self, first: Episode) -> None:
        """The settings are the reference, the levers, and the presets."""
        plan, generator = self.plan, self.stages.generator
        guidance = plan.guidance or max(generator.sampling(first.source, None, None, None).guidance)
        guidance = guidance if guidance != 1 else GUIDED
        reference = generator.sampling(first.source, plan.frames, plan.steps or STEPS, guidance)
        self.warm(first, reference)
        alone = [setting(generator, one, reference, guidance) for one in (REFERENCE, *self.levers)]
        presets = [setting(generator, one, reference, guidance) for one in self.presets.values()]
        named = [replace(one, name=f"preset {one.name}", is_preset=True) for one in presets]
        self.settings = [*alone, *named]

    def look(self, batch: Batch) -> Iterable[Mapping[str, tuple[Step, float]]]:
        found = {one.name: self._tried(one, batch) for one in self.settings}
        return [dict(zip(found, own, strict=True)) for own in zip(*found.values(), strict=True)]

    def _tried(self, own: Setting, batch: Batch) -> list[tuple[Step, float]]:
        """All settings begin with the same seed of an episode; further ones are far from all first ones."""
        candidates, watch = own.strategy.candidates, clock(self.plan)
        runs = []
        for number, one in batch.numbered:
            seeds = [self.plan.seed + number + candidate * self.plan.count for candidate in range(candidates)]
            runs.append([self.begun(own.strategy, one, seeds, own.sampling)])
        steps = [steps[-1] for (steps,) in self.made(runs, batch.hands, candidates, watch)]
        return [(step, _needed(watch.seconds, own.strategy, steps)) for step in steps]

    def rows(self, answers: Sequence[Compared]) -> Iterable[Row]:
        """Of each setting on each episode."""
        for name in answers[0].answers:
            for one in answers:
                about = {"setting": name, "seed": one.seed, "kind": one.kind}
                timed = {"seconds": one.seconds[name]} if self.is_timed else {}
                yield about | vars(one.answers[name]) | timed

    def results(self, answers: Sequence[Compared]) -> Results:
        lines = {one.name: _line(one, answers) for one in self.settings}
        first = lines[REFERENCE.name]
        over = points("points [95 %]", "difference", first, "success")
        times = (
            Column("s", "seconds", lambda line: line.seconds, 2),
            Column("×", "times_sooner", lambda line: first.seconds / line.seconds, 1),
        )
        columns = (
            Column("", "sampling", lambda line: vars(line.setting.sampling)),
            Column("", "candidates", lambda line: line.setting.strategy.candidates),
            mean("", "finished"),
            Column("frames", "", lambda line: line.setting.sampling.frames),
            Column("steps", "", lambda line: _steps(line.setting.sampling)),
            Column("asked", "evaluations", lambda line: line.evaluations, 1),
            share("success [95 %]", "success"),
            over,
            Column("", "reached", lambda one: over.of(one).low >= LOWEST if one.setting.is_preset else None),
            *(times if self.is_timed else ()),
        )
        title = f"Less work on the same {len(answers)} episodes"
        settings = Table.of(title, "lever", lines, columns, "settings")
        looks = Table.of("How the answers look", "lever", lines, (DECODED, *LOOKS), "settings")
        return Results.of(self.rows(answers), settings, looks, reference=vars(first.setting.sampling))


DECODED = Column(
    "frames decoded",
    "decoded",
    lambda line: sum(one.decoded for one in line) / len(line.answers) / line.setting.sampling.frames,
    2,
)
"""The share of those that a clip has."""


class Presets(Levers):
    """Without the levers that stand alone."""

    levers = ()


STOPPED, AT_ONCE = "decoding stopped early", "always stopped at once"
"""The second is the first's control: as many frames as the shortest clip of the model has."""


class Early(Levers):
    """Decoding that stops once the selector has seen enough, with the model's own sampling.

    All ways are cut from the same clips, so that no time is told.
    """

    is_timed = False

    def prepare(self, first: Episode) -> None:
        plan, generator = self.plan, self.stages.generator
        own = generator.sampling(first.source, plan.frames, plan.steps, plan.guidance)
        self.warm(first, own)
        self.least = generator.shortest(own).frames
        ways = {REFERENCE.name: OneShot(), STOPPED: OneShot(stop_early=True), AT_ONCE: OneShot()}
        self.settings = [Setting(name, own, strategy) for name, strategy in ways.items()]

    def look(self, batch: Batch) -> Iterable[Mapping[str, tuple[Step, float]]]:
        whole, early, _ = self.settings
        runs = [
            [self.begun(way.strategy, one, [self.plan.seed + number], way.sampling) for way in (whole, early)]
            for number, one in batch.numbered
        ]
        for (full,), (stopped,) in self.made(runs, batch.hands):
            ways = {REFERENCE.name: full, STOPPED: stopped, AT_ONCE: self._cut(full)}
            yield {name: (step, 0.0) for name, step in ways.items()}

    def _cut(self, step: Step) -> Step:
        """To the least number of frames."""
        clip, scores = step.clip, step.scores.up_to(self.least)
        few = replace(clip, frames=clip.frames[: self.least], frame_times=clip.frame_times[: self.least])
        choice = choice_of(self.stages.selector, few, scores, step.caption)
        return replace(step, clip=few, scores=scores, choice=choice)


class Dropout(Levers):
    """Latent frames left out of the later steps, of as many guided steps as `LEVERS` are measured at."""

    levers = DROPOUTS
    presets: Mapping[str, Preset] = MappingProxyType({})


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
    finalists = strategy.finishes if isinstance(strategy, Search) else 1
    share = sum(1 + len(step.others) for step in steps) / (finalists * len(steps))
    last, begun = (
        sum(seconds.get(stage, 0.0) for stage in stages)
        for stages in (("denoise", "decode", "score"), ("probe", "preview"))
    )
    return (begun + share * last) / len(steps)


def _line(one: Setting, answers: Sequence[Compared]) -> Line:
    seconds = sum(answer.seconds[one.name] for answer in answers) / len(answers)
    return Line(one, [answer.answers[one.name] for answer in answers], seconds)


def _steps(sampling: Sampling) -> str:
    """All, and those that are guided."""
    return f"{len(sampling.guidance)}/{sum(scale != 1 for scale in sampling.guidance)}"
