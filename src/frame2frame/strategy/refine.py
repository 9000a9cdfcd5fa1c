"""Still-clip refinement: a short clip of the chosen frame in which nothing moves, and its sharpest frame.

A frame taken out of a movement is soft; the same model, asked to hold the picture still, draws it again at
rest (IF-Edit, Zhang et al., 2025, its post-refinement).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..plugins.draws import Draw, Drawn, Wanted
from ..plugins.options import check, option
from ..score.sharpness import sharpness
from ..values import Choice, Frames, Picture, Sampling, Step

STILL = "Everything stays as it is."
"""What the clip is asked to show."""

AUTHOR = "still"
"""Of the caption, by which such a round is known."""


@dataclass(frozen=True)
class Refine:
    """When a frame of the still clip takes the place of the chosen one. Raises InputError."""

    least_gain: float = option(
        1.02, "A new frame must have so many times the chosen frame's sharpness.", low=0, high=1_000
    )
    slack: float = option(
        0.05, "How much similarity to the wanted scene may be lost, in cosine.", low=0, high=2
    )

    def __post_init__(self) -> None:
        check(self)

    def again(self, image: Picture, step: Step, sampling: Sampling) -> Generator[Wanted, Any, Step]:
        """The round that draws the step's chosen frame again; it is rolled back where no frame is sharper."""
        frame = step.clip.frames[step.passed[-1]]
        caption = replace(step.caption, temporal=STILL, author=AUTHOR, notes=())
        seed = step.clip.seed
        assert seed is not None  # only what was drawn is drawn again
        drawn: Drawn = yield Draw(
            frame, caption, (seed,), sampling, image, is_shortest=True, begins_with="refine"
        )
        (take,) = drawn.takes
        before = float(step.scores["semantic"][step.passed[-1]])
        choice = self._sharpest(frame, take.clip.frames, take.scores["semantic"] >= before - self.slack)
        passed = () if choice.index is None else (choice.index,)
        return Step(caption, take.clip, take.scores, choice, drawn.seconds, passed=passed)

    def _sharpest(self, before: Picture, frames: Frames, allowed: NDArray[np.bool_]) -> Choice:
        """The sharpest frame that is allowed, if it is sharper than the one before."""
        limit = self.least_gain * sharpness(before)
        values = np.array(
            [sharpness(frame) if ok else 0.0 for frame, ok in zip(frames, allowed, strict=True)]
        )
        index = int(values.argmax())
        figures = f"(sharpness {values[index]:.0f}; the chosen frame has {sharpness(before):.0f})"
        if values[index] < limit:
            return Choice(
                None, f"The chosen frame stays, as none of the still clip is sharper {figures}.", index
            )
        return Choice(index, f"Frame {index} of the still clip is the sharpest {figures}.")
