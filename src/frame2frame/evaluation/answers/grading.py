"""The answers to a set scored, and the source itself beside them as if it were an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files.unfinished import write_error
from ...runs.versions import versions
from ...values import Picture
from ..counter import counter
from ..measures.judged import JudgedBy, judged_by
from ..measures.panel import Panel, panel_of
from ..measures.seen import Values
from ..results.columns import Results, Table, require_place
from ..results.outputs import Files
from ..sets.case import Case, CaseSet, few, require_pictures
from ..sets.fetched import Say, fetched
from ..sets.listed import read_listed
from ..sets.paper import NOT_COMPARABLE, printed
from ..sets.public import SETS, read_public
from .asked import Measures, Where
from .controls import Controls, controls
from .found import Answered, Answers, answers_in, answers_of
from .made import answer_all
from .scored import ANSWERS, FILE, SOURCE_COPY, Scored, picture_at, write_scores
from .systems import results

STRETCHED = 0.03
"""Shares of width and height may differ by so much before an answer is said to have another shape."""

DIGITS = 12
"""Of a SHA-256 that a table shows."""


@dataclass(frozen=True)
class Grading:
    """A set whose answers are to be scored."""

    subject: str
    """The name of a set, a manifest, or a folder with one."""
    where: Where
    measures: Measures
    device: str = "auto"
    wishes: Mapping[str, Any] = field(default_factory=dict)
    """Of the batch, where it has to be made."""


def run(asked: Grading, files: Files, say: Say) -> None:
    """Score, print the tables, and write the forms that are asked for. Raises what `grade` does."""
    files.require_places()
    files.tell(grade(asked, say))


def grade(asked: Grading, say: Say = lambda told: None) -> Results:
    """All tables of a set. Raises InputError, ModelError, WriteError before anything is drawn or scored.

    What cannot be measured of single cases is said below the tables.
    """
    found = set_of(asked, say)
    device, wish = _device(asked.device), asked.measures.judged_by
    judge = None if wish is None else judged_by(wish, device)
    panel = panel_of(asked.measures, device)
    stranger = partial(_of_selector, panel, asked.where.grade_with_selector)
    answers = _answers(asked, found, stranger)
    place = _place(asked.where)
    warnings = stranger(answers.weights)
    if judge is not None:
        say(judge.announced(len(answers.found), has_clips=asked.where.results is None))
    measured = _measured(found, panel, judge, answers)
    others = _controls(asked, found, panel, judge, len(measured.own))
    scores = [*measured.own, *measured.copies, *others.scores]
    if place is not None:
        write_scores(place, scores)
    return _told(
        results(
            scores,
            _title(found, len(measured.own)),
            {one.id: one.instruction or one.target_text or "" for one in found.cases},
            remarks=(
                *warnings,
                *others.remarks,
                *_remarks(found, panel, answers, measured),
                *(judge.remarks() if judge else ()),
            ),
            about=_about(found, panel) | ({"judges": dict(judge.models)} if judge else {}),
        ),
        printed(asked.subject),
    )


def _measured(found: CaseSet, panel: Panel, judge: JudgedBy | None, answers: Answers) -> _Measured:
    """All answers and the source's copies. Raises InputError where nothing could be measured."""
    measured = _Measured(broken=[*answers.broken])
    with counter(len(answers.found), "answers measured") as report:
        for done, one in enumerate(answers.found, 1):
            measured.add(panel, judge, one)
            report(done)
    if not measured.own:
        got = f"no answer to {few(answers.missing)}" if answers.missing else few(measured.broken)
        raise InputError(f"there is no answer to {found.name}", got=got, remedy="name another folder")
    return measured


def _about(found: CaseSet, panel: Panel) -> dict[str, Any]:
    """What the figures hang on, for machines."""
    return {
        "benchmark": found.name,
        "cases": [one.id for one in found.cases],
        "of": found.of,
        "side": panel.side,
        "networks": panel.networks,
        "missing": list(panel.missing),
        "versions": dict(versions()),
    }


def _told(found: Results, paper: Table | None) -> Results:
    """The results with the paper's own table, where it has one of this set."""
    if paper is None:
        return found
    figures = {**found.figures, paper.name: paper.figures}
    remarks = (NOT_COMPARABLE, *found.remarks)
    return replace(found, tables=(*found.tables, paper), figures=figures, remarks=remarks)


def _place(where: Where) -> Path | None:
    """Where the scores go, if anywhere. Raises WriteError unless they can be written there."""
    if (folder := where.out or where.run) is None:
        return None
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(Path(folder), error, "choose another folder with --out") from error
    require_place(Path(folder, FILE))
    return Path(folder, FILE)


