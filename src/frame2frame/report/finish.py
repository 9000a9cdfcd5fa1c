"""How a run ends: from its last step to the `Result` and the run folder with the report of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..media.canvas import Canvas
from ..media.source import Source
from ..media.transfer.ways import OFF
from ..runs import write as folders
from ..runs.frames import CLIP
from ..runs.record import RunRecord
from ..runs.states import ending, measured, route, seconds_of, states
from ..select.answer import Chosen, Composed
from ..select.region import Keep
from ..strategy.stopwatch import Stopwatch
from ..values import Cause, Note, Picture, Progress, Step
from .animation import Animation
from .result import Result
from .verdict import advice


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
    def chosen(self) -> Chosen:
        """The frame that the answer is made of, with what else goes into it."""
        return Chosen(self.last, self.canvas, self.repeated, self.mask, self.keep, self.transfer)

    def withdrawn(self, why: str) -> Drawn:
        """The same with the source as its answer, as no frame shows more than that."""
        last = replace(self.last.choice, index=None, reason=why, cause=Cause.FINER_PICTURE)
        last = replace(last, runner_up=self.last.passed[-1])
        steps = [replace(step, passed=()) for step in self.steps]
        steps[-1] = replace(steps[-1], choice=last)
        return replace(self, steps=tuple(steps))


def finish(drawn: Drawn, out: str | Path | None, name: str = "") -> Generator[Progress | Note, None, Result]:
    """Put the source's own pixels back and write the run folder into `out`, if it is named.

    `name` is as in `runs.write.write_run`.
    Raises WriteError.
    """
    from . import page as report

    yield Progress("keep", 0, 1)
    watch = Stopwatch()
    with watch.of("keep"):
        made = drawn.chosen.answer()
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
