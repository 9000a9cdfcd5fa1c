"""Choose again from a finished run: another selector, weights, mask or kept region, and nothing is drawn.

    run folder → Step → Choice → Result → run folder → report

The frames are those that the run kept without loss (`runs.frames`), the scores those that it left.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from .engine.models.store import Home
from .errors import Frame2FrameError, InputError
from .files.anywhere import as_path
from .media.metadata import check as check_metadata
from .media.pictures import resized
from .media.source import Source
from .media.transfer.ways import WAYS
from .media.transfer.ways import check as check_transfer
from .plugins import capabilities, naming, registry
from .plugins.asking import naming_all, taken, wish
from .plugins.draws import Choose
from .plugins.draws import Drawn as DrawnClips
from .plugins.faults import blamed
from .plugins.naming import recordable, settled
from .plugins.options import Value
from .plugins.shared_wishes import asked_options, mask_wish, options_wish, split_options
from .plugins.stages import Selector
from .plugins.wishes import ReselectWishes
from .report.finish import Drawn, finish
from .report.result import Result
from .run import result_in
from .runs import write as folders
from .runs.frames import ALL, CLIP
from .runs.packed import unpacked
from .runs.read import Run, read_run
from .runs.record import PlanRecord, RunRecord, SourceRecord
from .runs.vectors import Cloud
from .score.redraw import as_shown, unchanged
from .select.answer import Chosen
from .select.region import mask_from
from .strategy.executor import chosen
from .strategy.one_shot import step_of
from .strategy.refine import AUTHOR
from .strategy.stopwatch import Stopwatch
from .values import Choice, Clip, Frames, Note, Picture, Progress, Scores, Step, Take

Event = Progress | Note | Step | Result

_CHOICE = ("select", "steady", "keep", "refine")
"""The parts that choose, by the flag's word."""

_THE_RUNS = "the run's own"

LOSSY = (
    "The run kept no frames without loss, so these come from its clip.mp4, whose colours are within a few "
    "levels of what was drawn; a run with --save clip keeps them."
)


@dataclass(frozen=True, eq=False)
class Reselect:
    """One choice to be made anew. Raises InputError for a run of which nothing was drawn."""

    run: Run
    select: str = wish(
        None,
        "Another selector; `all` lists what each would take, and writes nothing.",
        shown=_THE_RUNS,
        names=lambda: ("all", *registry.names("selectors")),
    )
    keep: bool = wish(None, "Put your own pixels back wherever nothing changed.", shown=_THE_RUNS)
    transfer: str = wish(
        None,
        "Make a change of light, colour, place or focus in your picture at its own size: auto, or off.",
        shown=_THE_RUNS,
        names=lambda: WAYS,
    )
    mask: Source | None = mask_wish()
    metadata: str = wish(
        None,
        "The source's date, author and dots per inch in the result: keep, or none.",
        shown=_THE_RUNS,
    )
    options: Mapping[str, Value] = options_wish()

    def __post_init__(self) -> None:
        check_transfer(self.transfer)
        check_metadata(self.metadata)
        object.__setattr__(self, "options", naming.resolved(self.options, self.parts))
        if self.mask is not None:
            mask_from(self.mask.picture, self.run.canvas())
        if not (step := self.run.steps[self.number]).was_drawn:
            what, remedy = "nothing was drawn in this run, so there is no frame to choose", "run it again"
            raise InputError(what, got=step.choice.reason, remedy=remedy)

    @classmethod
    def of(cls, run: str | Path | Run | Result, **wishes: Unpack[ReselectWishes]) -> Reselect:
        """The choice that a caller's wishes make of a run: its folder, its final_frame.png, or its result.

        Raises InputError.
        """
        found = opened(run)
        given, asked = taken(cls, wishes, ReselectWishes.__annotations__), found.record.settings
        named, others = split_options(given)
        own = ("select", "keep", "transfer", "metadata")
        before: dict[str, Any] = {**{name: getattr(asked, name) for name in own}, "mask": found.mask()}
        wanted = cls(found, **{**before, **given})
        options = {**_fitting(asked.options, wanted.parts), **asked_options(named, others, wanted.parts)}
        return replace(wanted, options=options)

    @property
    def parts(self) -> dict[str, str]:
        """The parts that take part and have options, by the flag's word."""
        return {"select": self.select, **({"keep": "keep"} if self.keep and self.mask is None else {})}

    def made(self, home: Home | None = None) -> dict[str, Any]:
        """The same parts, built; what they load lives in `home`. Raises InputError, ModelError."""
        keep = {"keep": registry.fixed("keep", self.options)} if "keep" in self.parts else {}
        selector = registry.make("selectors", self.select, self.options, home=home or Home())
        return {"select": selector, **keep}

    @property
    def number(self) -> int:
        """The round to choose in: the one that the answer came from, before it was drawn again."""
        return _round_of(self.run)


