"""The values that pass between the stages, all frozen.

    Request → Caption → Draft → Clip → Scores → Choice → Step → Result

Pictures are `uint8` RGB arrays of shape (height, width, 3); clips are (frames, height, width, 3).
A score is a column with one number a frame, and higher is better.
"""

from __future__ import annotations

import operator
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, kind_of, one_line

Picture = NDArray[np.uint8]
"""(height, width, 3), RGB."""

Frames = NDArray[np.uint8]
"""(frames, height, width, 3), RGB."""

Vectors = NDArray[np.float32]
"""(items, features), each of unit length."""


class _Brief(reprlib.Repr):
    """Arrays as their type and shape, long lists by their beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.maxtuple = self.maxlist = 4
        self.maxdict, self.maxstring, self.maxother = 8, 120, 120

    def repr_ndarray(self, value: NDArray[Any], level: int) -> str:
        return f"{value.dtype}{list(value.shape)}"

    def repr_instance(self, value: Any, level: int) -> str:
        return repr(value) if is_dataclass(value) else super().repr_instance(value, level)


_brief = _Brief()


def briefly(value: Any) -> str:
    """The `__repr__` of values that hold pictures: each field in a few words."""
    shown = [f"{one.name}={_brief.repr(getattr(value, one.name))}" for one in fields(value) if one.repr]
    return f"{type(value).__name__}({', '.join(shown)})"


PAD_EDGE, PAD_BLACK, CROP = FITS = ("pad-edge", "pad-black", "crop")
"""The picture's edge repeated, the paper's black bars (section 5.1), or its middle in the clip's shape."""

UNWRITTEN = MappingProxyType({"written": False})
"""Metadata of a field that is no part of a record."""

WORD = MappingProxyType({"recorded": "word"})
"""Metadata of a text option that names nothing outside of the run: any record may set it, like a number."""

PLACE = MappingProxyType({"recorded": "place"})
"""Metadata of a text option that names a file or folder to be read: only a run folder's record may set it.

A text option with neither, which might name a file to be written, is set by no record.
"""


@dataclass(frozen=True)
class Caption:
    """What the clip should show, and the scene it should end in."""

    temporal: str
    """One sentence that starts at this picture and ends in the wanted scene (paper, section 3.1)."""
    target: str
    """The wanted scene as a description; frames are scored against it."""
    author: str
    """The captioner that wrote it."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was written, a sentence each."""
    clauses: tuple[str, ...] = ()
    """All of a wish that is walked clause by clause; empty where the caption is of the whole."""
    clause: int = 0
    """Which of them this is of."""

    __repr__ = briefly

    def __post_init__(self) -> None:
        if not 0 <= self.clause < max(len(self.clauses), 1):
            raise InputError("a caption is of a clause that is not there", got=str(self.clause))

    @property
    def asked(self) -> str:
        """The clause that it is of; empty where it is of the whole wish."""
        return self.clauses[self.clause] if self.clauses else ""

    @property
    def place(self) -> str:
        """As in "clause 2 of 3, “lift the ball”"; empty where it is of the whole wish."""
        return f"clause {self.clause + 1} of {len(self.clauses)}, “{self.asked}”" if self.clauses else ""

    @property
    def to_come(self) -> int:
        """How many clauses follow."""
        return len(self.clauses[self.clause + 1 :])


@dataclass(frozen=True)
class Sampling:
    """How a clip is drawn from the model; sizes in pixels."""

    frames: int
    height: int
    width: int
    steps: int
    guidance: tuple[float, ...]
    """The guidance scale of each step; 1 means the prompt alone."""
    fit: str = PAD_EDGE
    """What is beside a picture of another shape than the clip's; one that is cropped has the clip's shape."""

    __repr__ = briefly


@dataclass(frozen=True)
class Clip:
    """The decoded candidate, without padding."""

    frames: Frames
    frame_times: tuple[int, ...]
    """The index of each frame in the generated clip."""
    seed: int | None
    """None of a clip that was given."""
    source: Picture | None = field(default=None, compare=False)
    """The user's picture, of what the frames show of it and of any size; None where it is not known."""

    __repr__ = briefly

    def __len__(self) -> int:
        return len(self.frame_times)

    def followed_by(self, later: Frames) -> Clip:
        """The clip with the frames that come next."""
        times = range(len(self), len(self) + len(later))
        frames = np.concatenate([self.frames, later])
        return replace(self, frames=frames, frame_times=(*self.frame_times, *times))


