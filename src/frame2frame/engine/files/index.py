"""What a model folder says of itself as a whole: its class, and of which class each of its components is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import ModelError
from .fields import check_fields
from .reading import AGAIN, read_object

INDEX, CONFIG = "model_index.json", "config.json"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,99}")
_CLASS, _ARCHITECTURES = "_class_name", "architectures"


def read_index(folder: Path) -> dict[str, Any]:
    """The index of a model in the diffusers layout; raises ModelError if it is missing or is none."""
    return checked(read_object(folder / INDEX), str(folder / INDEX))


def checked(index: dict[str, Any], place: str) -> dict[str, Any]:
    """The index; raises ModelError where classes or components are no names, which lead to files."""
    pairs = _pairs(index)
    check_fields({name: value for name, value in index.items() if name not in pairs}, place)
    for one in (index.get(_CLASS), *pairs, *(name for pair in pairs.values() for name in pair)):
        if not _are_names(one):
            got = f"{one!r:.80} in {place}"
            raise ModelError(f"{INDEX} names no class where it should", got=got, remedy=AGAIN)
    return index


def components(index: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Library and class of each component that an index lists, those that it leaves empty left out."""
    return {name: (library, kind) for name, (library, kind) in _pairs(index).items() if library and kind}


def kind(folder: Path) -> str | None:
    """The class that a model folder says it is for, or None if it says nothing. Raises ModelError."""
    if (folder / INDEX).is_file():
        return class_of(read_index(folder))
    if (folder / CONFIG).is_file():
        return class_of(read_object(folder / CONFIG))
    return None


def class_of(config: Mapping[str, Any]) -> str | None:
    """The class that a configuration names; None for none, or what is no name."""
    found = config.get(_CLASS, config.get(_ARCHITECTURES))
    return (found if isinstance(found, str) else ", ".join(found)) if found and _are_names(found) else None


def _pairs(index: Mapping[str, Any]) -> dict[str, list[str | None]]:
    """The entries that are a library and a class, or twice nothing; lists of numbers are settings."""
    return {name: value for name, value in index.items() if not name.startswith("_") and _is_pair(value)}


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str | None) for one in value)


def _are_names(value: Any) -> bool:
    """Whether it is a name or a short list of them; nothing at all is one too."""
    names = value if isinstance(value, list) else [value]
    return value is None or (
        len(names) <= 10 and all(isinstance(name, str) and bool(_NAME.fullmatch(name)) for name in names)
    )
