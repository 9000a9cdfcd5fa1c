"""The answer at the source's own size, made of the chosen frame and of what stays the source's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..media.canvas import Canvas
from ..media.source import Source
from ..media.transfer.ways import AUTO, OFF, is_larger
from ..score.whole import FOCUS, GRAIN, MOVES
from ..values import Picture, Step, Transfer
from .region import Keep, Region, composed, mask_from

if TYPE_CHECKING:
    from ..media.transfer.carry import Carried


@dataclass(frozen=True, eq=False)
class Composed:
    """The answer at the source's size."""

    picture: Picture
    said: tuple[str, ...] = ()
    """What of it is the source's own, a sentence each; nothing where all is as it was generated."""
    transfer: Transfer | None = None


@dataclass(frozen=True, eq=False)
class Chosen:
    """The frame that a step ends with, and what its answer is made of besides."""

    step: Step
    canvas: Canvas
    """The source and the part of it that the clip shows."""
    repeated: Callable[[], Picture]
    """The source as the clip shows it, of the frames' size; asked only where it is needed."""
    mask: Source | None = None
    keep: Keep | None = None
    transfer: str = OFF
    """Whether an edit of the whole picture is made in the source at its own size: `auto` or `off`."""

    @property
    def frame(self) -> Picture:
        """What the answer is made of, at the model's resolution; only of a step that passes through one."""
        frame: Picture = self.step.clip.frames[self.step.passed[-1]]
        return frame

    def region(self) -> Region | None:
        """Where the answer may differ from the source; None if anywhere, or if it is the source."""
        if not self.step.passed:
            return None
        if self.mask is not None:
            return mask_from(self.mask.picture, self.canvas)
        if self.keep is None:
            return None
        region = self.keep.region(self.step.clip, self.step.passed[-1], self.repeated(), self.canvas.size)
        return region.on(self.canvas)

    def answer(self) -> Composed:
        """The chosen frame at the source's size, with the source's own pixels or detail where they serve."""
        if not self.step.passed:
            return Composed(self.canvas.picture)
        if (made := self._as_worded()) is not None:
            return made
        shown = self.canvas.placed(self.frame)
        if (region := self.region()) is None:
            return Composed(shown)
        if not region.whole:
            return Composed(composed(self.canvas.picture, shown, region), (region.reason,))
        if not self._carries:
            return Composed(shown, (region.reason, *self._drawn_anew()))
        from ..media.transfer import carry  # compiles what it needs

        carried = carry.carried_over(self.canvas.part, self.repeated(), self.frame)
        if carried.picture is None:
            return Composed(shown, (region.reason, carried.transfer.reason), carried.transfer)
        return Composed(self.canvas.placed(carried.picture), (carried.transfer.reason,), carried.transfer)

    def _drawn_anew(self) -> Iterator[str]:
        """What of a wish for another view is not in the source, where the frame is the answer as it is."""
        if MOVES.search(self.step.caption.target):
            from ..media.transfer import carry  # compiles what it needs

            told = carry.drawn_anew(self.canvas.part, self.repeated(), self.frame)
            yield from filter(None, [told])

    @property
    def _carries(self) -> bool:
        """Whether the source shows more than a frame can, and its own detail is to be used."""
        return self.transfer == AUTO and is_larger(self.canvas.size, self.frame)

    def _way(self) -> Callable[[Picture, Picture, Picture], Carried | None] | None:
        """How such a wish is carried over, by its words.

        Another view of a small picture, too, as the frame is softer than the picture itself.
        """
        wanted = self.step.caption.target
        of_detail = GRAIN.search(wanted) or FOCUS.search(wanted)
        if self.transfer != AUTO or not (self._carries if of_detail else MOVES.search(wanted)):
            return None
        from ..media.transfer import carry, detail  # compiles what it needs

        if GRAIN.search(wanted):
            return detail.cleared_over
        return detail.refocused_over if of_detail else carry.placed_anew

    def _as_worded(self) -> Composed | None:
        """Of a wish for focus, against grain or for another view: the source so, or as it is.

        None for other wishes. The frame alone does not say which: it shows less detail than the source in any
        case, and where it shows it from farther back, hardly any of it.
        """
        carry = self._way()
        if carry is None or self.keep is None:
            return None
        if (carried := carry(self.canvas.part, self.repeated(), self.frame)) is None:
            return None
        if not self._carries and carried.place is not None and carried.place.zoom > 1:
            return None  # a small picture has no detail for a view from nearer by
        said = (carried.transfer.reason,)
        if carried.picture is None:
            return Composed(self.canvas.picture, said, carried.transfer)
        placed = self.canvas.placed(carried.picture)
        if self.mask is None:
            return Composed(placed, said, carried.transfer)
        allowed = mask_from(self.mask.picture, self.canvas)
        picture = composed(self.canvas.picture, placed, allowed)
        return Composed(picture, (allowed.reason, *said), carried.transfer)
