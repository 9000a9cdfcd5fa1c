"""Part "levers": what each way to do less work costs, against the same model at fifty guided steps.

Part "presets" leaves out the levers that stand alone, which takes a third of the time.

Every lever and every preset sees the same episodes and the same first seeds. Number formats and compilation
are no part of it: `benchmarks/engine.py` times them on the architectures that have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

from ..engine.models.presets import PRESETS, Preset
from ..plugins import registry
from ..plugins.stages import Stages
from ..strategy.search import Search, evaluations
from ..values import Sampling
from ..worlds.tabletop import Episode
from .crew import ahead, crew
from .dealing import dealt
from .found import Found, Row, Table
from .making import ready, stages_of
from .plan import Plan, Report, batches, drawings, drawn
from .searching import Answered, Seconds, answered, begun, warm
from .searching import drawn as draw
from .shares import Difference, Share
from .stopping import Stop, stoppable

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
    preset: bool
    sampling: Sampling
    search: Search

    @property
    def candidates(self) -> int:
        return self.search.candidates

    def evaluations(self, finished: float) -> float:
        """Of the network for an edit of which so many clips were finished, whatever their length."""
        schedule, guidance = self.search.schedule(self.sampling.steps), self.sampling.guidance
        whole, more = (evaluations(schedule, self.candidates, count, guidance) for count in (0, 1))
        return whole + finished * (more - whole)


@dataclass(frozen=True)
class Tried:
    """One episode with one setting."""

    seed: int
    kind: str
    answer: Answered
    seconds: float
    """Of the batch, shared among its episodes; without the finalists that were not needed."""


@dataclass(frozen=True)
class Part:
    """Some of the episodes with all settings."""

    settings: list[Setting]
    tried: Mapping[str, list[Tried]]
    stop: Stop

    @property
    def done(self) -> int:
        return len(next(iter(self.tried.values()), ()))


def run(plan: Plan, report: Report) -> Found:
    """All settings on the same episodes, which several devices share."""
    parts = dealt(measured, plan, report)
    settings = next((part.settings for part in parts if part.settings), [])
    tried = {one.name: [each for part in parts for each in part.tried.get(one.name, ())] for one in settings}
    stopped = Stop.of(part.stop for part in parts).after(sum(part.done for part in parts))
    return replace(_found(settings, tried), stopped=stopped)


def measured(plan: Plan, episodes: range, report: Report) -> Part:
    """All settings on each batch of episodes in turn, so that a run that is stopped has pairs."""
    stages, tried = stages_of(plan), dict[str, list[Tried]]()
    settings: list[Setting] = []
    done = 0
    with stoppable() as stop, crew(plan) as hands:
        chosen = drawings(plan.count)[episodes.start : episodes.stop]
        for batch in batches(drawn(chosen, hands, ahead(plan)), plan.batch):
            settings = settings or settings_of(stages, batch[0], plan, hands)
            first = plan.seed + episodes.start + done
            found = {one.name: _tried(stages, one, batch, first, plan, hands) for one in settings}
            for name, ones in found.items():
                tried.setdefault(name, []).extend(ones)
            done += len(batch)
            report(done)
    return Part(settings, tried, stop)


def settings_of(stages: Stages, first: Episode, plan: Plan, hands: Executor) -> list[Setting]:
    """The reference, the levers if they are asked for, and the presets, once all weights are loaded."""
    guidance = plan.guidance or max(stages.generator.sampling(first.source, None, None, None).guidance)
    guidance = guidance if guidance != 1 else GUIDED
    asked = replace(plan, steps=plan.steps or STEPS, guidance=guidance)
    reference = ready(stages, first.source, asked, hands)
    warm(stages, reference, first)
    levers = LEVERS if plan.part == "levers" else ()
    alone = [setting(stages, one, reference, guidance) for one in (REFERENCE, *levers)]
    together = [
        replace(setting(stages, one, reference, guidance), name=f"preset {one.name}", preset=True)
        for one in PRESETS.values()
    ]
    return [*alone, *together]


def setting(stages: Stages, preset: Preset, reference: Sampling, guidance: float) -> Setting:
    """A preset's shares of the reference."""
    steps = preset.steps_of(reference.steps, reference.steps)
    scales = tuple(guidance if step / steps < preset.guided else 1.0 for step in range(steps))
    sampling = replace(reference, steps=steps, guidance=scales)
    if preset.frames < 1:
        sampling = stages.generator.shortened(sampling, preset.frames)
    return Setting(preset.name, False, sampling, _search(preset))