@dataclass(frozen=True)
class Column:
    """What a column of scores is, for whoever reads it."""

    name: str
    title: str
    """A few words."""
    unit: str = ""
    """What the numbers mean, a short sentence."""


@dataclass(frozen=True)
class Calibration:
    """What the user's calibration found of an encoder: from where on a frame shows an edit.

    Raises InputError for numbers that no calibration gives.
    """

    threshold: float
    """Of the similarity, with what the contrast is worth beside it."""
    weight: float
    """The similarity that a standard deviation of contrast is worth."""
    gain: float
    """The least gain in similarity over the source."""
    presence: float
    """The least that the source must stand out for what the wish is about, in standard deviations."""
    worlds: str
    """What was drawn, such as `tabletop`; several have commas between."""
    clips: int
    """It was fitted to so many, and measured on as many others."""
    date: str
    """Like 2026-11-29."""
    none_if_due: float | None
    """The share of the other clips without a complete frame of which it takes none."""
    false_none: float | None
    """The share of the other clips with a complete frame of which it takes none."""

    def __post_init__(self) -> None:
        for name, limit in {"threshold": 1_000, "weight": 1_000, "gain": 2, "presence": 1_000}.items():
            _check_within(name, getattr(self, name), -limit, limit)
        for name in ("none_if_due", "false_none"):
            if getattr(self, name) is not None:
                _check_within(name, getattr(self, name), 0, 1)


def _check_within(name: str, number: float, low: float, high: float) -> None:
    """Not a number is not."""
    if not low <= number <= high:
        what = f"the calibration's {name} is a number from {low} to {high}"
        raise InputError(what, got=str(number), remedy="calibrate the encoder again")


@dataclass(frozen=True)
class Transfer:
    """How an edit of the whole picture came to the source's own size."""

    made: bool
    """Whether the change was made in the source itself; else the frame was enlarged."""
    reason: str
    """A sentence for the user."""
    anew: float = 1.0
    """The share of the picture that the source does not show; `reason` says what is there."""
    kept: bool = False
    """Whether the source stays as it is, for it shows already what the frame does, or more."""


@dataclass(frozen=True)
class Scores:
    """One column per criterion, one number per frame, higher is better."""

    columns: Mapping[str, tuple[float, ...]]
    source: Mapping[str, float] = field(default_factory=dict)
    """The same scores of the unedited source."""
    threshold: float | None = None
    """The `semantic` score from which the encoder calls an edit complete; None if it was never calibrated."""
    calibration: Calibration | None = None
    """The user's own, which the threshold then comes from."""
    presence: float | None = None
    """How far the source stands out for what the wish is about among other things, in standard deviations;
    None where that is not known."""
    ability: float | None = None
    """How well the encoder told known changes of the source apart, in standard deviations.

    None where that was not tried, as with an encoder that is calibrated."""
    vectors: Vectors | None = field(default=None, repr=False, compare=False, metadata=UNWRITTEN)
    """(frames, features): the encoder's vectors that the scores come from, where they are known."""
    start: Vectors | None = field(default=None, repr=False, compare=False, metadata=UNWRITTEN)
    """(1, features): that of the source."""
    described: Mapping[str, Column] = field(default_factory=dict, repr=False)
    """What the columns of further scorers are, by name."""

    __repr__ = briefly

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return np.asarray(self.columns[name], dtype=np.float64)

    def followed_by(self, later: Scores) -> Scores:
        """The scores of these frames and of those after them."""
        joined = {name: column + tuple(later.columns[name]) for name, column in self.columns.items()}
        both = self.vectors is not None and later.vectors is not None
        vectors = np.concatenate([self.vectors, later.vectors]) if both else None
        return replace(self, columns=joined, vectors=vectors)

    def up_to(self, end: int) -> Scores:
        """The scores of so many first frames."""
        columns = {name: column[:end] for name, column in self.columns.items()}
        return replace(self, columns=columns, vectors=None if self.vectors is None else self.vectors[:end])


