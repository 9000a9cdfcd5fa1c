"""Controls from a finished batch: other frames of its clips as answers to the same cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...plugins import capabilities
from ...reselecting import Reselect, as_answers, steps_of
from ...runs.frames import TAKEN
from ...runs.packed import unpacked
from ...runs.read import Run, read_run
from ...strategy.choosing import choice_of
from ...values import Picture, Step, Take
from ..batch.ledger import ERROR, outcomes, short
from ..measures.seen import TO_TARGET, Values
from ..sets.case import Case, few
from .found import evaluations_of
from .scored import Scored, deciding, is_lower_better

LAST, RANDOM = "last frame", "random frame"
CONSTANT = "best constant: frame {}"
ORACLE = "frame best for the truth"
ONE_SHOT = "one-shot"

NO_CLIPS = "No controls from clips: the batch kept none, as f2f batch --save clip does, or walked paths."
BROKEN = "Clips that cannot be used as controls: {}"
CHOSEN_CLIPS = (
    "The controls are frames of the clips that were chosen of several; those of the first candidates take "
    "f2f batch --save all, and a selector that asks no server."
)
PUT_BACK = (
    "The answers have the source's own pixels put back where nothing changed; the controls are as drawn."
)
BEST_OF = "The answers are each the best of {} candidates; one-shot has the first alone."
BEST_BY = "Which frame is best, for all or for each, was found on these very cases by {}."

Measure = Callable[[Case, Sequence[Picture]], Sequence[Values]]
"""The figures of each of several answers to a case."""

Judge = Callable[[Case, str, Picture], Values]
"""The marks of an answer to a case by the system of this name."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A clip of a run, each frame of it measured as an answer."""

    answer: Scored
    """What all answers from it have in common."""
    nothing: Values
    """Of the source, which stands for an answer where there is none."""
    frames: Sequence[Values]
    index: int | None
    """The frame that the selector takes of it."""
    candidates: int
    """Of the run."""
    is_first: bool
    """Whether this is the run's first candidate; else it is the chosen one of several."""
    pictures: Callable[[], Sequence[Picture]]
    """Reads what was measured once more: the source, then each frame."""

    def scored(self, system: str, index: int | None, marks: Values) -> Scored:
        """A frame as an answer of this system, with a judge's marks; None is no edit."""
        if index is None:
            return replace(self.answer, system=system, answer=None, values={**self.nothing, **marks})
        return replace(self.answer, system=system, values={**self.frames[index], **marks})


Way = Callable[[Looked], int | None]
"""Which frame a control takes of a clip."""


@dataclass(frozen=True)
class Controls:
    """What could be had of a batch."""

    scores: Sequence[Scored]
    remarks: Sequence[str]


def controls(
    folder: Path,
    cases: Iterable[Case],
    measure: Measure,
    report: Callable[[int], object] = int,
    judge: Judge | None = None,
) -> Controls:
    """Those of a batch's folder, for the cases that have a clip there.

    Each frame has pixels of the source put back as the run's own answer has.
    `report` is called with the number of clips that are measured; a judge is asked after that, of each clip,
    for the frames that a control takes. Raises ModelError.
    """
    known, found, broken = {one.id: one for one in cases}, list[Looked](), list[str]()
    for row in outcomes(folder):
        if row["outcome"] == ERROR or row["id"] not in known:
            continue
        try:
            run = read_run(unpacked(place := folder / row["result"]))
            own = looked(known[row["id"]], run, place, row["seconds"], measure)
        except InputError as error:
            broken.append(f"{row['id']} ({error.what})")
            continue
        if own is not None:
            found.append(own)
            report(len(found))
    remarks = [BROKEN.format(few(broken))] if broken else []
    return _from_clips(found, known, remarks, judge) if found else Controls((), remarks or (NO_CLIPS,))


def looked(case: Case, run: Run, place: Path, seconds: float, measure: Measure) -> Looked | None:
    """A run's clip, measured in the source's size; None where none was kept, and of a path.

    `place` is the run's own, also where it lies in a tar file.
    """
    if run.walks or not run.steps[0].was_drawn or run.taken((wanted := Reselect.of(run)).number) is None:
        return None
    step = steps_of(run)[wanted.number]
    count, first = 1 + len(run.steps[wanted.number].others), _first(step, wanted)
    index = first[1] if first else step.choice.index
    nothing, *frames = measure(case, _pictures(run, wanted, step, first))
    clip = place / TAKEN.format(wanted.number)
    answer = Scored(
        case.id, case.kind, "", {}, case.source, clip, seconds, evaluations_of(run.record), case.target
    )
    if first and count > 1:
        one = None if answer.evaluations is None else answer.evaluations // count
        answer = replace(answer, seconds=None, evaluations=one)
    return Looked(answer, nothing, frames, index, count, bool(first), partial(_read_again, place))


