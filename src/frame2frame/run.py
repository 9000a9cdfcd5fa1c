"""A plan carried out: its events, the `Result` last, and the run folder that it leaves.

The command line's progress, the page and the run folder are readers of this one stream.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from .engine.device.heap import freed_kept
from .engine.device.placement import memory_guard
from .files.anywhere import as_path
from .media.pictures import fit, psnr, resized
from .picking import PickPlan
from .plan import Plan
from .plugins import capabilities
from .plugins.draws import Draw, SourceScores, Wanted
from .plugins.faults import blamed
from .report.declined import BY_RULES, Declined, models_for_it
from .report.execution import execution_of
from .report.finish import Drawn, finish
from .report.result import Result
from .request import Request
from .runs import write as folders
from .runs.record import RunRecord
from .runs.states import ending
from .score.redraw import LEAST_FIRST_FRAME, as_shown, unchanged
from .score.scorers import unscored
from .strategy.ambiguity import several_clauses, several_meant, unheeded_degrees, unknown_names
from .strategy.executor import Run, singly
from .strategy.refusals import (
    OWN_WORDS,
    Trial,
    Wording,
    by_words,
    colourless,
    foreseen,
    foresees,
    is_invented,
    left_alone,
)
from .strategy.stopwatch import Stopwatch
from .values import Caption, Cause, Choice, Note, Picture, Progress, Redrawn, Started, Step

if TYPE_CHECKING:
    from .runs.resume import Rounds

Event = Started | Redrawn | Caption | Progress | Note | Step | Result
"""What happens in a run, in order: the caption as soon as it is written, each step as it is finished."""

EMBEDDED_SOURCE = "The source picture is inside of final_frame.png and goes wherever that goes."


def events(
    plan: Plan | PickPlan | Declined, out: str | Path | None = "outputs"
) -> Generator[Event, None, None]:
    """The edit, or the choice from a given clip, as a stream of events, the `Result` last.

    Closing it stops the run within a step and leaves nothing, but for the finished rounds of a path, from
    which an equal plan goes on. Raises OutOfMemoryError, PluginError, WriteError.
    """
    if out is not None:
        folders.require_writable(as_path("out", out))
    with blamed():
        if not isinstance(plan, Plan):
            yield from _picked(plan, out) if isinstance(plan, PickPlan) else _declined(plan, out)
            return
        rounds = None if out is None else rounds_of(plan, Path(out))
        drawn = yield from singly(drawing(plan, rounds), plan.stages)
        result = yield from finish(drawn, out)
        if rounds:
            rounds.forget()
    yield result  # whoever took it need not ask for more


def rounds_of(plan: Plan, out: Path) -> Rounds | None:
    """Where the finished rounds of an edit are kept until all of it is finished; None where it has one."""
    if not capabilities.of_strategy(plan.strategy).resumes:
        return None
    from .runs.resume import Rounds

    return Rounds.of(out, plan.key(), plan.drawn_with())


def drawing(plan: Plan, rounds: Rounds | None = None) -> Run[Drawn]:
    """The edit until nothing is left to draw: its events, and the draws that it wants and is sent answers to.

    Several of them can so be drawn together.
    """
    course = _Course(plan)
    before, unused = rounds.finished() if rounds else ([], [])
    yield plan.started
    yield from unused
    course.notes += [note for note in unused if note.is_warning]
    yield from course.say(plan.notes)
    yield from _drawn(course, before, rounds)
    return _whole(course)


def _picked(plan: PickPlan, out: str | Path | None) -> Iterator[Event]:
    asked = plan.request
    yield from plan.notes
    with memory_guard("choosing from the clip", "its size or its number of frames"):
        step = yield from plan.clip.run()
        said = tuple(map(Note, (*step.choice.notes, *unscored(step.scores))))
        yield from said
        yield step
        drawn = Drawn(
            source=asked.source,
            canvas=asked.canvas,
            is_given=True,
            steps=(step,),
            notes=(*plan.notes, *said),
            record=lambda: RunRecord(plan.settings(), plan.execution(), plan.record()),
            repeated=lambda: as_shown(asked.seen, step),
            mask=asked.mask,
            keep=plan.keep,
            transfer=asked.transfer,
            save=asked.save,
        )
        result = yield from finish(drawn, out)
    yield result


def _declined(plan: Declined, out: str | Path | None) -> Iterator[Event]:
    asked, step = plan.request, plan.step
    yield from plan.notes
    yield step
    drawn = Drawn(
        source=asked.source,
        canvas=plan.canvas,
        walks=plan.walks,
        steps=(step,),
        notes=plan.notes,
        remarks=_remarks(asked),
        record=plan.record,
        repeated=lambda: plan.shown,
        save=asked.save,
    )
    result = yield from finish(drawn, out)
    yield result


def _remarks(asked: Request) -> tuple[Note, ...]:
    """What is to be said of the run folder."""
    return (Note(EMBEDDED_SOURCE, is_warning=False),) if asked.embed_source else ()


def result_in(events: Iterator[object]) -> Result:
    """The result that a stream of events ends with; what is freed on the way there serves the next stage."""
    with freed_kept():
        return [event for event in events if isinstance(event, Result)][-1]


class _Course:
    """What has come of a run so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.notes: list[Note] = []
        self.steps: list[Step] = []
        self.redrawn: Picture | None = None
        """How the model shows the unedited source, once it was looked at."""
        self.watch = Stopwatch()
        """Of what comes before the rounds."""
        self.began = perf_counter()

    def say(self, notes: Iterable[Note | str]) -> Iterator[Note]:
        """Those that were not said yet."""
        for one in notes:
            note = one if isinstance(one, Note) else Note(one)
            if note not in self.notes:
                self.notes.append(note)
                yield note

    def resume(self, before: Sequence[Step]) -> Iterator[Step]:
        """The rounds that were finished before, once."""
        if not self.steps:
            self.steps += before
            yield from before


