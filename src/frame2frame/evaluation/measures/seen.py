"""Pictures as measures see them: as they are, and all of a case in one size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from ...media.pictures import resized
from ...values import Picture

TO_TARGET = " to target"
"""What ends the name of a measure that compares with the wanted picture instead of the source."""

Values = Mapping[str, float]
"""By the measure's name; one that has no value for an answer is not among them."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture of a case."""

    own: Picture
    """As it is, for encoders, which prepare pictures themselves."""
    level: Picture
    """In the size that all pictures of the case are compared in."""

    @classmethod
    def of(cls, picture: Picture, shape: tuple[int, int]) -> Self:
        """`shape` is height and width of the common size."""
        return cls(picture, resized(picture, *shape))


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of a case beforehand."""

    source: Seen
    target: Seen | None = None
    target_text: str | None = None
    source_text: str | None = None

    def references(self) -> list[tuple[str, Seen]]:
        """What answers are compared with, by what it adds to a measure's name."""
        found = [("", self.source)]
        return found if self.target is None else [*found, (TO_TARGET, self.target)]


class Measure(Protocol):
    """One or more figures of an answer."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its figures, without those that compare with a target."""
        ...

    def values(self, truth: Truth, answers: Sequence[Seen]) -> list[Values]:
        """The figures of each answer. Raises ModelError."""
        ...


def common_shape(source: Picture, side: int) -> tuple[int, int]:
    """(height, width): the source's shape with so many pixels on its longer side."""
    height, width = source.shape[:2]
    longest = max(height, width)
    return max(1, round(height * side / longest)), max(1, round(width * side / longest))
