"""A run as a folder, and back.

    <time>-<slug>/
      request.json     what was asked                 caption.json   the captions, one a step
      scores.json      seeds, scores and choices      metrics.json   figures of the whole run
      clip.mp4         all frames, step after step    source.png     the picture that was edited
      path_00.png …    from the source to the end     final_frame.png  the edit; carries the settings
      route_01.png …   the least-energy route to the same end, of a path in rounds
      generated_frame.png  the edit before the source's own pixels were put back
      mask.png         what the user let change, if so
      vectors.npz      the features of all frames (see `cloud`)
      report.html      all of it as a page            done.json      what ran; written last

A folder is written under a temporary name and then renamed, so one that bears its name is whole.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from .cloud import Cloud, read_cloud
from .errors import InputError, WriteError
from .media import (
    Source,
    clip_bytes,
    joined,
    load_picture,
    parsed_object,
    png_bytes,
    read_clip,
    read_settings,
    write_error,
)
from .record import (
    SCHEMA,
    RunRecord,
    SourceRecord,
    for_picture,
    from_json,
    is_remote,
    record_from,
    to_json,
)
from .values import Caption, Choice, Frames, Picture, Scores, Step

UNFINISHED = ".unfinished-"
STATE = "path_{:02d}.png"
ROUTE = "route_{:02d}.png"
SLUG_LENGTH = 40
NAMES_TRIED = 1_000
JSON_LIMIT_BYTES = 2**24
ROOM_BYTES = 2**26
"""Free before the work starts; a long clip of a large model and its report come near it."""


@dataclass(frozen=True, eq=False)
class Finished:
    """What a run leaves behind, before it is a folder."""

    record: RunRecord
    source: Source
    steps: tuple[Step, ...]
    image: Picture
    """The edited picture in the source's size; the source's when no frame shows the edit."""
    path: tuple[Picture, ...] = ()
    """The states after the source, in the source's size."""
    metrics: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What the user was warned of."""
    told: tuple[str, ...] = ()
    """What the user was told besides."""
    generated: Picture | None = None
    """What the model made of the edited picture, where some of the source was put back."""
    mask: Source | None = None
    route: tuple[Picture, ...] = ()
    """The frames of the least-energy route after the source, in the source's size."""


@dataclass(frozen=True)
class StepRecord:
    """A step as it can be read back; its frames are in the clip."""

    seed: int
    frame_times: tuple[int, ...]
    scores: Scores
    choice: Choice
    seconds: Mapping[str, float]
    passed: tuple[int, ...] = ()
    """The frames that the path goes through."""
    others: tuple[TakeRecord, ...] = ()


@dataclass(frozen=True)
class TakeRecord:
    """A candidate that was not chosen; its frames are not kept."""

    seed: int
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
        clip = read_clip(self.folder / "clip.mp4")
        counts = [len(step.frame_times) for step in self.steps]
        if len(clip) != sum(counts):
            raise InputError(
                f"the clip in {self.folder} is not of this run", got=f"{len(clip)} frames for {sum(counts)}"
            )
        return tuple(np.split(clip, np.cumsum(counts)[:-1]))

    def source(self) -> Source:
        return load_picture(self.folder / "source.png")

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
    def ending(self) -> int:
        """Which step's chosen frame is the edit: the last that was not rolled back, or else the last."""
        last = len(self.steps) - 1
        return next((number for number in range(last, -1, -1) if self.steps[number].passed), last)


def _picture_at(path: Path) -> Source | None:
    return load_picture(path) if path.is_file() else None


Page = Callable[[Run], str]
"""Makes the HTML of report.html."""


def require_writable(out: Path) -> None:
    """Raises WriteError before any work is done if no run folder can be made in `out`, or has no room."""
    with _unfinished_folder(out) as folder:
        if (free := shutil.disk_usage(folder).free) < ROOM_BYTES:
            raise WriteError(
                f"there is too little room in {out} for a run folder",
                got=f"{free / 2**20:.1f} MiB free",
                remedy=f"free {ROOM_BYTES // 2**20} MiB there, or choose another folder with --out",
            )
        (folder / "probe").write_bytes(b"\0" * 2**16)


