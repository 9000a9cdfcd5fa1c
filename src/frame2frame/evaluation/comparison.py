"""Two runs compared case by case, whatever each of them left."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .batch.ledger import ERROR, FOUND, outcomes
from .outputs import Files
from .results import COUNT, Column, Results, Row, Table
from .rows import read
from .scored import ARROWS, FILE, as_row, is_lower_better, read_scores
from .statistics import Difference, MeanDifference, Share

KEY = ("seed", "kind", "wording", "setting", "case")
"""What a row and its partner have in common, as far as a run has it."""

SAME = ("instruction", "source")
"""What cannot differ where two runs are of one set; of a path only its last name counts."""

Pair = tuple[Any, Any]

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
    files.tell(Results.of((), compared(rows_at(first), rows_at(other))))


def compared(first: Iterable[Row], other: Iterable[Row]) -> Table:
    """For each figure that both have the other minus the first, on the same cases. Raises InputError."""
    partners, others = ({_key(row): row for row in rows} for rows in (first, other))
    shared = [key for key in others if key in partners]
    if not shared:
        remedy = "compare runs of one part with the same --first-seed, or of one set"
        raise InputError("the two runs have no case in common", remedy=remedy)
    _require_same_set([(partners[key], others[key]) for key in shared])
    both = [(flat(partners[key]), flat(others[key])) for key in shared]
    names = dict.fromkeys(name for pair in both for row in pair for name in row)
    groups = {_named(name): pairs for name in names if (pairs := _pairs(both, name))}
    left = len(partners) + len(others) - 2 * len(shared)
    alone = f"; {left} more in one run only" if left else ""
    return Table.of(
        f"The other minus the first, {len(both)} pairs{alone}", "figure", groups, COLUMNS, "compared"
    )


def _require_same_set(both: Iterable[tuple[Row, Row]]) -> None:
    for first, other in both:
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


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in KEY)


def flat(row: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """The values that can be compared, those of inner ones under names like `path.success`."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= flat(value, f"{place}{name}.")
        elif isinstance(value, bool | float):
            found[place + name] = value
    return found


def _pairs(both: Iterable[tuple[Row, Row]], name: str) -> list[Pair]:
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
