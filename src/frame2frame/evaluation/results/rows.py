"""The rows of a run's cases, in a compressed file beside its JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from pathlib import Path

from ...errors import InputError
from .columns import Row

SUFFIX = "-rows.jsonl.gz"


def beside(file: Path) -> Path:
    """Where the rows of NAME.json are: NAME-rows.jsonl.gz."""
    return file if file.name.endswith(SUFFIX) else file.with_name(file.stem + SUFFIX)


def packed(rows: Iterable[Row]) -> bytes:
    """A line each; the same rows give the same bytes."""
    lines = (json.dumps(row, allow_nan=False, separators=(",", ":")) + "\n" for row in rows)
    return gzip.compress("".join(lines).encode("utf-8"), mtime=0)


def read(file: Path) -> list[Row]:
    """The rows of a run, by its JSON or by the file beside it. Raises InputError."""
    if file.suffix != ".json" and not file.name.endswith(SUFFIX):
        remedy = "name the JSON of the run, its rows, a scores.jsonl, or the folder of a batch"
        raise InputError("a file of this kind holds no rows of a run", got=f"{file!s:.200}", remedy=remedy)
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
