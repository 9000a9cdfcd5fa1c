"""What a user can see, written down as JSON files beside the tests, and what of it is lost.

A golden file holds names, defaults and shapes, no sentences: words may be bettered. Additions are allowed and
need no new file. Whoever takes something away on purpose writes the files anew, so that the change shows what
is gone:

    python -m tests.face.record
"""

from __future__ import annotations

import json
import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOTHING = "nothing"
"""In a shape: what was empty may come to hold anything."""
_WIDER = {"minimum": operator.le, "maximum": operator.ge}
"""Ends of a range, which may become wider."""
FOLDER = Path(__file__).with_name("golden")


def golden(name: str) -> Any:
    """What was written down under this name."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def write(name: str, found: Any) -> None:
    """Write it down anew."""
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", "utf-8")


def lost(before: Any, now: Any, place: str = "") -> list[str]:
    """A line for each thing that was there before and is gone or another; none for what is new."""
    return list(_lost(before, now, place))


def _lost(before: Any, now: Any, place: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key, value in before.items():
            if key in _WIDER and key in now and _WIDER[key](now[key], value):
                continue
            if key in now:
                yield from _lost(value, now[key], f"{place} › {key}")
            else:
                yield f"{place} › {key} is gone"
    elif isinstance(before, list) and isinstance(now, list):
        yield from (f"{place} › {one} is gone" for one in before if one not in now)
    elif before not in (now, NOTHING):
        yield f"{place} was {before!r} and is {now!r}"


def shape(value: Any) -> Any:
    """The keys of a JSON value and what sort of thing stands under each; of a list that of all its items."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return {"each": _joined([shape(one) for one in value]) if value else NOTHING}
    sorts = {bool: "truth", int: "number", float: "number", str: "text", type(None): NOTHING}
    return sorts[type(value)]


def _joined(shapes: list[Any]) -> Any:
    """One shape for several: the keys of all, and of plain values all sorts; what is empty says nothing."""
    held = [one for one in shapes if one != NOTHING]
    if held and all(isinstance(one, dict) for one in held):
        keys = {key: None for one in held for key in one}
        return {key: _joined([one[key] for one in held if key in one]) for key in keys}
    return " or ".join(sorted({str(one) for one in held})) or NOTHING
