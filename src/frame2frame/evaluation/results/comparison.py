"""Two runs compared case by case, whatever each of them left."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...runs.packed import tar_of
from ...values import Picture
from ..answers.scored import ARROWS, FILE, as_row, deciding, is_lower_better, picture_at, read_scores
from ..batch.ledger import ERROR, FOUND, outcomes
from .columns import COUNT, Column, Results, Row, Table
from .gallery import Gallery, Shown
from .outputs import Files
from .rows import read
from .statistics import Difference, MeanDifference, Share

KEY = ("seed", "kind", "wording", "setting")
"""What a row and its partner of a part have in common; those of a set have the case."""

SAME = ("instruction", "source")
"""What cannot differ where two runs are of one set; of a path only its last name counts."""

PICTURES = ("source", "answer", "target")
"""Where the pictures of a case are, in a row of scores."""

Pair = tuple[Any, Any]
"""Of one figure."""
Rows = tuple[Row, Row]
"""Of one case."""

_RUNS = "name the JSON of a run, its rows, a scores.jsonl, or the folder of a batch"


def rows_at(place: Path) -> list[Row]:
    """The rows of a run, whatever it left: its JSON or the rows beside it, scores, or the folder of a batch.

    Raises InputError.
    """
    if not place.exists():
        raise InputError("there is no such run", got=f"{place!s:.200}", remedy=_RUNS)
    if place.is_dir() and (place / FILE).is_file():
        place = place / FILE
    if place.is_dir():
        return _of_batch(place)
    return _of_first_system([*map(as_row, read_scores(place))] if place.suffix == ".jsonl" else read(place))


def _of_first_system(rows: list[Row]) -> list[Row]:
    """Those of what was evaluated, without its controls."""
    return [row for row in rows if row.get("system") == rows[0].get("system")]


def _of_batch(folder: Path) -> list[Row]:
    """What came of its edits; those that failed are left out."""
    found = [one for one in outcomes(folder) if one["outcome"] != ERROR]
    if not found:
        raise InputError(f"there are no results in {folder}", remedy=_RUNS)
    return [
        {
            "case": one["id"],
            "instruction": one["instruction"],
            "found": one["outcome"] == FOUND,
            "score": one["score"],
            "seconds": one["seconds"],
        }
        for one in found
    ]


def compare(first: Path, other: Path, files: Files) -> None:
    """Print the paired differences of two runs, and write them. Raises InputError, WriteError."""
    files.require_places()
    files.tell(results(rows_at(first), rows_at(other)))


def results(first: Iterable[Row], other: Iterable[Row]) -> Results:
    """The paired differences of two runs, and the cases to be looked at. Raises InputError."""
    pairs, alone = _paired(first, other)
    return replace(Results.of((), compared(pairs, alone)), gallery=gallery(pairs))


def _paired(first: Iterable[Row], other: Iterable[Row]) -> tuple[list[Rows], int]:
    """The rows of both runs for the same cases, and how many have no partner. Raises InputError."""
    partners, others = ({_key(row): row for row in rows} for rows in (first, other))
    pairs = [(partners[key], row) for key, row in others.items() if key in partners]
    if not pairs:
        remedy = "compare runs of one part with the same --first-seed, or of one set"
        raise InputError("the two runs have no case in common", remedy=remedy)
    _require_same_set(pairs)
    return pairs, len(partners) + len(others) - 2 * len(pairs)


def compared(pairs: Sequence[Rows], alone: int = 0) -> Table:
    """For each figure that both rows of a pair have the other minus the first."""
    both = [(flat(first), flat(other)) for first, other in pairs]
    names = dict.fromkeys(name for pair in both for row in pair for name in row)
    groups = {_named(name): found for name in names if (found := _pairs(both, name))}
    left = f"; {alone} more in one run only" if alone else ""
    return Table.of(
        f"The other minus the first, {len(both)} pairs{left}", "figure", groups, COLUMNS, "compared"
    )


def gallery(pairs: Sequence[Rows]) -> Gallery | None:
    """The cases by what the other run gained, where the measured pictures are still there."""
    shown = [one for one in pairs if all(map(_has_pictures, one))]
    by = deciding(shown[0][0]["values"]) if shown else None
    if by is None:
        return None
    cases = [_shown(one, by) for one in shown if all(isinstance(row["values"].get(by), float) for row in one)]
    return Gallery(f"gain in {by}", cases)


def _has_pictures(row: Row) -> bool:
    """Whether it is a row of scores, and the pictures that it names are there."""
    if not isinstance(row.get("values"), dict) or not {*PICTURES} <= row.keys():
        return False
    places = [row[name] for name in PICTURES if row[name] is not None]
    return all(isinstance(place, str) and _is_there(Path(place)) for place in places)


def _is_there(place: Path) -> bool:
    return place.is_file() or tar_of(place) is not None


def _shown(pair: Rows, by: str) -> Shown:
    first, other = (row["values"][by] for row in pair)
    gain = first - other if is_lower_better(by) else other - first
    told = {"first": f"{first:.3f}", "other": f"{other:.3f}"}
    return Shown(_told_case(pair[0]), str(pair[0].get("kind", "")), gain, told, partial(_pictures, *pair))


def _pictures(first: Row, other: Row) -> dict[str, Picture]:
    """Source, both answers and, where there is one, the target."""
    places = {"source": first["source"], **_answer("first", first), **_answer("other", other)}
    if first["target"] is not None:
        places["target"] = first["target"]
    return {name: picture_at(place) for name, place in places.items()}


def _answer(name: str, row: Row) -> dict[str, str]:
    return {f"{name}: no edit": row["source"]} if row["answer"] is None else {name: row["answer"]}


def _require_same_set(pairs: Iterable[Rows]) -> None:
    for first, other in pairs:
        for name in SAME:
            found = [Path(str(row[name])).name for row in (first, other) if row.get(name) is not None]
            if len(set(found)) > 1:
                what = f"the two runs are of different sets: case {_told_case(first)} has another {name}"
                got = " and ".join(repr(one[:60]) for one in found)
                raise InputError(what, got=got, remedy="compare two runs of one set")


def _told_case(row: Row) -> str:
    return str(row.get("case", row.get("seed")))


def _named(figure: str) -> str:
    """A measure by its own name, with an arrow to its better end."""
    measure = figure.removeprefix("values.")
    return figure if measure == figure else measure + ARROWS[is_lower_better(measure)]


def _key(row: Row) -> tuple[str, ...]:
    return (str(row["case"]),) if "case" in row else tuple(str(row.get(name)) for name in KEY)


def flat(row: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """The values that can be compared, those of inner ones under names like `path.success`."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= flat(value, f"{place}{name}.")
        elif isinstance(value, bool | float) and isfinite(value):
            found[place + name] = value
    return found


def _pairs(both: Iterable[Rows], name: str) -> list[Pair]:
    return [(one[name], two[name]) for one, two in both if name in one and name in two]


def _told(pairs: Sequence[Pair], side: int) -> str:
    values = [pair[side] for pair in pairs]
    is_share = isinstance(values[0], bool)
    return str(Share.of(values, is_brief=True)) if is_share else f"{statistics.fmean(values):.4f}"


def _difference(pairs: Sequence[Pair]) -> Difference | MeanDifference:
    if isinstance(pairs[0][0], bool):
        return Difference.of(*zip(*pairs, strict=True))
    return MeanDifference.of([other - first for first, other in pairs])


COLUMNS = (
    COUNT,
    Column("first", "", lambda pairs: _told(pairs, 0)),
    Column("other", "", lambda pairs: _told(pairs, 1)),
    Column("points, or mean [95 %]", "difference", _difference),
)