def _round_of(run: Run) -> int:
    """Which round is chosen in."""
    refined = [caption.author == AUTHOR for caption in run.captions]
    last = run.ending
    return last - 1 if last and refined[last] else last


def notes_on(run: Run) -> list[Note]:
    """What the user should know of the frames that are chosen from."""
    return [Note(LOSSY)] if run.taken(_round_of(run)) is None else []


def opened(run: str | Path | Run | Result) -> Run:
    """A run by its folder, its final_frame.png or its result. Raises InputError."""
    if isinstance(run, Run):
        return run
    if isinstance(run, Result):
        if run.folder is None:
            what, remedy = "this result has no run folder", "edit with `out` set, or choose from its frames"
            raise InputError(what, remedy=remedy)
        return read_run(run.folder)
    place = unpacked(as_path("the run", run))
    return read_run(place.parent if place.is_file() else place)


def _fitting(options: Mapping[str, Value], parts: Mapping[str, str]) -> dict[str, Value]:
    """Those of a run's options that these parts have, by their whole names."""
    found: dict[str, Value] = {}
    for name, value in options.items():
        with suppress(InputError):
            found |= naming.resolved({name: value}, parts)
    return found


@naming_all(ReselectWishes)
def reselect(
    run: str | Path | Result,
    *,
    out: str | Path | None = "outputs",
    progress: bool = True,
    **wishes: Unpack[ReselectWishes],
) -> Result:
    """Choose the frame of a finished run anew and return the result as an edit's; nothing is drawn.

    `run` is a run folder, the final_frame.png in it, or a result. A new run folder is made in `out`; None
    makes none. The wishes bear the names of the flags of `f2f reselect`; `ReselectWishes` says what each
    means:

    Raises InputError or WriteError, each in one line that says what to do.
    """
    from .report.terminal import watched

    return result_in(watched(reselecting(Reselect.of(run, **wishes), out), progress))


def reselecting(
    wanted: Reselect, out: str | Path | None = "outputs", home: Home | None = None
) -> Generator[Event, None, None]:
    """The choice as a stream of events, the `Result` last; what a selector loads lives in `home`."""
    if out is not None:
        folders.require_writable(as_path("out", out))
    made = wanted.made(home)
    before = steps_of(wanted.run)
    origin = f"Chosen again from the run {wanted.run.folder.name}; nothing was drawn."
    notes = [Note(origin, is_warning=False), *notes_on(wanted.run)]
    yield from notes
    yield Progress("select", 0, 1)
    step = _chosen(wanted, before[wanted.number], made["select"])
    said = list(map(Note, step.choice.notes))
    yield from said
    yield step
    steps = (*before[: wanted.number], step)
    drawn = Drawn(
        source=wanted.run.source(),
        canvas=wanted.run.canvas(),
        walks=wanted.run.walks,
        is_given=wanted.run.record.settings.picked is not None,
        steps=steps,
        notes=(*notes, *said),
        record=lambda: _record(wanted, step, made),
        repeated=lambda: _repeated(wanted, step),
        mask=wanted.mask,
        keep=made.get("keep"),
        transfer=wanted.transfer,
        save=ALL if step.others else CLIP,
        redrawn=wanted.run.redrawn,
    )
    yield (yield from finish(drawn, out))


def _chosen(wanted: Reselect, before: Step, selector: Selector) -> Step:
    watch, caption = Stopwatch(), before.caption
    takes = [Take(before.clip, before.scores), *before.others]
    with watch.of("select"), blamed():
        best, choice = chosen(selector, Choose(DrawnClips(takes), caption))
    step = step_of(caption, takes, best, choice, watch.seconds)
    walks = wanted.number > 0 or wanted.run.walks
    return replace(step, passed=step.passed[-1:]) if walks else step


@dataclass(frozen=True)
class Compared:
    """What one selector makes of a run."""

    select: str
    choice: Choice | None
    similarity: float | None
    """Of the chosen frame to the wanted scene."""
    refused: str = ""
    """Why it cannot choose in this run."""


def compared(run: str | Path | Run | Result) -> Iterator[Compared]:
    """What each selector that asks no server chooses, side by side; nothing is written. Raises InputError.

    `notes_on` says whether the frames are those that were drawn.
    """
    found = opened(run)
    steps = steps_of(found)
    for name, selector in registry.usable("selectors").items():
        if capabilities.of_selector(selector).asks_server:
            continue
        wanted = Reselect.of(found, select=name)
        try:
            step = _chosen(wanted, steps[wanted.number], wanted.made()["select"])
        except Frame2FrameError as error:
            yield Compared(name, None, None, str(error))
            continue
        index = step.choice.index
        yield Compared(name, step.choice, None if index is None else float(step.scores["semantic"][index]))


