"""The five seams.

A plugin is a frozen dataclass that satisfies one of these protocols; its fields are its options.
"""

from __future__ import annotations

from collections.abc import Generator as Stream
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..values import (
    Caption,
    Choice,
    Clip,
    Frames,
    Note,
    Picture,
    Progress,
    Sampling,
    Scores,
    Step,
    Vectors,
    briefly,
)
from .draws import Wanted


class Captioner(Protocol):
    """Says what the clip should show."""

    def write(self, image: Picture, instruction: str) -> Caption: ...


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

    __repr__ = briefly


class Draft(Protocol):
    """A set of candidates being denoised together."""

    can_preview: bool

    @property
    def at_once(self) -> int:
        """Candidates that take no longer than one, as each has a device of its own; 1 on one device."""

    @property
    def steps_left(self) -> int: ...

    @property
    def units(self) -> tuple[int, ...]:
        """The temporal units that are left, by their number in the full clip."""

    @property
    def odd(self) -> bool:
        """Whether their number must be odd."""

    @property
    def frame_times(self) -> tuple[int, ...]:
        """The index in the full clip of each frame that `decode` gives."""

    def advance(self, steps: int = 1) -> None:
        """Denoise `steps` further steps."""

    def preview(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """(candidates, latent frames, h, w, 3): one rough frame of each predicted clean latent.

        They are spread over the clip, the last one at its end.
        """

    def keep(self, indices: Sequence[int]) -> None:
        """Drop all other candidates with everything that belongs to them."""

    def thin(self, units: Sequence[int], renumber: bool = False) -> None:
        """Keep only these temporal units (the family's own), with condition, history and positions.

        With `renumber` they are told the first places in time instead of their own.
        """

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on bit for bit."""

    def restore(self, state: dict[str, Any]) -> None: ...

    def decode(self, candidate: int) -> Iterator[Frames]:
        """Chunks of frames, as the family decodes them; stop iterating to stop decoding."""

    def decode_together(self, candidates: Sequence[int]) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
        """Chunks of (candidates, frames, h, w, 3): the same frames in one batch."""

    def notes(self) -> list[str]:
        """What the user should know of the work so far, each sentence given once."""

    def close(self) -> None: ...


class Generator(Protocol):
    """Draws clips with one model."""

    def folder(self) -> Path:
        """Where the weights are; raises ModelError."""

    def check(self) -> Any:
        """What the model can draw; raises ModelError unless its files are here, of its kind and whole."""

    def sampling(
        self, picture: Picture, frames: int | None, steps: int | None, guidance: float | None
    ) -> Sampling:
        """The settings, defaults filled in; raises InputError naming the nearest valid value."""

    def resized(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest size that the model can draw to this share of the sides."""

    def shortest(self, sampling: Sampling) -> Sampling:
        """The same with the fewest frames that the model can draw."""

    def shortened(self, sampling: Sampling, share: float) -> Sampling:
        """The nearest number of frames that the model can draw to this share of the clip's length."""

    def still(self, picture: Picture, sampling: Sampling) -> Any:
        """Clean latents of a clip in which the picture stands still: what `Item.start` takes."""

    def repeated(self, picture: Picture) -> Picture:
        """The picture after its way into the model's latents and back."""

    def draft(self, items: Sequence[Item], sampling: Sampling) -> Draft: ...

    def notes(self) -> list[str]:
        """What the user should know of the work of all drafts so far, each sentence given once."""


class Encoder(Protocol):
    """Turns pictures, and some also texts, into feature vectors."""

    @property
    def threshold(self) -> float | None:
        """The cosine from which an edit counts as complete, if the encoder was calibrated."""

    def images(self, frames: Frames) -> Vectors: ...

    def texts(self, texts: Sequence[str]) -> Vectors: ...


class Selector(Protocol):
    """Chooses the frame that is the answer, or none."""

    def choose(self, clip: Clip, scores: Scores, caption: Caption) -> Choice: ...

    def enough(self, clip: Clip, scores: Scores) -> bool:
        """Whether the frames decoded so far settle the choice, so that decoding may stop."""


@dataclass(frozen=True)
class Stages:
    """The parts that a strategy puts together."""

    captioner: Captioner
    generator: Generator
    encoder: Encoder
    selector: Selector
    identity: Encoder | None = None
    """Scores how much of the source's identity is left; without it the encoder does."""


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
