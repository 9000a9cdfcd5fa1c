"""A run that was left as a folder, read back.

    <time>-<slug>/
      request.json     what was asked                 plan.json      what was decided of it, every default
      caption.json     the captions, one a step
      scores.json      seeds, scores and choices      metrics.json   figures of the whole run
      clip.mp4         all frames, step after step    source.png     the picture that was edited
      path_00.png …    from the source to the end     final_frame.png  the edit; carries the settings
      route_01.png …   the least-energy route to the same end, of a path in rounds
      generated_frame.png  the edit before the source's own pixels were put back
      mask.png         what the user let change, if so
      frames_00.mkv …  the clip that each round was chosen from, as drawn (see `frames`)
      source_redrawn.png  the source as the model shows it, of the clip's size
      vectors.npz      the features of all frames (see `vectors`)
      report.html      all of it as a page            done.json      what ran; written last

`write` writes it, under a temporary name at first, so one that bears its name is whole.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..files.as_json import from_json
from ..files.regular import read_bytes
from ..geometry.measures import REASONS
from ..media.canvas import Canvas
from ..media.embedded import carried
from ..media.pictures import Source, load_picture, parsed_object, read_settings
from ..media.video import read_clip
from ..media.video_input import Footage, load_footage
from ..values import Caption, Choice, Frames, Picture, Scores, Step
from .frames import OTHER, TAKEN, read_frames
from .record import Parent, RunRecord, SourceRecord, for_picture, is_remote, public, record_from
from .vectors import Cloud, read_cloud

STATE = "path_{:02d}.png"
ROUTE = "route_{:02d}.png"
REDRAWN = "source_redrawn.png"
JSON_LIMIT_BYTES = 2**24

_AGAIN = "run it again, or give another run folder"
"""What to do about a damaged one."""


@dataclass(frozen=True)
class StepRecord:
    """A step as it can be read back; its frames are in the clip."""

    seed: int | None
    """None of a clip that was given."""
    frame_times: tuple[int, ...]
    scores: Scores
    choice: Choice
    seconds: Mapping[str, float]
    passed: tuple[int, ...] = ()
    """The frames that the path goes through."""
    others: tuple[TakeRecord, ...] = ()
    ended: str = ""
    """Why no round of the path follows."""

    @property
    def was_drawn(self) -> bool:
        """Whether it has a clip to choose from."""
        return self.choice.was_drawn(len(self.frame_times))

    @classmethod
    def of(cls, step: Step) -> StepRecord:
        """The step without its frames."""
        return cls(
            seed=step.clip.seed,
            frame_times=step.clip.frame_times,
            scores=step.scores,
            choice=step.choice,
            seconds=step.seconds,
            passed=step.passed,
            others=tuple(TakeRecord(take.clip.seed, take.scores) for take in step.others),
            ended=step.ended,
        )


@dataclass(frozen=True)
class TakeRecord:
    """A candidate that was not chosen; its frames are not kept."""

    seed: int | None
    scores: Scores


@dataclass(frozen=True)
class Run:
    """A finished run folder, read back."""

    folder: Path
    record: RunRecord
    captions: tuple[Caption, ...]
    steps: tuple[StepRecord, ...]
    metrics: Mapping[str, float | tuple[float, ...]]
    notes: tuple[str, ...]
    """What the user was warned of."""
    finished: str
    """Local time, ISO 8601."""
    told: tuple[str, ...] = ()
    """What the user was told besides."""

    def frames(self) -> tuple[Frames, ...]:
        """The frames of each step, padding removed, within a few levels of what was generated."""
        counts = [len(step.frame_times) for step in self.steps]
        clip = read_clip(self.folder / "clip.mp4", most=sum(counts) + 1)
        if len(clip) != sum(counts):
            raise InputError(
                f"the clip in {self.folder} is not of this run",
                got=f"{len(clip)} frames for {sum(counts)}",
                remedy=_AGAIN,
            )
        return tuple(np.split(clip, np.cumsum(counts)[:-1]))

    def taken(self, number: int) -> Frames | None:
        """The clip that round `number` was chosen from, as drawn; None where it was not kept."""
        return read_frames(self.folder / TAKEN.format(number), len(self.steps[number].frame_times))

    def others(self, number: int) -> tuple[Frames, ...] | None:
        """The round's other candidates, as drawn; None where they were not all kept."""
        counts = [len(take.scores["semantic"]) for take in self.steps[number].others]
        names = [OTHER.format(number, candidate) for candidate in range(1, len(counts) + 1)]
        found = [read_frames(self.folder / name, count) for name, count in zip(names, counts, strict=True)]
        whole = tuple(frames for frames in found if frames is not None)
        return whole if len(whole) == len(counts) else None

    def redrawn(self) -> Picture | None:
        """How the model shows the unedited source, of the frames' size; None where that was not kept."""
        found = _picture_at(self.folder / REDRAWN)
        return None if found is None else found.picture

    def source(self) -> Source:
        return load_picture(self.folder / "source.png")

    def canvas(self) -> Canvas:
        """The source and the part of it that the clips show."""
        ran, fit = self.record.execution, self.record.settings.more.get("fit")
        return Canvas.of(self.source().picture, fit, (ran.height, ran.width))

    def image(self) -> Source:
        """The edited picture."""
        return load_picture(self.folder / "final_frame.png")

    def generated(self) -> Source | None:
        """What the model made of the edited picture, where some of the source was put back."""
        return _picture_at(self.folder / "generated_frame.png")

    def mask(self) -> Source | None:
        """What the user let change."""
        return _picture_at(self.folder / "mask.png")

    def states(self) -> tuple[Picture, ...]:
        """The source and every frame that the path goes through, in the source's size."""
        count = 1 + sum(len(step.passed) for step in self.steps)
        return tuple(load_picture(self.folder / STATE.format(number)).picture for number in range(count))

    def route(self) -> tuple[Picture, ...]:
        """The frames of the least-energy route after the source, in the source's size."""
        count = next(number for number in itertools.count() if not self._on_route(number + 1).is_file())
        return tuple(load_picture(self._on_route(number)).picture for number in range(1, count + 1))

    def _on_route(self, number: int) -> Path:
        return self.folder / ROUTE.format(number)

    def cloud(self) -> Cloud | None:
        """The features of all frames; None where they were not kept or cannot be used."""
        return read_cloud(self.folder / "vectors.npz", len(self.steps))

    @property
    def walks(self) -> bool:
        """Whether the strategy leads from state to state; where nobody says so, only that named path did."""
        said = self.record.execution.walks
        return self.record.settings.strategy == "path" if said is None else said

    @property
    def ending(self) -> int:
        """Which step's chosen frame is the edit."""
        return ending_of(self.steps)


