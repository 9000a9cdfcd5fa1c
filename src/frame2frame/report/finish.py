"""How a run ends: from its last step to the `Result` and the run folder with the report of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..media.canvas import Canvas
from ..media.source import Source
from ..media.transfer.ways import AUTO, OFF, is_larger
from ..runs import write as folders
from ..runs.frames import CLIP
from ..runs.record import RunRecord
from ..runs.states import ending, measured, route, seconds_of, states
from ..score.whole import FOCUS, GRAIN, MOVES
from ..select.region import Keep, Region, composed, mask_from
from ..strategy.stopwatch import Stopwatch
from ..values import Cause, Note, Picture, Progress, Step, Transfer
from .animation import Animation
from .result import Result
from .verdict import advice

if TYPE_CHECKING:
    from ..media.transfer.carry import Carried


@dataclass(frozen=True, eq=False)
class Drawn:
    """The rounds of an edit, or the choice of a pick, when nothing is left to draw."""

    source: Source
    canvas: Canvas
    """The source and the part of it that the clips show."""
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    """Those that were said already."""
    record: Callable[[], RunRecord]
    """Asked only where a run folder is made."""
    repeated: Callable[[], Picture]
    """The source as the clip shows it, of the frames' size; asked only where it is needed."""
    mask: Source | None = None
    keep: Keep | None = None
    transfer: str = OFF
    """Whether an edit of the whole picture is made in the source at its own size: `auto` or `off`."""
    walks: bool = False
    """Whether the rounds lead from state to state."""
    is_given: bool = False
    """Whether the clip was given, and nothing drawn."""
    remarks: tuple[Note, ...] = ()
    """What is to be said of the run folder, if there is one."""
    save: str = CLIP
    """Which clips the run folder keeps without loss."""
    redrawn: Callable[[], Picture | None] = lambda: None
    """How the model shows the unedited source, if that came to be known; of the frames' size."""
    before: Mapping[str, float] = field(default_factory=dict)
    """Seconds of the stages before the rounds."""

    @property
    def last(self) -> Step:
        """The step whose frame is the answer."""
        return ending(self.steps)

    @property
    def frame(self) -> Picture:
        """What the answer is made of, at the model's resolution; only of a step that passes through one."""
        frame: Picture = self.last.clip.frames[self.last.passed[-1]]
        return frame

    def region(self) -> Region | None:
        """Where the answer may differ from the source; None if anywhere, or if it is the source."""
        if not self.last.passed:
            return None
        if self.mask is not None:
            return mask_from(self.mask.picture, self.canvas)
        if self.keep is None:
            return None
        last, shown = self.last, self.canvas
        return self.keep.region(last.clip, last.passed[-1], self.repeated(), shown.size).on(shown)

    def answer(self) -> Composed:
        """The chosen frame at the source's size, with the source's own pixels or detail where they serve."""
        if not self.last.passed:
            return Composed(self.source.picture)
        if (made := self._as_worded()) is not None:
            return made
        shown = self.canvas.placed(self.frame)
        if (region := self.region()) is None:
            return Composed(shown)
        if not region.whole:
            return Composed(composed(self.source.picture, shown, region), (region.reason,))
        if not self._carries:
            return Composed(shown, (region.reason, *self._drawn_anew()))
        from ..media.transfer import carry  # compiles what it needs

        carried = carry.carried_over(self.canvas.part, self.repeated(), self.frame)
        if carried.picture is None:
            return Composed(shown, (region.reason, carried.transfer.reason), carried.transfer)
        return Composed(self.canvas.placed(carried.picture), (carried.transfer.reason,), carried.transfer)

    def _drawn_anew(self) -> Iterator[str]:
        """What of a wish for another view is not in the source, where the frame is the answer as it is."""
        if MOVES.search(self.last.caption.target):
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
        wanted = self.last.caption.target
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
            return Composed(self.source.picture, said, carried.transfer)
        placed = self.canvas.placed(carried.picture)
        if self.mask is None:
            return Composed(placed, said, carried.transfer)
        allowed = mask_from(self.mask.picture, self.canvas)
        picture = composed(self.source.picture, placed, allowed)
        return Composed(picture, (allowed.reason, *said), carried.transfer)

    def withdrawn(self, why: str) -> Drawn:
        """The same with the source as its answer, as no frame shows more than that."""
        last = replace(self.last.choice, index=None, reason=why, cause=Cause.FINER_PICTURE)
        last = replace(last, runner_up=self.last.passed[-1])
        steps = [replace(step, passed=()) for step in self.steps]
        steps[-1] = replace(steps[-1], choice=last)
        return replace(self, steps=tuple(steps))


@dataclass(frozen=True, eq=False)
class Composed:
    """The answer at the source's size."""

    picture: Picture
    said: tuple[str, ...] = ()
    """What of it is the source's own, a sentence each; nothing where all is as it was generated."""
    transfer: Transfer | None = None


def finish(drawn: Drawn, out: str | Path | None, name: str = "") -> Generator[Progress | Note, None, Result]:
    """Put the source's own pixels back and write the run folder into `out`, if it is named.

    `name` is as in `runs.write.write_run`.
    Raises WriteError.
    """
    from . import page as report

    yield Progress("keep", 0, 1)
    watch = Stopwatch()
    with watch.of("keep"):
        made = drawn.answer()
        if made.transfer is not None and made.transfer.kept:
            drawn, made = drawn.withdrawn(made.transfer.reason), replace(made, said=())
        result = _result(drawn, made)
    result = replace(result, seconds={**drawn.before, **seconds_of(drawn.steps), **watch.seconds})
    found = [Note(reason, is_warning=False) for reason in made.said]
    yield from (said := found if out is None else [*found, *drawn.remarks])
    if out is None:
        return result
    yield Progress("write", 0, 1)
    left = _left(drawn, result, (*drawn.notes, *said), is_composed=bool(made.said))
    return replace(result, folder=folders.write_run(Path(out), left, report.page, name=name))


def _result(drawn: Drawn, made: Composed) -> Result:
    source, last = drawn.source, drawn.last
    return Result(
        image=made.picture,
        frames=last.clip.frames,
        index=last.choice.index,
        scores=last.scores,
        reason=last.choice.reason,
        path=states(drawn.canvas, drawn.steps),
        metrics=measured(drawn.steps),
        folder=None,
        advice=advice(last.choice, walks=drawn.walks, is_given=drawn.is_given),
        ended=next((step.ended for step in reversed(drawn.steps) if step.ended), ""),
        route=route(drawn.canvas, drawn.steps),
        caption=last.caption,
        seed=last.clip.seed,
        alpha=source.alpha,
        transfer=made.transfer,
        animation=Animation.of_steps(
            drawn.canvas, source.alpha, made.picture, drawn.steps, bool(made.said), drawn.mask
        ),
    )


def _left(drawn: Drawn, result: Result, notes: Sequence[Note], *, is_composed: bool) -> folders.Finished:
    """What the run folder is to hold."""
    record = drawn.record()
    ran = replace(record.execution, seconds=result.seconds, transfer=result.transfer)
    return folders.Finished(
        record=replace(record, execution=ran),
        source=drawn.source,
        steps=drawn.steps,
        image=result.image,
        path=result.path[1:],
        route=result.route[1:],
        is_composed=is_composed,
        save=drawn.save,
        redrawn=drawn.redrawn(),
        mask=drawn.mask,
        metrics=result.metrics,
        notes=tuple(note.text for note in notes if note.is_warning),
        told=tuple(note.text for note in notes if not note.is_warning),
    )
