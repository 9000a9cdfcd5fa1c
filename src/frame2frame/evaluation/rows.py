"""The rows of a run's episodes, in a compressed file beside its JSON; those of two runs compared in pairs."""

from __future__ import annotations

import gzip
import json
import statistics
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from .results import COUNT, Column, Row, Table
from .statistics import Difference, MeanDifference, Share

SUFFIX = "-rows.jsonl.gz"

KEY = ("seed", "kind", "wording", "setting")
"""What a row and its partner have in common, as far as a part has it."""

Pair = tuple[Any, Any]


def beside(file: Path) -> Path:
    """Where the rows of NAME.json are: NAME-rows.jsonl.gz."""
    return file if file.name.endswith(SUFFIX) else file.with_name(file.stem + SUFFIX)


def packed(rows: Iterable[Row]) -> bytes:
    """A line each; the same rows give the same bytes."""
    lines = (json.dumps(row, allow_nan=False, separators=(",", ":")) + "\n" for row in rows)
    return gzip.compress("".join(lines).encode("utf-8"), mtime=0)


def read(file: Path) -> list[Row]:
    """The rows of a run, by its JSON or by the file beside it. Raises InputError."""
    try:
        with gzip.open(beside(file), "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    except (OSError, EOFError, ValueError, zlib.error, RecursionError) as error:
        what, remedy = (
            f"cannot read the rows {beside(file)}",
            f"name a NAME.json with its NAME{SUFFIX} beside it",
        )
        raise InputError(what, got=f"{error}", remedy=remedy) from error
    if not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{beside(file)} has no rows", got="other values", remedy="name another file")
    return rows


def compared(first: Iterable[Row], other: Iterable[Row]) -> Table:
    """For each figure that both have the other minus the first, on the same episodes. Raises InputError."""
    partners = {_key(row): flat(row) for row in first}
    both = [(partners[_key(row)], flat(row)) for row in other if _key(row) in partners]
    if not both:
        remedy = "compare runs of one part with the same --first-seed"
        raise InputError("the two runs have no episode in common", remedy=remedy)
    found = {name: _pairs(both, name) for name in both[0][0]}
    groups = {name: pairs for name, pairs in found.items() if pairs}
    return Table.of(f"The other minus the first, {len(both)} pairs", "figure", groups, COLUMNS)


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
    Column("points, or mean [95 %]", "", _difference),
)