def ending_of(steps: Sequence[Step | StepRecord]) -> int:
    """Which of the steps the answer comes from: the last that was not rolled back, or else the last."""
    last = len(steps) - 1
    return next((number for number in range(last, -1, -1) if steps[number].passed), last)


def _picture_at(path: Path) -> Source | None:
    return load_picture(path) if path.is_file() else None


@dataclass(frozen=True)
class Metrics:
    """Figures of a whole run."""

    figures: Mapping[str, float | tuple[float, ...]]


def read_run(folder: Path) -> Run:
    """A finished run folder. Raises InputError for any other."""
    if not os.path.isdir(folder):  # unlike Path.is_dir, no error for a name that no disk takes
        raise InputError(
            f"there is no run folder {folder!s:.200}", remedy="give a folder that `f2f edit` made"
        )
    if not is_run(folder):
        raise InputError(
            f"{folder} is no run folder",
            got="neither request.json nor done.json in it",
            remedy="give a folder that `f2f edit` made, or the final_frame.png in it",
        )
    if not (folder / "done.json").is_file():
        raise InputError(f"the run in {folder} is not finished", got="no done.json", remedy=_AGAIN)
    return run_in(folder, _read_json(folder / "done.json"))


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run, finished or not."""
    return os.path.isdir(folder) and any((folder / name).is_file() for name in ("done.json", "request.json"))


@dataclass(frozen=True)
class _Captions:
    captions: tuple[Caption, ...]


@dataclass(frozen=True)
class _Steps:
    steps: tuple[StepRecord, ...]


@dataclass(frozen=True)
class _Done:
    finished: str
    notes: tuple[str, ...]
    told: tuple[str, ...] = ()


def run_in(folder: Path, done: Mapping[str, object]) -> Run:
    """The run in a folder that holds all but `done`, its done.json. Raises InputError."""
    request = _read_json(folder / "request.json")
    plan = _read_json(folder / "plan.json") if (folder / "plan.json").is_file() else None
    record = record_from({**done, "schema": request.get("schema"), "settings": request, "plan": plan})
    captions = from_json(_Captions, _read_json(folder / "caption.json"), "caption.json").captions
    steps = from_json(_Steps, _read_json(folder / "scores.json"), "scores.json").steps
    ending = from_json(_Done, done, "done.json")
    figures = _read_json(folder / "metrics.json")
    figures.pop(REASONS, None)
    metrics = from_json(Metrics, {"figures": figures}, "metrics.json").figures
    _check_steps(folder, captions, steps)
    return Run(folder, record, captions, steps, metrics, ending.notes, ending.finished, ending.told)


def _check_steps(folder: Path, captions: tuple[Caption, ...], steps: tuple[StepRecord, ...]) -> None:
    whole = 0 < len(steps) == len(captions)
    for step in steps:
        count = len(step.frame_times)
        lengths = [len(column) for column in step.scores.columns.values()]
        chosen = (step.choice.index, step.choice.runner_up, *step.passed)
        indices = [index for index in chosen if index is not None]
        whole &= all(length == count for length in lengths) and all(0 <= index < count for index in indices)
    if not whole:
        raise InputError(f"the files in {folder} do not belong together", remedy=_AGAIN)


def _read_json(path: Path) -> dict[str, object]:
    try:
        text = read_bytes(path, JSON_LIMIT_BYTES).decode("utf-8")
    except UnicodeError as error:
        raise InputError(f"cannot read {path}", got=f"{error!s:.120}", remedy=_AGAIN) from error
    return parsed_object(text, str(path), _AGAIN)


def recorded(png_or_folder: Path) -> tuple[RunRecord, bool]:
    """The record in a run folder, or in a PNG that a run made, and whether it may name places.

    That of a folder may, so a PNG that lies in its run's folder is taken for the folder. Of any other PNG
    names alone count, whatever it says. Raises InputError.
    """
    if os.path.isdir(png_or_folder):
        return read_run(png_or_folder).record, True
    shown = public(record_from(read_settings(png_or_folder)))
    with suppress(InputError):
        own = read_run(png_or_folder.parent).record
        if for_picture(own) == for_picture(shown):
            return own, True
    return shown, False


def parent_in(png: Path, sha256: str) -> Parent | None:
    """The edit that made a picture, if it is a result that carries its settings."""
    with suppress(InputError):
        made = record_from(read_settings(png)).settings
        return Parent(sha256, made.instruction, made.seed)
    return None


def source_of(record: RunRecord, png_or_folder: Path) -> Source:
    """The picture to repeat a run on, checked to be the one that was edited.

    It is looked for inside of the PNG, then beside it or in the folder as source.png, then by its name.
    Raises InputError.
    """
    return _found(record.settings.source, png_or_folder, "source.png")


def mask_of(record: RunRecord, png_or_folder: Path) -> Source | None:
    """The same for the mask, if the run had one."""
    wanted = record.settings.mask
    return None if wanted is None else _found(wanted, png_or_folder, "mask.png")


def clip_of(record: RunRecord, png_or_folder: Path) -> Footage:
    """The clip to pick from again: by its name, or the frames that the run kept of it. Raises InputError."""
    picked = record.settings.picked
    assert picked is not None  # or else there was no clip
    wanted, folder = picked.clip, png_or_folder if png_or_folder.is_dir() else png_or_folder.parent
    named = [partial(load_footage, one) for one in _named(wanted.path, folder)]
    looks: list[Callable[[], Footage | None]] = [*named, lambda: _kept_clip(folder)]
    for look in looks:
        with suppress(InputError):
            clip = look()
            if clip is not None and clip.pixels_sha256 == wanted.pixels_sha256:
                path = None if wanted.path is None else Path(wanted.path)
                return replace(clip, path=path, sha256=wanted.sha256)
    raise InputError(
        "this run picked a frame of a given clip, which is not here",
        got=f"no {_last(wanted.path) or 'frames'!r:.80} with SHA-256 {wanted.sha256[:16]!r}",
        remedy=f"put it beside {png_or_folder.name:.80}, or run `f2f pick` on it",
    )


def _kept_clip(folder: Path) -> Footage | None:
    """The frames of a pick's run folder, where they were kept without loss."""
    frames = read_run(folder).taken(0)
    return None if frames is None else load_footage(frames)


