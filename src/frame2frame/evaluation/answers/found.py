"""Answers that are there already: those of a finished batch, or pictures that any program has made."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...media.source import load_picture
from ...runs.packed import unpacked
from ...runs.read import recorded
from ...runs.record import RunRecord
from ..batch.ledger import ERROR, REFUSED, outcomes
from ..batch.lines import files_in
from ..batch.manifest import PICTURES
from ..sets.case import Case, few

FINAL = "final_frame.png"
"""The edited picture in a run folder."""


@dataclass(frozen=True)
class Answered:
    """A case and what was answered to it."""

    case: Case
    picture: Path | None
    """None where the answer is that no frame shows the edit."""
    seconds: float | None = None
    evaluations: int | None = None
    """Of the network."""


@dataclass(frozen=True)
class Answers:
    """A system's answers to a set."""

    found: Sequence[Answered]
    missing: Sequence[str]
    """The ids of cases that have none."""
    weights: frozenset[str] = frozenset()
    """The SHA-256 of all weights that drew or chose them, as far as is known."""
    broken: Sequence[str] = ()
    """Cases whose run is damaged, and how."""


def answers_in(folder: Path, cases: Sequence[Case]) -> Answers:
    """Pictures in a folder, each named by its case.

    That is by the `result` of the case's row, by its id, by its source if that has no other case, or by
    source and text as Imagic's are; capitals and signs in names do not matter. Raises InputError.
    """
    if not folder.is_dir():
        raise InputError("there is no folder of results", got=f"{folder!s:.200}", remedy="check --results")
    files = sorted(one.name for one in os.scandir(folder) if one.name.lower().endswith(PICTURES))
    find = _finder(folder, files, Counter(one.source for one in cases))
    found = [Answered(one, path) for one in cases if (path := find(one)) is not None]
    answered = {one.case.id for one in found}
    return Answers(found, [one.id for one in cases if one.id not in answered])


def _finder(folder: Path, files: Sequence[str], edits: Mapping[Path, int]) -> Callable[[Case], Path | None]:
    exact = {Path(name).stem: name for name in files}
    plain = {_plain(stem): name for stem, name in reversed(exact.items())}

    def find(case: Case) -> Path | None:
        listed = [folder / case.result, folder / Path(case.result).name] if case.result else []
        if named := next((one for one in listed if one.is_file()), None):
            return named
        names = [case.id, case.source.stem] if edits[case.source] == 1 else [case.id]
        keys = [*map(_plain, names), _plain(f"{case.source.name} {case.target_text}")]
        own = [exact[name] for name in names if name in exact] + [plain[key] for key in keys if key in plain]
        return folder / own[0] if own else None

    return find


def _plain(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())


def answers_of(batch: Path, cases: Sequence[Case]) -> Answers:
    """Those of a finished batch. A row that failed has no answer.

    Raises InputError for a folder that is no batch, and for the batch of another set.
    """
    if not files_in(batch):
        got, remedy = f"no results.jsonl in {batch!s:.200}", "name the --out of f2f batch"
        raise InputError("there is no finished batch", got=got, remedy=remedy)
    rows = {row["id"]: row for row in outcomes(batch) if row["outcome"] != ERROR}
    found, broken, foreign, weights = list[Answered](), list[str](), list[str](), set[str]()
    for case in (one for one in cases if one.id in rows):
        try:
            record, answer = _recorded(batch, rows[case.id], case)
            is_same = record.settings.source.pixels_sha256 == load_picture(case.source).pixels_sha256
        except InputError as error:
            broken.append(f"{case.id} ({error.what})")
            continue
        foreign += [] if is_same else [case.id]
        weights.update(record.execution.weights.values())
        found.append(answer)
    if foreign:
        what = f"{len(foreign):,} runs of the batch are edits of other pictures than the set's"
        raise InputError(what, got=few(foreign), remedy="give the batch that was made of this set")
    missing = [one.id for one in cases if one.id not in rows]
    return Answers(found, missing, frozenset(weights), broken)


def _recorded(batch: Path, row: Mapping[str, Any], case: Case) -> tuple[RunRecord, Answered]:
    """A run's record, and what it answers. Raises InputError for a damaged one."""
    folder = batch / row["result"]
    record, _ = recorded(unpacked(folder))
    picture = None if row["outcome"] == REFUSED else folder / FINAL
    return record, Answered(case, picture, row["seconds"], evaluations_of(record))


def evaluations_of(record: RunRecord) -> int | None:
    """How often the network was asked for the candidates of one shot, a guided step twice.

    None of another strategy, of which the record does not say how much of it was carried out.
    """
    plan = record.plan
    if plan is None or plan.parts.get("strategy") != "one-shot":
        return None
    return len(plan.seeds) * sum(1 if scale == 1 else 2 for scale in plan.guidance)