def _drawn(course: _Course, before: Sequence[Step], rounds: Rounds | None) -> Run[None]:
    """The caption, the rounds that were finished before, then each as it is drawn, and a refinement."""
    plan, answer, goes_on = course.plan, None, True
    picture, instruction = plan.picture, plan.request.instruction
    run = plan.strategy.run(picture, instruction, plan.sampling, plan.seeds, plan.stages, before)
    with closing(run), suppress(StopIteration):
        while goes_on:
            event = run.send(answer)
            answer = (yield event) if isinstance(event, Wanted) else None
            if isinstance(event, Caption):
                goes_on = yield from _begun(course, event, before)
            elif not isinstance(event, Wanted):
                yield from _told(course, event, rounds)
    if goes_on:
        yield from course.resume(before)
        yield from _refined(course)


def _begun(course: _Course, caption: Caption, before: Sequence[Step]) -> Run[bool]:
    """Whether there is something to draw, once the caption is written."""
    course.watch.seconds.setdefault("caption", perf_counter() - course.began)
    words = course.plan.request.target or caption.asked or course.plan.request.instruction
    wording = Wording.of(caption, words, course.plan.stages.encoder)
    unread = _unread(course, caption, wording)
    if not is_invented(caption, unread):
        yield caption
    if refused := (yield from _refusal(course, caption, wording, unread)):
        course.steps.append(refused)
        yield refused
        return False
    yield from course.resume(before)
    return True


def _told(course: _Course, event: Step | Note | Progress, rounds: Rounds | None) -> Iterator[Event]:
    """What the strategy tells, as the user is to see it; each finished round is kept."""
    if isinstance(event, Step):
        event = yield from _explained(course, event)
        if rounds:
            rounds.keep(len(course.steps), event)
        course.steps.append(event)
    yield from course.say(course.plan.stages.generator.notes())
    yield from course.say([event]) if isinstance(event, Note) else [event]


