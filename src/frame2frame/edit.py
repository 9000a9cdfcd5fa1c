"""The public way to edit a picture: run the flow, leave the run folder, return the result."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from . import flow
from .engine.models.lora import parsed
from .errors import InputError
from .execution import circumstances, execution, seconds_of, unlike
from .geometry.measures import measures
from .media.pictures import Source, fit, resized
from .media.source import AnyImage
from .plugins import registry
from .region import Keep, Region, composed, mask_from
from .report import page as report
from .report.animation import Animation
from .report.result import Result
from .report.verdict import advice
from .request import Request
from .resume import Rounds
from .runs import read as runs
from .runs import write as leaving
from .runs.record import Parent, RunRecord, Settings, SourceRecord, homeless, source_path
from .runs.vectors import routed
from .strategy import refine
from .values import Note, Picture, Progress, Redrawn, Started, Step
from .wishes import Option, Wishes

Event = flow.Event | Result

EMBEDDED_SOURCE = "The source picture is inside of final_frame.png and goes wherever that goes."


def edit(
    image: AnyImage,
    instruction: str,
    *,
    out: str | Path | None = "outputs",
    progress: bool = True,
    **wishes: Unpack[Wishes],
) -> Result:
    """Edit a picture and return the result.

    `image` is a path, a PIL picture or an array of shape (height, width, 3). A run folder is made in `out`;
    None makes none. A second call reuses the loaded models. How far it is stands on stderr where that is a
    terminal, and in a notebook, unless `progress` is off. The wishes bear the names of the flags of
    `f2f edit`; `Wishes` says what each means:

    - the clip: `model`, `seed`, `seeds`, `frames`, `height`, `width`, `steps`, `guidance`,
      `negative_prompt`, `lora`, `preset`
    - the words: `caption`, `caption_text`, `style`, `prompt_dir`
    - the choice: `select`, `encoder`, `identity`, `mode`, `keep`, `mask`, `refine`
    - the result's file: `embed_source`, `metadata`
    - several clips or rounds: `strategy`, `candidates`, `rounds`, `strength`, `last_strength`, `w_sem`,
      `w_step`, `w_id`, `w_curve`, `w_monotone`
    - the machine: `device`, `memory`, `cache_dir`
    - any other option of a part: `options`

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    from .report.terminal import watched

    events = watched(stream(Request.of(image, instruction, **wishes), out), progress)
    return result_in(events)


def result_in(events: Iterator[object]) -> Result:
    """The result that a stream of events ends with."""
    return [event for event in events if isinstance(event, Result)][-1]


def stream(request: Request, out: str | Path | None = "outputs") -> Generator[Event, None, None]:
    """The edit as a stream of events, the `Result` last.

    Closing it stops the run and leaves nothing, but for the finished rounds of a path, from which an equal
    request goes on.
    """
    if not isinstance(request, Request):
        remedy = "make one with Request.of(image, instruction)"
        raise InputError("a stream follows a request", got=f"{request!r:.80}", remedy=remedy)
    if out is not None:
        leaving.require_writable(as_path("out", out))
    seen: list[flow.Event] = []
    kept = None
    if out is not None and request.strategy != "one-shot":
        kept = Rounds.of(Path(out), request, circumstances(request))
    finished, lost = kept.finished() if kept else ([], [])
    made = 0
    with closing(flow.steps(request, finished)) as events:
        for event in events:
            seen.append(event)
            if isinstance(event, Step):
                if kept and made >= len(finished) and event.caption.author != refine.AUTHOR:
                    kept.keep(made, event)
                made += 1
            yield event
            if isinstance(event, Started):
                lost += [Note(what) for what in unlike(request, event)]
                seen += [note for note in lost if note.is_warning]
                yield from lost
    yield Progress("keep", 0, 1)
    if region := _region(request, seen):
        seen.append(Note(region.reason, is_warning=False))
        yield seen[-1]
    if request.embed_source and out is not None:
        seen.append(Note(EMBEDDED_SOURCE, is_warning=False))
        yield seen[-1]
    if out is not None:
        yield Progress("write", 0, 1)
    result = _result(request, seen, region, out)
    if kept:
        kept.forget()
    yield result  # whoever took it need not ask for more