def _pictures(run: Run, wanted: Reselect, step: Step, first: tuple[Take, int | None] | None) -> list[Picture]:
    """The source, then each frame of the clip as an answer."""
    take = first[0] if first else Take(step.clip, step.scores)
    return [run.source().picture, *as_answers(wanted, step, take)]


def _read_again(place: Path) -> list[Picture]:
    wanted = Reselect.of(run := read_run(unpacked(place)))
    step = steps_of(run)[wanted.number]
    return _pictures(run, wanted, step, _first(step, wanted))


def _first(step: Step, wanted: Reselect) -> tuple[Take, int | None] | None:
    """The clip of a run's first seed, and the frame that the selector takes of it; None if not known."""
    first = wanted.run.record.execution.batch_seeds[0]
    if step.clip.seed == first:
        return Take(step.clip, step.scores), step.choice.index
    selector = wanted.made()["select"]
    take = next((one for one in step.others if one.clip.seed == first), None)
    if take is None or capabilities.of_selector(selector).asks_server:
        return None
    return take, choice_of(selector, take.clip, take.scores, step.caption).index


def _from_clips(
    found: Sequence[Looked], cases: Mapping[str, Case], remarks: Iterable[str], judge: Judge | None
) -> Controls:
    """The answers of each control, and what has to be known of them."""
    by = deciding(found[0].frames[0])
    ways = {**_blind(found), **_knowing(found, by)}
    marks = [{} if judge is None else _marks(one, cases[one.answer.case], ways, judge) for one in found]
    scores = [
        one.scored(system, taken := index(one), own.get(taken, {}))
        for system, index in ways.items()
        for one, own in zip(found, marks, strict=True)
    ]
    return Controls(scores, (*remarks, *_remarks(found, by, ONE_SHOT in ways)))


def _marks(one: Looked, case: Case, ways: Mapping[str, Way], judge: Judge) -> dict[int | None, Values]:
    """Of each frame that a control takes; one that several take is judged once."""
    asked, pictures = dict[int | None, str](), one.pictures()
    for system, way in ways.items():
        asked.setdefault(way(one), system)
    return {
        index: judge(case, system, pictures[0 if index is None else 1 + index])
        for index, system in asked.items()
    }


def _remarks(found: Sequence[Looked], by: str | None, has_one_shot: bool) -> Iterator[str]:
    if has_one_shot:
        yield BEST_OF.format(max(one.candidates for one in found))
    if not all(one.is_first for one in found):
        yield CHOSEN_CLIPS
    if by is not None:
        yield BEST_BY.format(by)


def _blind(found: Sequence[Looked]) -> dict[str, Way]:
    """Answers that know nothing of how good a frame is."""
    ways: dict[str, Way] = {
        LAST: lambda one: len(one.frames) - 1,
        RANDOM: lambda one: short(one.answer.case) % len(one.frames),
    }
    if any(one.candidates > 1 for one in found) and all(one.is_first for one in found):
        ways[ONE_SHOT] = lambda one: one.index
    return ways


def _knowing(found: Sequence[Looked], by: str | None) -> dict[str, Way]:
    """Answers that are the best by a measure: one frame number for all, and, by the target, each frame."""
    if by is None:
        return {}
    worth = [_worth(one, by) for one in found]
    common = min(map(len, worth))
    constant = int(np.argmax(np.mean([own[:common] for own in worth], axis=0)))
    ways: dict[str, Way] = {CONSTANT.format(constant): lambda one: constant}
    if by.endswith(TO_TARGET):
        ways[ORACLE] = lambda one: int(np.argmax(_worth(one, by)))
    return ways


def _worth(one: Looked, by: str) -> list[float]:
    """Of each frame, higher is better."""
    sign = -1.0 if is_lower_better(by) else 1.0
    return [sign * own[by] if by in own else -np.inf for own in one.frames]
