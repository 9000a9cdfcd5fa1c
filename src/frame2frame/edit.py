"""The public way to edit a picture: run the flow, leave the run folder, return the result."""

from __future__ import annotations

import platform
from collections.abc import Generator, Mapping
from contextlib import closing
from importlib import metadata
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from . import catalogue, flow, report, runs
from .errors import InputError
from .generate import checkpoint
from .media import fit
from .placement import choose_dtype
from .record import Execution, RunRecord, Settings, SourceRecord, source_path
from .request import AnyImage, Request, Wishes
from .values import Note, Progress, Result, Started, Step

Event = Started | Progress | Note | Step | Result


def edit(
    image: AnyImage, instruction: str, *, out: str | Path | None = "outputs", **wishes: Unpack[Wishes]
) -> Result:
    """Edit a picture and return the result.

    `image` is a path, a PIL picture or an array of shape (height, width, 3). The wishes are `seed`,
    `model`, `frames`, `steps`, `guidance`, `caption`, `select` and `device`; see `Wishes`. A run folder
    is made in `out`; None makes none. A second call reuses the loaded models.

    Raises InputError, ModelError, OutOfMemoryError or WriteError, each in one line that says what to do.
    """
    events = stream(Request.of(image, instruction, **wishes), out)
    return next(event for event in events if isinstance(event, Result))


def stream(request: Request, out: str | Path | None = "outputs") -> Generator[Event, None, None]:
    """The edit as a stream of events, the `Result` last. Closing it stops the run and leaves nothing."""
    if not isinstance(request, Request):
        remedy = "make one with Request.of(image, instruction)"
        raise InputError("a stream follows a request", got=f"{request!r:.80}", remedy=remedy)
    if out is not None:
        runs.require_writable(_path("out", out))
    seen: list[Started | Progress | Note | Step] = []
    with closing(flow.steps(request)) as events:
        for event in events:
            seen.append(event)
            yield event
    yield _result(request, seen, out)


def replay(png_or_folder: str | Path, device: str = "auto") -> Request:
    """The request that repeats the run that a PNG or a run folder records.

    Raises InputError when it records none, or when its picture is gone.
    """
    place = _path("the run", png_or_folder)
    record = runs.settings_from(place)
    asked = record.settings
    return Request(
        source=runs.source_of(record, place),
        instruction=asked.instruction,
        model=catalogue.find(asked.model),
        seed=asked.seed,
        frames=asked.frames,
        steps=asked.steps,
        guidance=asked.guidance,
        caption=asked.caption,
        select=asked.select,
        strategy=asked.strategy,
        device=device,
    )


def _path(name: str, given: object) -> Path:
    if not isinstance(given, str | PathLike):
        raise InputError(f"{name} must be a path", got=f"{given!r:.80}", remedy='give a text, like "outputs"')
    return Path(given)


def _result(request: Request, events: list[Any], out: str | Path | None) -> Result:
    started = next(event for event in events if isinstance(event, Started))
    steps = tuple(event for event in events if isinstance(event, Step))
    last, source = steps[-1], request.source.picture
    image = source
    if last.choice.index is not None:
        fitted = fit(source, started.sampling.height, started.sampling.width)
        image = fitted.restore(last.clip.frames[last.choice.index])
    folder = None
    if out is not None:
        finished = runs.Finished(
            record=_record(request, started, steps),
            source=request.source,
            steps=steps,
            image=image,
            path=() if last.choice.index is None else (image,),
            notes=tuple(event.text for event in events if isinstance(event, Note)),
        )
        folder = runs.write_run(Path(out), finished, report.page)
    return Result(image, last.clip.frames, last.choice.index, last.scores, last.choice.reason, folder)


def _record(request: Request, started: Started, steps: tuple[Step, ...]) -> RunRecord:
    return RunRecord(_settings(request, started), _execution(request, started, steps))


def _settings(request: Request, started: Started) -> Settings:
    source, sampling = request.source, started.sampling
    height, width = source.picture.shape[:2]
    return Settings(
        instruction=request.instruction,
        source=SourceRecord(source_path(source.path), source.sha256, source.pixels_sha256, height, width),
        model=request.model.label,
        frames=sampling.frames,
        steps=sampling.steps,
        guidance=max(sampling.guidance),
        seed=request.seed,
        caption=request.caption,
        select=request.select,
        strategy=request.strategy,
    )


def _execution(request: Request, started: Started, steps: tuple[Step, ...]) -> Execution:
    import torch

    folder = flow.stages(request).generator.folder()
    return Execution(
        model_resolved=request.model.name,
        model_revision=checkpoint.revision(folder),
        weights=checkpoint.fingerprints(folder),
        encoder=catalogue.shown(request.model.encoder),
        height=started.sampling.height,
        width=started.sampling.width,
        guidance_schedule=started.sampling.guidance,
        device=started.device,
        dtype=str(choose_dtype("auto", torch.device(started.device))).removeprefix("torch."),
        threads=torch.get_num_threads(),
        batch_seeds=(request.seed,),
        batch_index=0,
        versions=versions(),
        seconds={stage: seconds for step in steps for stage, seconds in step.seconds.items()},
    )


def versions() -> Mapping[str, str]:
    """The versions of Python and of each package that computes."""
    packages = ("frame2frame", "torch", "diffusers", "transformers", "numpy", "pillow", "av")
    return {"python": platform.python_version()} | {name: _version(name) for name in packages}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