def _found(wanted: SourceRecord, png_or_folder: Path, name: str) -> Source:
    folder = png_or_folder if png_or_folder.is_dir() else png_or_folder.parent
    looks: list[Callable[[], Source | None]] = [
        *([] if png_or_folder.is_dir() else [lambda: carried(png_or_folder, name)]),
        *(partial(load_picture, place) for place in (folder / name, *_named(wanted.path, folder))),
    ]
    for look in looks:
        with suppress(InputError):
            source = look()
            if (
                source is not None and source.pixels_sha256 == wanted.pixels_sha256
            ):  # the record goes on naming the first file
                path = None if wanted.path is None else Path(wanted.path)
                return replace(source, path=path, sha256=wanted.sha256)
    raise InputError(
        f"the picture of this run is not here ({name})",
        got=f"no {_last(wanted.path) or name!r:.80} with SHA-256 {wanted.sha256[:16]!r}",
        remedy=f"put it beside {png_or_folder.name:.80} as {name}, or get a PNG made with --embed-source",
    )


def _named(path: str | None, folder: Path) -> tuple[Path, ...]:
    """Where a recorded path may lead: a mere name beside the run and to the working folder."""
    if path is None or is_remote(path):
        return ()
    return (folder / path, Path(os.path.expanduser(path)))


def _last(path: str | None) -> str:
    return "" if path is None else Path(path).name
