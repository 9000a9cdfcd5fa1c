"""Frozen values as plain JSON, and back from JSON that strangers may have made.

Reading checks every type, length and range, and drops what it does not know.
"""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from numbers import Integral, Real
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import InputError

OURS = "use a file that frame2frame wrote"
"""What to do about a file that cannot be read."""

TEXT_LIMIT = 8_000
ENTRIES_LIMIT = 2_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that steer a terminal and that no text needs; dropped on reading."""

Value = TypeVar("Value")


def to_json(value: Any) -> dict[str, Any]:
    """A frozen value as plain JSON values; numbers that are not finite become null."""
    return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value) if _written(entry)}


def rendered(value: Any, **how: Any) -> str:
    """Plain values as a JSON text that every reader takes; `how` is what `json.dumps` knows."""
    return json.dumps(plain(value), allow_nan=False, **how)


def _written(entry: Any) -> bool:
    return bool(entry.metadata.get("written", True))


def plain(value: Any) -> Any:
    """As plain JSON values; numbers that are not finite become null."""
    if is_dataclass(value):
        return to_json(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(entry) for entry in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):  # NumPy's numbers, unlike Python's, are no JSON
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return value


def from_json(kind: type[Value], data: object, where: str) -> Value:
    """A dataclass from untrusted JSON values. Unknown keys are dropped."""
    if not isinstance(data, Mapping):
        raise _unfit(where, data)
    hints = get_type_hints(kind)
    found = {}
    entries: list[Any] = [entry for entry in fields(kind) if _written(entry)]  # type: ignore[arg-type]
    for entry in entries:
        name = f"{where}.{entry.name}"
        if entry.name in data:
            found[entry.name] = _typed(hints[entry.name], data[entry.name], name)
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise InputError(f"{name} is missing", remedy=OURS)
    return kind(**found)


def _typed(hint: Any, value: object, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return None if value is None and type(None) in inner else _typed(_branch(inner, value), value, where)
    if is_dataclass(hint):
        return from_json(hint, value, where)  # type: ignore[arg-type]
    if origin is tuple and isinstance(value, list) and len(value) <= ENTRIES_LIMIT:
        return tuple(_typed(inner[0], entry, where) for entry in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _typed_mapping(inner[1], value, where)
    return _typed_scalar(hint, value, where)


def _branch(hints: tuple[Any, ...], value: object) -> Any:
    """The alternative that this value can be: the list if it is one, else its own type, else the first."""
    lists = [hint for hint in hints if get_origin(hint) is tuple]
    if lists and isinstance(value, list):
        return lists[0]
    return type(value) if type(value) in hints else hints[0]


def _typed_mapping(hint: Any, value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or len(value) > ENTRIES_LIMIT:
        raise _unfit(where, value)
    return {_typed_scalar(str, key, where): _typed(hint, entry, where) for key, entry in value.items()}


def _typed_scalar(hint: Any, value: object, where: str) -> Any:
    if hint is float and value is None:  # what `to_json` made of a number that was not finite
        return math.nan
    if hint is bool and isinstance(value, bool):
        return value
    if hint is str and isinstance(value, str) and len(value) <= TEXT_LIMIT:
        return CONTROL.sub("", value)
    if hint is int and type(value) is int and abs(value) < 2**63:
        return value
    if hint is float and type(value) in (int, float) and abs(value) < 2**63:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    raise _unfit(where, value)


def _unfit(where: str, value: object) -> InputError:
    return InputError(f"{where} is not usable", got=f"{value!r:.60}", remedy=OURS)
