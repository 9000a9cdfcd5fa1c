"""JSON files of a model: regular files of a bounded size that hold an object."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError
from ...files.regular import read_bytes

AGAIN = "get the model again (`f2f models pull` mends a hub model)"

LIMIT = 2**24
"""Bytes of an index of weights, which names every tensor, and of any other file."""
_VOCABULARY = 2**27
"""Bytes where a vocabulary is inside; the largest that are published have a quarter of it."""
_WITH_VOCABULARY = ("tokenizer.json", "vocab.json", "vocab.txt", "merges.txt")


def limit_of(path: Path) -> int:
    """The most bytes that a file may have, by its name."""
    return _VOCABULARY if path.name in _WITH_VOCABULARY or path.suffix == ".model" else LIMIT


def read_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises ModelError if it is missing, no regular file, too large or no object.
    """
    try:
        data = read_bytes(path, limit_of(path))
    except InputError as error:
        if not os.path.exists(path):
            raise ModelError(f"the model lacks {path.name}", got=str(path), remedy=AGAIN) from error
        raise ModelError(error.what, got=error.got, remedy=AGAIN) from error
    return parsed_object(data, path.name, str(path))


def parsed_object(data: bytes, name: str, place: str, *, twice: bool = True) -> dict[str, Any]:
    """The same of bytes that were read already; `place` is where from. A name may stand `twice` in it."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=None if twice else _once)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{name} cannot be read", got=place, remedy=AGAIN) from error
    if not isinstance(value, dict):
        raise ModelError(f"{name} holds no configuration", got=place, remedy=AGAIN)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
