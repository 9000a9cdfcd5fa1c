"""A scorer: how warm the colours of each frame are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from frame2frame.plugins import Caption, Column, Frames, Picture, check, option


@dataclass(frozen=True)
class Warmth:
    """How much red there is for blue, in the middle of each frame."""

    columns: ClassVar = (Column("warmth", "Warmth", "Mean of red minus blue, from −1 to 1."),)

    middle: float = option(
        1.0, "Share of the frame's sides, around its middle, that counts.", above=0, high=1
    )

    def __post_init__(self) -> None:
        check(self)

    def score(self, frames: Frames, source: Picture, caption: Caption) -> Mapping[str, Sequence[float]]:
        """One number a frame."""
        height, width = frames.shape[1:3]
        top, left = (round(side * (1 - self.middle) / 2) for side in (height, width))
        shown = frames[:, top : height - top, left : width - left].astype(float)
        return {"warmth": (shown[..., 0] - shown[..., 2]).mean(axis=(1, 2)) / 255}