def write_run(out: Path, finished: Finished, page: Page | None = None, now: datetime | None = None) -> Path:
    """Make the run folder in `out` and return it. It appears whole or not at all.

    Raises WriteError when the disk is full or `out` cannot be written.
    """
    now = now or datetime.now()
    with _unfinished_folder(out) as folder:
        _write_all(folder, finished, page, now)
        return _renamed(folder, f"{now:%Y%m%d-%H%M%S}-{slug(finished.record.settings.instruction)}")


def slug(instruction: str) -> str:
    """A short name that every file system takes: a–z, 0–9 and single hyphens."""
    plain = unicodedata.normalize("NFKD", instruction).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or "edit"


@contextmanager
def _unfinished_folder(out: Path) -> Iterator[Path]:
    """A new folder in `out` that is gone after the block unless it was renamed."""
    folder, was_there = out / f"{UNFINISHED}{secrets.token_hex(6)}", True
    try:
        was_there = out.exists()
        folder.mkdir(parents=True)
        yield folder
    except OSError as error:
        raise write_error(out, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not was_there:
            with suppress(OSError):  # it holds a run
                out.rmdir()


def _renamed(folder: Path, name: str) -> Path:
    for number in range(1, NAMES_TRIED):
        target = folder.parent / (name if number == 1 else f"{name}-{number}")
        try:
            os.rename(folder, target)
        except OSError:
            if not target.exists():
                raise
        else:
            return target
    raise WriteError(f"{folder.parent} has {NAMES_TRIED} runs of this name", remedy="wait a second")


def _write_all(folder: Path, finished: Finished, page: Page | None, now: datetime) -> None:
    _write_pictures(folder, finished)
    (folder / "clip.mp4").write_bytes(clip_bytes(joined([step.clip.frames for step in finished.steps])))
    if (cloud := Cloud.of(finished.steps)) is not None:
        (folder / "vectors.npz").write_bytes(cloud.packed())
    _write_json(folder / "request.json", {"schema": SCHEMA, **to_json(finished.record.settings)})
    _write_json(folder / "caption.json", {"captions": [to_json(step.caption) for step in finished.steps]})
    _write_json(folder / "scores.json", {"steps": [_step_json(step) for step in finished.steps]})
    _write_json(folder / "metrics.json", to_json(_Metrics(finished.metrics))["figures"])
    done = _done_json(finished, now)
    if page is not None:
        (folder / "report.html").write_bytes(page(_run(folder, done)).encode("utf-8", "replace"))
    _write_json(folder / "done.json", done)


def _write_pictures(folder: Path, finished: Finished) -> None:
    source = finished.source
    (folder / "source.png").write_bytes(png_bytes(source.picture, source.alpha))
    (folder / "final_frame.png").write_bytes(
        png_bytes(finished.image, source.alpha, for_picture(finished.record))
    )
    if finished.generated is not None:
        (folder / "generated_frame.png").write_bytes(png_bytes(finished.generated, source.alpha))
    if finished.mask is not None:
        (folder / "mask.png").write_bytes(png_bytes(finished.mask.picture))
    for number, picture in enumerate((source.picture, *finished.path)):
        (folder / STATE.format(number)).write_bytes(png_bytes(picture, source.alpha))
    for number, picture in enumerate(finished.route, 1):
        (folder / ROUTE.format(number)).write_bytes(png_bytes(picture, source.alpha))


@dataclass(frozen=True)
class _Metrics:
    figures: Mapping[str, float | tuple[float, ...]]


def _step_json(step: Step) -> dict[str, object]:
    record = StepRecord(
        seed=step.clip.seed,
        frame_times=step.clip.frame_times,
        scores=step.scores,
        choice=step.choice,
        seconds=step.seconds,
        passed=step.passed,
        others=tuple(TakeRecord(take.clip.seed, take.scores) for take in step.others),
    )
    return to_json(record)


def _done_json(finished: Finished, now: datetime) -> dict[str, object]:
    return {
        "execution": to_json(finished.record.execution),
        "finished": now.isoformat(timespec="seconds"),
        "notes": list(dict.fromkeys((*finished.source.notes, *finished.notes))),
        "told": list(finished.told),
    }


def _write_json(path: Path, data: object) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8", "backslashreplace"))


def read_run(folder: Path) -> Run:
    """A finished run folder. Raises InputError for any other."""
    if not folder.is_dir():
        raise InputError(f"there is no run folder {folder}", remedy="give a folder that `f2f edit` made")
    if not any((folder / name).is_file() for name in ("done.json", "request.json")):
        raise InputError(
            f"{folder} is no run folder",
            got="neither request.json nor done.json in it",
            remedy="give a folder that `f2f edit` made, or the final_frame.png in it",
        )
    if not (folder / "done.json").is_file():
        raise InputError(f"the run in {folder} is not finished", got="no done.json", remedy="run it again")
    return _run(folder, _read_json(folder / "done.json"))


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


def _run(folder: Path, done: Mapping[str, object]) -> Run:
    request = _read_json(folder / "request.json")
    record = record_from({**done, "schema": request.get("schema"), "settings": request})
    captions = from_json(_Captions, _read_json(folder / "caption.json"), "caption.json").captions
    steps = from_json(_Steps, _read_json(folder / "scores.json"), "scores.json").steps
    ending = from_json(_Done, done, "done.json")
    metrics = from_json(_Metrics, {"figures": _read_json(folder / "metrics.json")}, "metrics.json").figures
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
        raise InputError(f"the files in {folder} do not belong together", remedy="run it again")


def _read_json(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > JSON_LIMIT_BYTES:
            raise InputError(f"{path} is too large for a record", got=f"{path.stat().st_size:,} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise InputError(f"cannot read {path}", got=f"{error!s:.120}", remedy="run it again") from error
    return parsed_object(text, str(path))


def settings_from(png_or_folder: Path) -> RunRecord:
    """The record in a run folder, or in a PNG that a run made. Raises InputError."""
    if png_or_folder.is_dir():
        return read_run(png_or_folder).record
    return record_from(read_settings(png_or_folder))


def source_of(record: RunRecord, png_or_folder: Path) -> Source:
    """The picture to repeat a run on, checked to be the one that was edited.

    It is looked for as source.png in the run folder, then at its path. Raises InputError when neither is it.
    """
    return _found(record.settings.source, png_or_folder, "source.png")


def mask_of(record: RunRecord, png_or_folder: Path) -> Source | None:
    """The same for the mask, if the run had one."""
    wanted = record.settings.mask
    return None if wanted is None else _found(wanted, png_or_folder, "mask.png")


def _found(wanted: SourceRecord, png_or_folder: Path, name: str) -> Source:
    folder = png_or_folder if png_or_folder.is_dir() else png_or_folder.parent
    beside = folder / name
    if beside.is_file():
        source = load_picture(beside)
        if source.pixels_sha256 == wanted.pixels_sha256:  # the record goes on naming the first file
            path = None if wanted.path is None else Path(wanted.path)
            return replace(source, path=path, sha256=wanted.sha256)
    return _source_at(wanted.path, wanted.sha256, beside)


def _source_at(path: str | None, sha256: str, beside: Path) -> Source:
    remedy = f"put the picture with SHA-256 {sha256:.16}… into {beside.parent} as {beside.name}"
    if path is None or is_remote(path):
        raise InputError("the picture of this run is not in its folder", remedy=remedy)
    source = load_picture(path) if Path(os.path.expanduser(path)).is_file() else None
    if source is None:
        raise InputError("the picture of this run is gone", got=f"no file {path:.200}", remedy=remedy)
    if source.sha256 != sha256:
        raise InputError(
            f"{path:.200} is not the picture of this run", got=f"SHA-256 {source.sha256:.16}…", remedy=remedy
        )
    return source
