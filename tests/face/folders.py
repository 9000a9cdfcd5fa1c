"""The files that each kind of run leaves, and the keys of those in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frame2frame import Result

from .edits import edited, picked
from .golden import shape

KINDS = ("quick", "unkept", "seeds", "search", "path", "refine", "mask", "refused", "pick")
"""Edits of `edits`, each of which leaves something that the others do not."""

NAMED = ("weights", "versions", "options")
"""Keys under which files, packages and options stand by names that are no part of the format."""


def described(out: Path) -> dict[str, Any]:
    """All kinds, made in this folder."""
    return {kind: left(made(kind, out)) for kind in KINDS}


def made(kind: str, out: Path, options: Mapping[str, Any] | None = None) -> Result:
    return picked(out) if kind == "pick" else edited(kind, out, options=options)


def left(result: Result) -> dict[str, Any]:
    """The files of a run, numbered ones together, with the shape of what they hold."""
    assert result.folder is not None
    return {re.sub(r"_\d+", "_#", file.name): _content(file) for file in sorted(result.folder.iterdir())}


def _content(file: Path) -> Any:
    if file.suffix != ".json":
        return "file"
    return _without_names(shape(json.loads(file.read_text("utf-8"))))


def _without_names(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    return {key: "by name" if key in NAMED else _without_names(value) for key, value in found.items()}
