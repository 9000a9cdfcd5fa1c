"""What measuring an answer has given: a line for each in scores.jsonl, from which all tables are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files.as_json import rendered, to_json
from ...files.regular import opened
from ...files.unfinished import write_file
from ...media.source import load_picture
from ...runs.packed import unpacked
from ...values import Picture
from ..measures.seen import TO_TARGET

FILE = "scores.jsonl"

ANSWERS, SOURCE_COPY = "answers", "source copy"
"""Systems: what is evaluated, and the source handed in as if it were an edit."""

LOWER = ("LPIPS", "ST-LPIPS", "camera", "colour")
"""How the names of those measures begin that are the better the lower they are."""

_OPEN_ENDED = ("sharpness", "magnitude")
"""Measures without a better end: noise makes sharper too, and much change is neither good nor bad."""

ARROWS = {True: " ↓", False: " ↑", None: ""}
"""What a table has after a measure's name, by `is_lower_better`."""

_LONGEST_LINE = 2**20


@dataclass(frozen=True)
class Scored:
    """A case's answer by one system, measured."""

    case: str
    """Its id."""
    kind: str
    """Of edit; empty where the set has no kinds."""
    system: str
    """Whose answer it is: `answers`, `source copy` …"""
    values: Mapping[str, float]
    """By the measure's name; a measure that has no value here is not among them."""
    source: Path
    answer: Path | None
    """None where no frame shows the edit; the source stands for it, and was measured."""
    seconds: float | None = None
    evaluations: int | None = None
    """Of the network, for this edit."""
    target: Path | None = None
    """The picture that was wanted, where there is one."""


def is_lower_better(measure: str) -> bool | None:
    """Of a measure by its name; None where neither end is better."""
    return None if measure in _OPEN_ENDED else measure.startswith(LOWER)


_DECIDING = (TO_TARGET, "-D", "-T")
"""How the names of those measures end that say whether the edit was made; the first are the surest."""


def deciding(measures: Iterable[str]) -> str | None:
    """The measure that says best whether an edit was made, rather than how much of the source was kept."""
    found = list(measures)
    return next((name for end in _DECIDING for name in found if name.endswith(end)), None)


def picture_at(place: str | Path) -> Picture:
    """That of a file, which may lie in a tar file of a batch. Raises InputError."""
    return load_picture(unpacked(Path(place))).picture


def write_scores(path: Path, scores: Iterable[Scored]) -> None:
    """A line for each. Raises WriteError."""
    lines = (rendered(as_row(one)) + "\n" for one in scores)
    write_file(path, "".join(lines).encode("utf-8"))


def as_row(one: Scored) -> dict[str, Any]:
    """As plain JSON values, with paths that are right from every folder."""
    places = {"source": one.source, "answer": one.answer, "target": one.target}
    return {**to_json(one), **{name: place and str(place.absolute()) for name, place in places.items()}}


def read_scores(path: Path) -> list[Scored]:
    """Those of a file. Raises InputError, which names the first line that is none."""
    found = []
    with opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
            try:
                found.append(_score(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                what, got = f"{path.name} holds no scores at line {number}", f"{error!s:.100}"
                raise InputError(what, got=got, remedy="name a scores.jsonl of f2f evaluate") from error
    return found


def _score(raw: Mapping[str, object]) -> Scored:
    texts = {name: str(raw[name]) for name in ("case", "kind", "system")}
    values = raw["values"]
    if not isinstance(values, Mapping):
        raise TypeError("the values are given by name")
    return Scored(
        **texts,
        values={str(name): _finite(value) for name, value in values.items()},
        source=Path(str(raw["source"])),
        answer=_place(raw.get("answer")),
        seconds=None if (seconds := raw.get("seconds")) is None else float(str(seconds)),
        evaluations=None if (count := raw.get("evaluations")) is None else int(str(count)),
        target=_place(raw.get("target")),
    )


def _finite(raw: object) -> float:
    number = float(str(raw))
    if not isfinite(number):
        raise ValueError(f"{number} is no figure")
    return number


def _place(raw: object) -> Path | None:
    return None if raw is None else Path(str(raw))