class Cause(StrEnum):
    """Why no frame was chosen, or none surely, where that decides what may help; `verdict` has the words."""

    NOT_REACHED = ""
    """No frame shows the wish; also what a selector means that says no more."""
    UNKNOWN_PICTURE = "unknown-picture"
    """The model cannot draw pictures like this one, so none was drawn."""
    UNKNOWN_WORDS = "unknown-words"
    """The encoder that compares frames with the wish knows none of its words."""
    BEYOND_MODEL = "beyond-model"
    """The wish is none of those that the model knows, so nothing was drawn."""
    NOT_THERE = "not-there"
    """The source does not show what the wish is about."""
    WITHOUT_COLOUR = "without-colour"
    """The source has no colours that could be taken out, so nothing was drawn."""
    SHOWN_ALREADY = "shown-already"
    """The source shows the wish as well as any frame does."""
    FINER_PICTURE = "finer-picture"
    """The source shows more than the frame that was chosen can, and would lose by it."""
    DRIFTED = "drifted"
    """All frames that show the edit have drifted from the source as a whole."""
    BLURRED_PICTURE = "blurred-picture"
    """Already the clip's first frame, which shows the source, does so badly."""
    NOT_JUDGED = "not-judged"
    """A frame was chosen, but the encoder cannot tell whether it shows the wish."""


BEFORE_DRAWING = (
    Cause.UNKNOWN_PICTURE,
    Cause.UNKNOWN_WORDS,
    Cause.BEYOND_MODEL,
    Cause.NOT_THERE,
    Cause.WITHOUT_COLOUR,
)
"""What can be known of the source and the wish alone; that a thing is not there is told of clips, too."""


@dataclass(frozen=True)
class Choice:
    """The frame that was chosen and why; no index means that no frame shows the edit."""

    index: int | None
    reason: str
    runner_up: int | None = None
    notes: tuple[str, ...] = ()
    """What the user should know of how it was made, a sentence each."""
    cause: str = Cause.NOT_REACHED
    """Why there is none, or why it is unsure; a `Cause`, or what a later version calls one."""

    def was_drawn(self, frames: int) -> bool:
        """Whether it was made among so many `frames` of a clip, and not before anything was drawn.

        A single frame stands in place of the clip then.
        """
        return frames > 1 or self.cause not in BEFORE_DRAWING


@dataclass(frozen=True)
class Started:
    """The first event: what will run, every default filled in."""

    model: str
    seed: int
    sampling: Sampling
    device: str
    """Several have commas between."""
    rounds: int = 1
    """That the run has at most; a refinement is one more."""


@dataclass(frozen=True)
class Progress:
    """An event: a stage has done `done` of `total` units of its work."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Note:
    """An event: something that the user should know, in one sentence."""

    text: str
    is_warning: bool = True
    """Whether it may call for something to be done; False where it only tells what was."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", one_line(self.text))


@dataclass(frozen=True, eq=False)
class Redrawn:
    """An event: how the model shows the unedited source."""

    picture: Picture
    """(height, width, 3) of a clip's frames: the source after its way into the model's latents and back."""


@dataclass(frozen=True)
class Take:
    """A decoded candidate that was not chosen."""

    clip: Clip
    scores: Scores

    __repr__ = briefly


@dataclass(frozen=True)
class Step:
    """One finished round: the clip that was chosen from, its scores and the choice."""

    caption: Caption
    clip: Clip
    scores: Scores
    choice: Choice
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds per stage."""
    others: tuple[Take, ...] = ()
    """The round's other candidates."""
    passed: tuple[int, ...] = ()
    """The frames that the path goes through, the chosen one last; none where the source is kept."""
    ended: str = ""
    """Why no round follows, in a sentence; empty where one does, or where there is only one in any case."""

    __repr__ = briefly


def whole_number(name: str, value: Any) -> int:
    """A Python or NumPy integer as an int; raises InputError for anything else."""
    if not isinstance(value, bool):
        try:
            return operator.index(value)
        except TypeError:
            pass
    raise InputError(f"{name} must be a whole number", got=kind_of(value), remedy="give an integer, like 17")
