"""What each kind of part has to have.

A part is a frozen dataclass that satisfies the protocol of its kind; its fields are its options, and its
class attribute `capabilities` says what else it can do. A part may inherit from its protocol: then it has the
defaults that stand here, and needs no more than what is abstract.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator as Stream
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..values import (
    Calibration,
    Caption,
    Choice,
    Clip,
    Column,
    Frames,
    Note,
    Picture,
    Progress,
    Sampling,
    Scores,
    Step,
    Take,
    Vectors,
    briefly,
)
from .draws import Wanted


class Captioner(Protocol):
    """Says what the clip should show."""

    @abstractmethod
    def write(self, image: Picture, instruction: str) -> Caption:
        """The sentence that the clip is drawn from, and the scene that its frames are compared with."""


@dataclass(frozen=True)
class Item:
    """One candidate to be drawn."""

    picture: Picture
    """(height, width, 3) of exactly the sampling's size."""
    caption: Caption
    seed: int
    start: Any = None
    """Clean latents (latent frames, channels, height, width) to start from, or None for pure noise."""
    strength: float = 1.0
    """In (0, 1]: at s the start is noised to step (1 − s)·steps and only the rest is denoised."""
    restored: bool = True
    """Whether detail of the picture that decoding loses belongs in the clip; grain that is to go does not."""

    __repr__ = briefly