def set_of(asked: Grading, say: Say) -> CaseSet:
    """The set that is named. Raises InputError, ModelError."""
    folder = asked.where.data
    if asked.subject not in SETS:
        if folder is not None:
            what, remedy = "--data is for a set that goes by name", "leave it out"
            raise InputError(what, got=folder, remedy=remedy)
        return require_pictures(read_listed(Path(asked.subject)))
    return read_public(asked.subject, fetched(asked.subject, say) if folder is None else Path(folder))


def _device(wish: str) -> str:
    from ...engine.device.placement import choose_devices

    return str(choose_devices(wish)[0])


def _answers(asked: Grading, found: CaseSet, stranger: Callable[[Collection[str]], object]) -> Answers:
    """`stranger` raises where the weights that choose may not score."""
    if asked.where.results is not None:
        return answers_in(Path(asked.where.results), found.cases)
    if asked.where.run is not None:
        return answers_of(Path(asked.where.run), found.cases)
    out, wishes = Path(asked.where.out or ""), {"device": asked.device, **asked.wishes}
    answer_all(found.cases, out, wishes, stranger)
    return answers_of(out, found.cases)


def _controls(asked: Grading, found: CaseSet, panel: Panel, judge: JudgedBy | None, count: int) -> Controls:
    """Those that the clips of a batch give; none of answers that are pictures only."""
    if asked.where.results is not None:
        return Controls((), ())
    batch = Path(asked.where.run or asked.where.out or "")
    marks = None if judge is None else partial(_marks, panel, judge)
    with counter(count, "clips measured for the controls") as report:
        return controls(
            batch, found.cases, lambda case, own: panel.values(panel.truth(case), own), report, marks
        )


def _marks(panel: Panel, judge: JudgedBy, case: Case, system: str, answer: Picture) -> Values:
    return judge.values(case, system, panel.truth(case), answer)


@dataclass
class _Measured:
    """What was measured so far."""

    own: list[Scored] = field(default_factory=list)
    copies: list[Scored] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Cases with a run or a picture that cannot be used, and why."""
    stretched: list[str] = field(default_factory=list)

    def add(self, panel: Panel, judge: JudgedBy | None, one: Answered) -> None:
        """Measure an answer and the source's copy."""
        case = one.case
        try:
            truth = panel.truth(case)
            source = truth.source.own
            picture = source if one.picture is None else picture_at(one.picture)
        except InputError as error:
            self.broken.append(f"{case.id} ({error.what})")
            return
        if abs(_aspect(picture) / _aspect(source) - 1) > STRETCHED:
            self.stretched.append(case.id)
        own, copy = panel.values(truth, [picture, source])
        if judge is not None:
            own = {**own, **judge.values(case, ANSWERS, truth, picture)}
            copy = {**copy, **judge.values(case, SOURCE_COPY, truth, source)}
        self.own.append(_scored(one, ANSWERS, own))
        self.copies.append(_scored(Answered(case, case.source), SOURCE_COPY, copy))


def _aspect(picture: Picture) -> float:
    return float(picture.shape[1] / picture.shape[0])


def _scored(one: Answered, system: str, values: Mapping[str, float]) -> Scored:
    case = one.case
    return Scored(
        case.id,
        case.kind,
        system,
        values,
        case.source,
        one.picture,
        one.seconds,
        one.evaluations,
        case.target,
    )


def _of_selector(panel: Panel, allowed: bool, weights: Collection[str]) -> list[str]:
    """What is to be said where an encoder has chosen and scores. Raises InputError unless it is allowed."""
    both = [name for name, files in panel.networks.items() if {*files.values()} & {*weights}]
    if both and not allowed:
        what = "the frames are chosen by the encoder that is to score them, which favours them"
        remedy = "name another with --clip, or say --grade-with-selector"
        raise InputError(what, got=", ".join(both), remedy=remedy)
    return [f"{name} has also chosen the frames: its figures favour them." for name in both]


def _title(found: CaseSet, count: int) -> str:
    return f"{found.name}, {count} of {found.of or len(found.cases)} cases"


def _remarks(found: CaseSet, panel: Panel, answers: Answers, measured: _Measured) -> Iterator[str]:
    yield f"Pictures are compared at {panel.side} pixels on the longer side, in the shape of the source."
    for name, files in panel.networks.items():
        hashes = ", ".join(f"{file} {digest[:DIGITS]}" for file, digest in files.items())
        yield f"{name}: SHA-256 {hashes or 'not known'}"
    yield from (f"Not measured, {one}" for one in panel.missing)
    if answers.missing:
        yield f"No answer to {len(answers.missing):,} of the cases: {few(answers.missing)}"
    if measured.broken:
        yield f"Runs and pictures that cannot be used: {few(measured.broken)}"
    if measured.stretched:
        yield f"Answers of another shape than their sources, which were stretched: {few(measured.stretched)}"
