"""A toy generator with a model of its own: it colours the picture, and needs no weights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from frame2frame.plugins import (
    Draft,
    Frames,
    Generator,
    InputError,
    Item,
    Model,
    Picture,
    Sampling,
    check,
    given,
    option,
)

COLOURS = {
    "red": (220, 40, 30),
    "orange": (240, 140, 30),
    "yellow": (240, 220, 50),
    "green": (50, 160, 70),
    "blue": (40, 90, 210),
    "white": (250, 250, 250),
    "black": (20, 20, 20),
}

MODEL = Model(
    "tint",
    repository="",  # there are no weights
    family="tint",
    encoder="tabletop",  # comes with frame2frame, so that the toy runs without a download
    licence="Apache-2.0",
    commercial=True,
    terms="a toy that only colours your picture",
    frames=9,
    steps=4,
    size="the picture's, at most 256",
    frame_rule="2 to 81",
)


@dataclass(frozen=True)
class Tint(Generator):
    """Fades from the picture to the same picture in the first colour that the caption names."""

    strength: float = option(0.6, "Share of the colour in the last frame.", above=0, high=1)
    frames: int = given(9)
    steps: int = given(4)

    def __post_init__(self) -> None:
        check(self)

    def sampling(
        self, picture: Picture, frames: int | None, steps: int | None, guidance: float | None
    ) -> Sampling:
        """The clip's size and length; the guidance has no effect on a toy."""
        count, done = frames or self.frames, steps or self.steps
        if not 2 <= count <= 81:
            raise InputError("the toy draws 2 to 81 frames", got=str(count), remedy="give another --frames")
        scale = min(1.0, 256 / max(picture.shape[:2]))
        height, width = (max(16, round(side * scale / 16) * 16) for side in picture.shape[:2])
        return Sampling(count, height, width, done, (1.0,) * done)

    def draft(self, items: Sequence[Item], sampling: Sampling) -> "Fading":
        """Candidates, ready to be drawn."""
        return Fading(self.strength, items, sampling)


class Fading(Draft):
    """Clips that fade to a colour; each step brings the last frame nearer to it."""

    def __init__(self, strength: float, items: Sequence[Item], sampling: Sampling) -> None:
        self._strength, self._items, self._sampling = strength, list(items), sampling
        self._done = 0

    @property
    def steps_left(self) -> int:
        return self._sampling.steps - self._done

    @property
    def frame_times(self) -> tuple[int, ...]:
        return tuple(range(self._sampling.frames))

    def advance(self, steps: int = 1) -> None:
        self._done = min(self._done + steps, self._sampling.steps)

    def decode(self, candidate: int) -> Iterator[Frames]:
        item = self._items[candidate]
        words = item.caption.target.lower().split()
        colour = next((COLOURS[word] for word in words if word in COLOURS), COLOURS["white"])
        shade = np.random.default_rng(item.seed).normal(colour, 8.0)
        end = self._strength * self._done / self._sampling.steps
        shares = np.linspace(0, end, self._sampling.frames)[:, None, None, None]
        clip = (1 - shares) * item.picture + shares * shade
        yield clip.round().clip(0, 255).astype(np.uint8)
