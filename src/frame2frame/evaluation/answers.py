"""Answers that are there already: those of a finished batch, or pictures that any program has made."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..runs.packed import unpacked
from ..runs.read import recorded
from ..runs.record import RunRecord
from .batch.ledger import ERROR, REFUSED, outcomes
from .batch.lines import files_in
from .batch.manifest import PICTURES
from .sets.case import Case

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


def answers_in(folder: Path, cases: Sequence[Case]) -> Answers:
    """Pictures in a folder, each named by its case.

    That is by the `result` of the case's row, by its id, by its source if that has no other case, or by
    source and text as Imagic's are; capitals and signs in names do not matter. Raises InputError.
    """
    if not folder.is_dir():
        raise InputError("there is no folder of results", got=f"{folder!s:.200}", remedy="check --results")
    files = sorted(one.name for one in os.scandir(folder) if one.name.lower().endswith(PICTURES))
    find = _finder(folder, files, Counter(one.source for one in cases))
    found = [(one, find(one)) for one in cases]
    return _of(Answered(one, path) if path else one for one, path in found)


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
    """Those of a finished batch. A row that failed has no answer. Raises InputError."""
    if not files_in(batch):
        remedy = "name the --out of f2f batch"
        raise InputError(
            "there is no finished batch", got=f"no results.jsonl in {batch!s:.200}", remedy=remedy
        )
    rows = {row["id"]: row for row in outcomes(batch) if row["outcome"] != ERROR}
    weights = set[str]()

    def answered(case: Case, row: Mapping[str, Any]) -> Answered:
        folder = unpacked(batch / row["result"])
        record, _ = recorded(folder)
        weights.update(record.execution.weights.values())
        picture = None if row["outcome"] == REFUSED else folder / FINAL
        return Answered(case, picture, row["seconds"], evaluations_of(record))

    found = _of([answered(case, rows[case.id]) if case.id in rows else case for case in cases])
    return Answers(found.found, found.missing, frozenset(weights))


def _of(given: Iterable[Answered | Case]) -> Answers:
    every = list(given)
    return Answers(
        [one for one in every if isinstance(one, Answered)],
        [one.id for one in every if isinstance(one, Case)],
    )


def evaluations_of(record: RunRecord) -> int | None:
    """How often the network was asked for the candidates of one shot, a guided step twice.

    None of another strategy, of which the record does not say how much of it was carried out.
    """
    plan = record.plan
    if plan is None or plan.parts.get("strategy") != "one-shot":
        return None
    return len(plan.seeds) * sum(1 if scale == 1 else 2 for scale in plan.guidance)