class Draft(Protocol):
    """A set of candidates being denoised together.

    A draft that has no latents to look at, drop or store inherits what it cannot do, in one line each.
    """

    can_preview: bool = False

    @property
    def at_once(self) -> int:
        """Candidates that take no longer than one, as each has a device of its own; 1 on one device."""
        return 1

    @property
    @abstractmethod
    def steps_left(self) -> int:
        """Until the clips can be decoded."""

    @property
    def units(self) -> tuple[int, ...]:
        """The temporal units that are left, by their number in the full clip."""
        raise _cannot("leave latent frames out", "strategy.every")

    @property
    def odd(self) -> bool:
        """Whether their number must be odd."""
        return False

    @property
    @abstractmethod
    def frame_times(self) -> tuple[int, ...]:
        """The index in the full clip of each frame that `decode` gives."""

    @abstractmethod
    def advance(self, steps: int = 1) -> None:
        """Denoise `steps` further steps."""

    def preview(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """(candidates, latent frames, h, w, 3): one rough frame of each predicted clean latent.

        They are spread over the clip, the last one at its end.
        """
        raise _cannot("show a clip before it is done", "the strategy search")

    def keep(self, indices: Sequence[int]) -> None:
        """Drop all other candidates with everything that belongs to them."""
        raise _cannot("drop candidates", "the strategy search")

    def thin(self, units: Sequence[int], renumber: bool = False) -> None:
        """Keep only these temporal units (the family's own), with condition, history and positions.

        With `renumber` they are told the first places in time instead of their own.
        """
        raise _cannot("leave latent frames out", "strategy.every")

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on bit for bit."""
        raise _cannot("finish candidates one by one", "strategy.stop_early")

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where `state` was asked for."""
        raise _cannot("finish candidates one by one", "strategy.stop_early")

    @abstractmethod
    def decode(self, candidate: int) -> Iterator[Frames]:
        """Chunks of frames, as the family decodes them; stop iterating to stop decoding."""

    def decode_together(self, candidates: Sequence[int]) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
        """Chunks of (candidates, frames, h, w, 3): the same frames in one batch."""
        for chunks in zip(*map(self.decode, candidates), strict=True):
            yield np.stack(chunks)

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""
        return []

    def close(self) -> None:
        """Free all that it holds; it cannot be used afterwards."""
        return None


def _cannot(what: str, without: str) -> InputError:
    return InputError(f"this model cannot {what}", remedy=f"go without {without}, or name another model")


class Generator(Protocol):
    """Draws clips with one model.

    It is made with the fields `model` (the repository), `device` and `cache_dir` where it has them, with what
    the model's row says of `revision`, `frames`, `steps` and so on, and with the options that were asked for.
    """

    def folder(self) -> Path | None:
        """Where the weights are; None for a generator without. Raises ModelError."""
        return None

    def check(self) -> Any:
        """What the model can draw; raises ModelError unless its files are here, of its kind and whole."""
        return None

    @abstractmethod
    def sampling(
        self, picture: Picture, frames: int | None, steps: int | None, guidance: float | None
    ) -> Sampling:
        """The settings, defaults filled in; raises InputError naming the nearest valid value."""

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest size that the model can draw to this share of the sides; by default the same."""
        return sampling

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames that the model can draw; by default with as many."""
        return sampling

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest number of frames that the model can draw to this share of the clip's length."""
        return sampling

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still: what `Item.start` takes."""
        raise _cannot("start from anything but pure noise", "strategy.strength")

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back; by default nothing is lost."""
        return picture

    @abstractmethod
    def draft(self, items: Sequence[Item], sampling: Sampling) -> Draft:
        """Candidates ready to be denoised, one an item."""

    def notes(self) -> list[str]:
        """What the user should know of the work of all drafts so far, each sentence given once."""
        return []


class Encoder(Protocol):
    """Turns pictures, and some also texts, into feature vectors."""

    @property
    def threshold(self) -> float | None:
        """The cosine from which an edit counts as complete, if the encoder was calibrated.

        An encoder may have one for each sort of picture, by a method `limits_of` of the picture's vector.
        """

    def images(self, frames: Frames) -> Vectors:
        """(frames, features) of unit length."""

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(texts, features) in the same space; raises InputError where it sees pictures only."""


class Scorer(Protocol):
    """Gives each frame further scores beside those of the encoder; higher is better."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What it gives, each with the title and the unit that reports show it with."""

    def score(
        self, frames: Frames, source: Picture, caption: Caption
    ) -> Mapping[str, Sequence[float] | NDArray[Any]]:
        """A number a frame for each column; not a number where a frame has none.

        Frames come in chunks, in their order; `source` has their size.
        """


class Selector(Protocol):
    """Chooses the frame that is the answer, or none."""

    @abstractmethod
    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice:
        """The frame and the reason, in a sentence; or no frame, and why."""

    def enough(self, clip: Clip, scores: Scores) -> bool:
        """Whether the frames decoded so far settle the choice, so that decoding may stop."""
        return False


class ComparingSelector(Selector, Protocol):
    """A selector that sees the answers of several clips side by side."""

    @abstractmethod
    def compare(
        self, takes: Sequence[Take], choices: Sequence[Choice], caption: Caption
    ) -> tuple[int, Choice]:
        """The number of the clip with the best answer, and its choice; or that none of them will do.

        Each of the choices has a frame, and there are two at least.
        """


class LookingAheadSelector(Selector, Protocol):
    """A selector that sees roughly what is not decoded yet, where the model can show it."""

    @abstractmethod
    def enough_ahead(self, clip: Clip, scores: Scores, ahead: Clip) -> bool:
        """Whether decoding may stop, in place of `enough`.

        `ahead` is the whole clip as previews, one a latent frame; `frame_times` says which frame of the
        decoded clip each stands for, the last one for its last.
        """


class ForeseeingSelector(Selector, Protocol):
    """A selector that may know of a wish that no clip can show it."""

    @abstractmethod
    def foresee(self, scores: Scores, caption: Caption) -> Choice | None:
        """The refusal of any clip, by the scores of the source as a single frame; None if one may do."""


@dataclass(frozen=True)
class Stages:
    """The parts that a strategy puts together."""

    captioner: Captioner
    generator: Generator
    encoder: Encoder
    selector: Selector
    identity: Encoder | None = None
    """Scores how much of the source's identity is left; without it the encoder does."""
    scorers: tuple[Scorer, ...] = ()
    calibration: Calibration | None = None
    """The user's own of the encoder."""
    unknown: bool = False
    """Whether the encoder is treated as unknown, although it is calibrated."""


class Strategy(Protocol):
    """Decides how often to go round, and from where."""

    @property
    def draws(self) -> int:
        """How many candidates are drawn in all; each takes one seed."""

    def run(
        self,
        image: Picture,
        instruction: str,
        sampling: Sampling,
        seeds: Sequence[int],
        stages: Stages,
        finished: Sequence[Step] = (),
    ) -> Stream[Caption | Progress | Note | Step | Wanted, Any, None]:
        """The caption, then the rounds that follow those that are `finished`, each ended by its step.

        It yields these, and the draws that it wants, and is sent what came of them.
        """