def _refusal(course: _Course, caption: Caption, wording: Wording, unread: Choice | None) -> Run[Step | None]:
    """The step of a run that draws nothing, for its words, its picture, or a thing that is not there."""
    plan, seed = course.plan, course.plan.seeds[0]
    # that a server did not answer is told in any case
    is_moot = is_invented(caption, unread) and plan.request.caption in BY_RULES
    of_caption = () if is_moot else caption.notes
    yield from course.say((*of_caption, *wording.notes()))
    if unread is not None:
        return left_alone(plan.picture, caption, unread, plan.sampling, seed, plan.stages)
    if (grey := colourless(plan.picture, caption, plan.sampling, seed, plan.stages)) is not None:
        return grey
    refused = (yield from _tried(course, caption)) or (yield from _foreseen(course, caption))
    if refused is None:
        yield from _unclear(course, caption)
        yield from _load(course)
    return refused


def _wish(plan: Plan, caption: Caption) -> str:
    """The whole wish in the user's words, or in those of whoever wrote the caption from the picture."""
    own = caption.author in OWN_WORDS
    return (plan.request.target or plan.request.instruction) if own else caption.target


def _unclear(course: _Course, caption: Caption) -> Iterator[Note]:
    """What is said of a wish that the model may carry out in part, or on another thing than is meant."""
    if caption.clause == 0 and not course.plan.request.anyway:
        plan, wish = course.plan, _wish(course.plan, caption)
        walks = capabilities.of_strategy(plan.strategy).walks
        unclear = several_meant(plan.model, wish, _fitted(plan), plan.stages.encoder)
        in_part = None if walks else several_clauses(plan.model, wish)
        unheeded = unheeded_degrees(plan.model, wish)
        yield from course.say(filter(None, (in_part, unheeded, unknown_names(plan.model, wish), unclear)))


def _unread(course: _Course, caption: Caption, wording: Wording) -> Choice | None:
    """The choice of none for words that the encoder does not know, or a wish that the model does not."""
    plan, asked = course.plan, course.plan.request
    wish = _wish(plan, caption)
    refused = by_words(plan.model, wording.words, wish, asked.anyway, lambda: models_for_it(asked))
    return wording.refused(plan.model) if not refused and wording.failed and not asked.anyway else refused


def _tried(course: _Course, caption: Caption) -> Generator[Event, None, Step | None]:
    """The refusal of a model that cannot show the picture unchanged, where it says what it knows."""
    plan = course.plan
    if not plan.model.knows or course.redrawn is not None:
        return None
    yield from _load(course)
    yield Progress("look", 0, 1)
    with course.watch.of("look"):
        trial = Trial.of(plan.picture, plan.sampling, plan.stages)
    course.redrawn = trial.shown
    yield trial.event
    seed = plan.seeds[0]
    if not trial.failed or plan.request.anyway:
        return None
    return trial.refusal(plan.model, caption, seed, plan.chosen_size, plan.stages)


def _foreseen(course: _Course, caption: Caption) -> Run[Step | None]:
    """The refusal of a wish about a thing that the source does not show, where it can be told beforehand."""
    plan = course.plan
    if plan.request.anyway or not foresees(plan.strategy, plan.stages):
        return None
    yield Progress("look", 0, 1)
    draw = Draw(plan.picture, caption, plan.seeds, plan.sampling)
    with course.watch.of("look"):
        scores = yield SourceScores(draw)
        return foreseen(draw, scores, plan.stages.selector)


def _load(course: _Course) -> Iterator[Progress]:
    """Have the weights where they are used, or else the first stage that needs them seems to take so long."""
    generator: Any = course.plan.stages.generator
    if "load" not in course.watch.seconds and capabilities.of_generator(generator).loads:
        yield Progress("load", 0, 1)
        with course.watch.of("load"):
            generator.load()