def as_path(name: str, given: object) -> Path:
    """Raises InputError for what is no path; `name` is what it is called."""
    if not isinstance(given, str | PathLike):
        raise InputError(f"{name} must be a path", got=f"{given!r:.80}", remedy='give a text, like "outputs"')
    return Path(given)


def _region(request: Request, events: Sequence[Any]) -> Region | None:
    """Where the answer may differ from the source; None if anywhere, or if the answer is the source."""
    last = ending([event for event in events if isinstance(event, Step)])

    def repeated() -> Picture:
        redrawn = next((event.picture for event in events if isinstance(event, Redrawn)), None)
        return resized(unchanged() if redrawn is None else redrawn, *last.clip.frames.shape[1:3])

    def unchanged() -> Picture:
        sampling = next(event.sampling for event in events if isinstance(event, Started))
        fitted = fit(request.source.picture, sampling.height, sampling.width)
        return fitted.crop(flow.stages(request).generator.repeated(fitted.picture))

    keep = registry.fixed("keep", request.options) if request.keep else None
    return region_of(last, request.source, request.mask, keep, repeated)


def region_of(
    last: Step, source: Source, mask: Source | None, keep: Keep | None, repeated: Callable[[], Picture]
) -> Region | None:
    """Where the frame that the step chose may differ from the source; None if anywhere, or if there is none.

    `repeated` gives the source as the clip shows it, of the frames' size; it is asked only where needed.
    """
    size = source.picture.shape[:2]
    if not last.passed:
        return None
    if mask is not None:
        return mask_from(mask.picture, size)
    return keep.region(last.clip, last.passed[-1], repeated(), size) if keep else None


def _result(request: Request, events: Sequence[Any], region: Region | None, out: str | Path | None) -> Result:
    started = next(event for event in events if isinstance(event, Started))
    steps = tuple(event for event in events if isinstance(event, Step))
    notes = tuple(event for event in events if isinstance(event, Note))

    def record() -> RunRecord:
        return RunRecord(_settings(request, started), execution(request, started, steps, ending(steps)))

    return result_of(request.source, request.strategy, steps, region, request.mask, notes, record, out)


def result_of(
    source: Source,
    strategy: str,
    steps: tuple[Step, ...],
    region: Region | None,
    mask: Source | None,
    notes: tuple[Note, ...],
    record: Callable[[], RunRecord],
    out: str | Path | None,
) -> Result:
    """The result of the steps, with its run folder in `out`; None makes none, and then no record.

    Raises WriteError.
    """
    last = ending(steps)
    path = tuple(states(source.picture, steps))
    generated, metrics, folder = path[-1], measured(steps), None
    route = tuple(way(source.picture, steps))
    image = generated if region is None else composed(source.picture, generated, region)
    if out is not None:
        left = leaving.Finished(
            record=record(),
            source=source,
            steps=steps,
            image=image,
            path=path[1:],
            route=route[1:],
            generated=None if region is None else generated,
            mask=mask,
            metrics=metrics,
            notes=tuple(note.text for note in notes if note.is_warning),
            told=tuple(note.text for note in notes if not note.is_warning),
        )
        folder = leaving.write_run(Path(out), left, report.page)
    return Result(
        image,
        last.clip.frames,
        last.choice.index,
        last.scores,
        last.choice.reason,
        path,
        metrics,
        folder,
        advice(last.choice, strategy),
        next((step.ended for step in reversed(steps) if step.ended), ""),
        route,
        caption=last.caption,
        seed=last.clip.seed,
        seconds=seconds_of(steps),
        alpha=source.alpha,
        animation=Animation.of_steps(source, image, steps, region is not None, mask),
    )


def ending(steps: Sequence[Step]) -> Step:
    """The step whose chosen frame is the edit: the last that was not rolled back, if there is one."""
    return next((step for step in reversed(steps) if step.passed), steps[-1])