def _search(preset: Preset) -> Search:
    """One shot is a search of one seed, all of which is finished."""
    if preset.strategy == "search":
        search: Search = registry.make("strategies", "search", preset.options)
        return search
    return Search(
        candidates=1, finalists=1, stop_early=bool(preset.options.get("strategy.stop_early", False))
    )


def _tried(
    stages: Stages, one: Setting, batch: Sequence[Episode], first_seed: int, plan: Plan, hands: Executor
) -> list[Tried]:
    """All settings begin with the same seed of an episode; further ones are far from all first ones."""
    seeds = [
        [first_seed + number + candidate * plan.count for candidate in range(one.candidates)]
        for number in range(len(batch))
    ]
    starts = begun(stages, one.sampling, batch, seeds)
    done, seconds = draw(stages, one.search, one.sampling, starts, plan.batch, whole=False)
    answers = list(hands.map(answered, repeat(stages.selector), repeat(one.search), done))
    own = _needed(seconds, one.search, answers)
    return [
        Tried(episode.seed, episode.kind, answer, own) for episode, answer in zip(batch, answers, strict=True)
    ]


def _needed(seconds: Seconds, search: Search, answers: Sequence[Answered]) -> float:
    """Seconds an episode, with only the finalists that were needed."""
    finalists = min(search.finalists, search.candidates)
    share = sum(answer.finished for answer in answers) / (finalists * len(answers))
    last = (seconds.denoise - seconds.settled) + seconds.decode
    return (seconds.settled + seconds.preview + share * last) / len(answers)


def _found(settings: Sequence[Setting], tried: Mapping[str, Sequence[Tried]]) -> Found:
    lines = {one.name: _figures(one, settings[0], tried) for one in settings} if tried else {}
    rows: list[Row] = [
        {"setting": name, "seed": one.seed, "kind": one.kind, **vars(one.answer), "seconds": one.seconds}
        for name, ones in tried.items()
        for one in ones
    ]
    reference = settings[0].sampling if settings else None
    return Found(
        figures={"settings": lines, "reference": None if reference is None else vars(reference)},
        rows=rows,
        tables=(_table(settings, lines),) if lines else (),
    )


def _figures(one: Setting, reference: Setting, tried: Mapping[str, Sequence[Tried]]) -> dict[str, Any]:
    own, first = tried[one.name], tried[reference.name]
    difference = Difference.of(*([each.answer.success for each in both] for both in (first, own)))
    finished = sum(each.answer.finished for each in own) / len(own)
    seconds, before = (sum(each.seconds for each in both) / len(both) for both in (own, first))
    return {
        "sampling": vars(one.sampling),
        "candidates": one.candidates,
        "finished": finished,
        "success": Share.of(each.answer.success for each in own).as_json(),
        "difference": difference.as_json(),
        "reached": difference.low >= LOWEST if one.preset else None,
        "evaluations": one.evaluations(finished),
        "seconds": seconds,
        "times_sooner": before / seconds,
    }


def _table(settings: Sequence[Setting], lines: Mapping[str, dict[str, Any]]) -> Table:
    rows = []
    for one in settings:
        line = lines[one.name]
        share, gap = line["success"], line["difference"]
        steps = f"{one.sampling.steps}/{sum(scale != 1 for scale in one.sampling.guidance)}"
        rows.append(
            (
                one.name,
                str(one.sampling.frames),
                steps,
                f"{line['evaluations']:.1f}",
                str(Share(share["hits"], share["count"])),
                str(Difference(gap["points"], gap["low"], gap["high"])),
                f"{line['seconds']:.2f}",
                f"{line['times_sooner']:.1f}",
            )
        )
    title = f"Less work on the same {lines[settings[0].name]['success']['count']} episodes"
    header = ("lever", "frames", "steps", "asked", "success [95 %]", "points [95 %]", "s", "×")
    return Table(title, header, tuple(rows))