def _explained(course: _Course, step: Step) -> Generator[Note, None, Step]:
    """The step, after what the user should know of it.

    It says so where it chose no frame of a clip whose first one is blurred already.
    """
    # later rounds of a path begin at what the model itself has drawn
    blurred = "" if course.steps else _unfamiliar(course, step)
    yield from course.say((*step.caption.notes, *step.choice.notes))
    if course.plan.stages.identity and "identity" not in step.scores.columns:
        yield from course.say(
            ["The picture shows nobody that the identity encoder knows, so identity is not scored."]
        )
    yield from course.say((*unscored(step.scores), *([blurred] if blurred else [])))
    if not blurred or step.choice.index is not None or step.choice.cause:
        return step
    return replace(step, choice=replace(step.choice, cause=Cause.BLURRED_PICTURE))


def _unfamiliar(course: _Course, step: Step) -> str:
    """A warning when the clip's first frame is not the source, nor what the model makes of it unchanged.

    A clip of a coarse round says nothing of the picture: at a size that it was not made for, a model repeats
    none so well. Where the user chose such a size it is named as the reason.
    """
    first, plan = step.clip.frames[0], course.plan
    source = _fitted(plan)
    began = source if course.redrawn is None else unchanged(first, course.redrawn, source)
    if first.shape != began.shape or (fidelity := psnr(first, began)) >= LEAST_FIRST_FRAME:
        return ""
    name, only = plan.model.name, f"; it knows only {plan.model.knows}" if plan.model.knows else ""
    if size := plan.chosen_size:
        what = f"The model {name} does not draw this picture well at {size}"
    else:
        what = f"The model {name} does not know pictures like this one{only}"
    shown = f"shows the source with {fidelity:.1f} dB, and {LEAST_FIRST_FRAME:.0f} is needed"
    return f"{what}. The clip's first frame {shown}."


def _fitted(plan: Plan) -> Picture:
    """The source of the size of a clip's frames, without padding."""
    sampling = plan.sampling
    fitted = fit(plan.picture, sampling.height, sampling.width, sampling.fit)
    return fitted.crop(fitted.picture)


def _refined(course: _Course) -> Run[None]:
    """The round that draws the answer's frame again, where that was asked for."""
    plan, last = course.plan, next((step for step in reversed(course.steps) if step.passed), None)
    if plan.refine is None or last is None:
        return
    again = yield from plan.refine.again(plan.picture, last, plan.sampling)
    course.steps.append(again)
    yield from course.say(plan.stages.generator.notes())
    yield again


def _whole(course: _Course) -> Drawn:
    plan, steps = course.plan, tuple(course.steps)
    return Drawn(
        source=plan.request.source,
        canvas=plan.canvas,
        walks=capabilities.of_strategy(plan.strategy).walks,
        steps=steps,
        notes=tuple(course.notes),
        remarks=_remarks(plan.request),
        mask=plan.request.mask,
        keep=plan.keep,
        transfer=plan.request.transfer,
        before=course.watch.seconds,
        repeated=lambda: resized(_unchanged(course, steps[0]), *_size(steps)),
        save=plan.request.save,
        redrawn=lambda: None if course.redrawn is None else resized(course.redrawn, *_size(steps)),
        record=lambda: RunRecord(plan.settings(), execution_of(plan, steps), plan.record()),
    )


def _repeated(course: _Course) -> Picture:
    """The source as the model shows it unchanged, without padding."""
    if course.redrawn is None:
        plan = course.plan
        fitted = fit(plan.picture, plan.sampling.height, plan.sampling.width, plan.sampling.fit)
        course.redrawn = fitted.crop(plan.stages.generator.repeated(fitted.picture))
    return course.redrawn


def _unchanged(course: _Course, first: Step) -> Picture:
    """The source as the clips show it where nothing has changed, without padding."""
    return unchanged(first.clip.frames[0], _repeated(course), _fitted(course.plan))


def _size(steps: Sequence[Step]) -> tuple[int, int]:
    """(height, width) of the frames that the answer was chosen from."""
    height, width = ending(steps).clip.frames.shape[1:3]
    return height, width