def states(source: Picture, steps: Sequence[Step]) -> Iterator[Picture]:
    """The source, then every frame that the path goes through, in the source's size."""
    yield source
    for step in steps:
        for index in step.passed:
            frame = step.clip.frames[index]
            yield resized(frame, *source.shape[:2])


def way(source: Picture, steps: Sequence[Step]) -> Iterator[Picture]:
    """The source and the frames of the least-energy route, in its size; nothing where no rounds were walked.

    A step of one shot passes through every frame before the chosen one already.
    """
    frames = routed(steps) if all(len(step.passed) <= 1 for step in steps) else ()
    if frames:
        yield source
    for frame in frames:
        yield resized(frame, *source.shape[:2])


def measured(steps: Sequence[Step]) -> dict[str, float | tuple[float, ...]]:
    """The figures of the path in feature space."""
    passed = [(step.scores, index) for step in steps for index in step.passed]
    start = steps[0].scores
    if start.start is None or start.vectors is None:
        return {}
    rows = [scores.vectors[index] for scores, index in passed if scores.vectors is not None]
    semantic = [start.source["semantic"], *(scores.columns["semantic"][index] for scores, index in passed)]
    through = np.stack([start.start[0], *_passed_through(steps)])
    return vars(measures(np.stack([start.start[0], *rows]), semantic, through))


def _passed_through(steps: Sequence[Step]) -> Iterator[np.ndarray[Any, Any]]:
    """The vectors of all frames on the way: of each kept clip those up to the chosen one.

    Its first frame only shows again where the clip began, unless it is the chosen one.
    """
    for step in steps:
        if step.passed and step.scores.vectors is not None:
            last = step.passed[-1]
            yield from step.scores.vectors[min(1, last) : last + 1]


def _settings(request: Request, started: Started) -> Settings:
    sampling = started.sampling
    parts = flow.parts_of(request.caption, request.select, request.strategy, request.model)
    options, private = options_record({**flow.levers(request).settled, **request.options}, parts)
    return Settings(
        instruction=request.instruction,
        source=source_record(request.source),
        model=_here(request.model.label),
        frames=sampling.frames,
        steps=sampling.steps,
        guidance=request.guidance,
        seed=request.seed,
        caption=request.caption,
        select=request.select,
        strategy=request.strategy,
        encoder=request.encoder and _here(request.encoder),
        identity=request.identity,
        refine=request.refine,
        keep=request.keep,
        preset=request.preset,
        mask=None if request.mask is None else source_record(request.mask),
        metadata=request.metadata,
        lora=tuple(map(_here, request.lora)),
        memory=request.memory,
        seeds=request.seeds,
        options=options,
        private=private,
        embed_source=request.embed_source,
        parent=_parent(request),
    )


def _parent(request: Request) -> Parent | None:
    """The edit that made the source; that of a repeated run is the one which it was first."""
    if request.repeats is not None:
        return request.repeats.settings.parent
    source = request.source
    return None if source.path is None else runs.parent_in(source.path, source.sha256)


def _here(wish: str) -> str:
    """A name without the user's; a relative path that could be taken for a hub id begins with a dot."""
    path = Path(parsed(wish)[0])
    relative = len(path.parts) > 1 and not path.is_absolute() and path.parts[0] not in ("~", ".", "..")
    return f"./{wish}" if relative and path.exists() else homeless(wish)


def options_record(
    options: Mapping[str, Option], parts: Mapping[str, str]
) -> tuple[dict[str, Option], tuple[str, ...]]:
    """The options that are recorded, and which of them name places; `parts` as in `plugins.recorded`."""
    rules = {name: registry.recorded(name, parts) for name in options}
    kept = {name: value for name, value in options.items() if rules[name] != "never"}
    return kept, tuple(name for name in kept if rules[name] != "word")


def source_record(source: Source) -> SourceRecord:
    """Which picture this is, for the record."""
    height, width = source.picture.shape[:2]
    return SourceRecord(source_path(source.path), source.sha256, source.pixels_sha256, height, width)
