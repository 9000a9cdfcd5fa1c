"""What `bundle.json` holds, as frozen values; docs/how-to/bundles.md lists it for readers.

An archive comes back from strangers: reading it goes through `record.from_json`, which checks types, lengths
and ranges, and through `bundle_from`, which checks that the parts belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...errors import InputError
from ...files.as_json import from_json, to_json
from ...media.data_urls import is_crisp
from ...report.rounds import Round
from ...report.verdict import gate_of
from ...runs.read import StepRecord
from ...runs.record import Settings
from ...values import Caption

LAYOUT = 1
"""Raised when a reader of the last one would misread it; new fields alone do not raise it."""
EDITS_LIMIT = 64
PICTURE_NAME = re.compile(r"\d{2}-[a-z-]{1,40}/[a-z]{1,20}(?:_\d{3})?\.(?:png|jpg)")
CLIP_NAME = re.compile(r"\d{2}-[a-z-]{1,40}/clip\.mp4")


@dataclass(frozen=True)
class Asked:
    """What the bundle was made with; None was left to the model."""

    preset: str | None = None
    memory: str = "auto"
    seed: int = 0
    """Of the first edit; the next has the next."""
    frames: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class ModelFacts:
    """The model that ran."""

    name: str
    revision: str | None
    """The commit, where the weights came from the hub."""
    encoder: str
    weights: Mapping[str, str]
    """SHA-256 of each weight file by its path in the model's folder."""


@dataclass(frozen=True)
class Machine:
    """What computed."""

    device: str
    processor: str
    """The GPU's name, or the CPU's."""
    gpu_gib: float | None
    main_gib: float | None
    threads: int
    system: str


@dataclass(frozen=True)
class Peak:
    """The most memory that was in use, in GiB; None where it cannot be told."""

    gpu_gib: float | None
    """Of tensors, during this edit."""
    gpu_reserved_gib: float | None
    """Of what PyTorch held of the GPU, during this edit."""
    main_gib: float | None
    """Of the whole process since it began."""


@dataclass(frozen=True)
class Drawn:
    """How the clip was drawn; sizes in pixels."""

    height: int
    width: int
    guidance_schedule: tuple[float, ...]
    dtype: str


@dataclass(frozen=True)
class Shown:
    """A frame that is in the archive as a small picture."""

    index: int
    """Into the step's columns."""
    file: str


@dataclass(frozen=True)
class Files:
    """Names in the archive. Pictures are as large as needed to judge them, and lossy unless small."""

    source: str
    final: str
    """The result in the source's size; the source itself when no frame shows the edit."""
    frame: str
    """The chosen frame as the model drew it, or the closest when none was chosen."""
    clip: str
    frames: tuple[Shown, ...]


@dataclass(frozen=True)
class Outcome:
    """A finished edit."""

    settings: Settings
    drawn: Drawn
    caption: Caption
    step: StepRecord
    """The step whose chosen frame is the edit."""
    files: Files
    notes: tuple[str, ...] = ()
    """What the user was warned of."""
    told: tuple[str, ...] = ()

    @property
    def round(self) -> Round:
        """The step, ready to be shown; the address of a frame is its name in the archive, or empty."""
        files = {shown.index: shown.file for shown in self.files.frames}
        pictures = tuple(files.get(index, "") for index in range(len(self.step.frame_times)))
        return Round(
            self.step,
            pictures,
            is_crisp(self.drawn.height, self.drawn.width),
            select=self.settings.select,
            gate=gate_of(self.settings.options),
        )


@dataclass(frozen=True)
class Edit:
    """One edit of the bundle, finished or failed."""

    folder: str
    """In the archive, such as `01-dog`."""
    sort: str
    instruction: str
    seconds: float
    """Wall-clock time of all of it, loading and writing included."""
    peak: Peak
    outcome: Outcome | None = None
    error: str | None = None
    """In one line, where there is no outcome."""


@dataclass(frozen=True)
class Bundle:
    """All of it."""

    layout: int
    made: str
    """The day, ISO 8601."""
    model: ModelFacts
    machine: Machine
    versions: Mapping[str, str]
    asked: Asked
    edits: tuple[Edit, ...] = field(default=())

    def files(self) -> Iterator[str]:
        """The names of all files of the edits, in order."""
        for edit in self.edits:
            yield from files_of(edit)


def files_of(edit: Edit) -> tuple[str, ...]:
    """The names of an edit's files; none of a failed one."""
    if edit.outcome is None:
        return ()
    files = edit.outcome.files
    return (files.source, files.final, files.frame, *(shown.file for shown in files.frames), files.clip)


def unfit(what: str, got: str = "") -> InputError:
    """The error of a file that is no bundle, or a damaged one."""
    return InputError(what, got=got, remedy="give a ZIP file that `f2f bundle make` wrote, as it was sent")


def bundle_from(data: Mapping[str, object]) -> Bundle:
    """The bundle in untrusted JSON values; raises InputError."""
    if data.get("layout") != LAYOUT:
        raise InputError(
            "the bundle is of another version",
            got=f"layout {data.get('layout')!r:.40}",
            remedy=f"this version of frame2frame reads layout {LAYOUT}",
        )
    bundle = from_json(Bundle, data, "bundle.json")
    if not 0 < len(bundle.edits) <= EDITS_LIMIT:
        raise unfit(f"a bundle has 1 to {EDITS_LIMIT} edits", got=str(len(bundle.edits)))
    for edit in bundle.edits:
        _check(edit)
    return bundle


def to_object(bundle: Bundle) -> dict[str, object]:
    """As plain JSON values."""
    return to_json(bundle)


def _check(edit: Edit) -> None:
    """Raise InputError unless the edit's parts belong together and its files bear names of ours."""
    if (edit.outcome is None) == (edit.error is None):
        raise unfit(f"the edit {edit.folder:.40} has neither or both of an outcome and an error")
    if edit.outcome is None:
        return
    step, files = edit.outcome.step, edit.outcome.files
    count = len(step.frame_times)
    chosen = (step.choice.index, step.choice.runner_up, *step.passed, *(one.index for one in files.frames))
    indices = [index for index in chosen if index is not None]
    fit = all(len(column) == count for column in step.scores.columns.values())
    if not count or not fit or not all(0 <= index < count for index in indices):
        raise unfit(f"the scores of the edit {edit.folder:.40} do not belong to its frames")
    *pictures, clip = files_of(edit)
    if not all(PICTURE_NAME.fullmatch(name) for name in pictures) or not CLIP_NAME.fullmatch(clip):
        raise unfit(f"the edit {edit.folder:.40} names a file that no bundle has")