def steps_of(run: Run) -> tuple[Step, ...]:
    """The run's rounds with their frames as they were drawn, or as clip.mp4 has them."""
    lossy: tuple[Frames, ...] = ()
    cloud, found, source = run.cloud(), [], run.canvas().part
    for number, record in enumerate(run.steps):
        frames = run.taken(number)
        if frames is None:
            lossy = lossy or run.frames()
            frames = lossy[number]
        clip = Clip(frames, record.frame_times, record.seed, source)
        others = tuple(
            Take(
                Clip(frames, tuple(range(len(frames))), take.seed, source),
                _scores(take.scores, cloud, number, candidate),
            )
            for candidate, (take, frames) in enumerate(
                zip(record.others, run.others(number) or (), strict=False), 1
            )
        )
        scores = _scores(record.scores, cloud, number, 0)
        found.append(
            Step(
                caption=run.captions[number],
                clip=clip,
                scores=scores,
                choice=record.choice,
                seconds=record.seconds,
                others=others,
                passed=record.passed,
                ended=record.ended,
            )
        )
    return tuple(found)


def _scores(scores: Scores, cloud: Cloud | None, number: int, candidate: int) -> Scores:
    """With the features of the frames, where the run left them."""
    if cloud is None:
        return scores
    own = (cloud.round == number + 1) & (cloud.candidate == candidate)
    if int(own.sum()) != len(scores["semantic"]):
        return scores
    return replace(scores, vectors=cloud.vectors[own], start=cloud.vectors[:1])


def _repeated(wanted: Reselect, step: Step) -> Picture:
    """The source as the clip shows it unchanged, also by what the run kept of how the model shows it."""
    source = resized(wanted.run.canvas().part, *step.clip.frames.shape[1:3])
    if (kept := wanted.run.redrawn()) is not None:
        return unchanged(step.clip.frames[0], kept, source)
    return as_shown(source, step)


def as_answers(wanted: Reselect, step: Step, take: Take) -> Iterator[Picture]:
    """Each frame of a candidate as the answer that it would be, the source's own pixels put back in it."""
    canvas, keep, repeated = wanted.run.canvas(), wanted.made().get("keep"), _repeated(wanted, step)
    for index in range(len(take.clip.frames)):
        one = step_of(step.caption, [take], 0, Choice(index, ""), {})
        yield Chosen(one, canvas, lambda: repeated, wanted.mask, keep, wanted.transfer).answer().picture


def _record(wanted: Reselect, step: Step, made: Mapping[str, Any]) -> RunRecord:
    """The run's own, with what was chosen anew."""
    asked, ran = wanted.run.record.settings, wanted.run.record.execution
    parts = {"select": asked.select, "keep": "keep"}
    others = {name: value for name, value in asked.options.items() if not _fitting({name: value}, parts)}
    options, private = recordable(wanted.options, wanted.parts)
    settings = replace(
        asked,
        select=wanted.select,
        keep=wanted.keep,
        transfer=wanted.transfer,
        mask=None if wanted.mask is None else SourceRecord.of(wanted.mask),
        metadata=wanted.metadata,
        refine=False,
        options={**others, **options},
        private=tuple(dict.fromkeys((*(name for name in asked.private if name in others), *private))),
    )
    seeds, seed = ran.batch_seeds, step.clip.seed
    place = seeds.index(seed) if seed in seeds else ran.batch_index
    answerers = {word: one for word, one in ran.answerers.items() if word not in _CHOICE}
    answerers |= capabilities.answerers_of(made)
    execution = replace(ran, batch_index=place, seconds=dict(step.seconds), answerers=answerers)
    return RunRecord(settings, execution, _planned(wanted, made))


def _planned(wanted: Reselect, made: Mapping[str, Any]) -> PlanRecord | None:
    """What was decided for the run, and now for the choice."""
    before = wanted.run.record.plan
    if before is None:
        return None
    chosen, private = settled(made)
    others = {name: one for name, one in before.options.items() if name.partition(".")[0] not in _CHOICE}
    parts = {name: one for name, one in before.parts.items() if name not in _CHOICE}
    return replace(
        before,
        parts={**parts, **wanted.parts},
        options={**others, **chosen},
        private=tuple(dict.fromkeys((*(name for name in before.private if name in others), *private))),
    )
