"""An edit of a set: the picture, what is wanted, and what is known of the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError

_FEW = 10
"""Names that one line holds."""


@dataclass(frozen=True)
class Case:
    """One edit of a set. It says what is wanted by an instruction, a target text, or both."""

    id: str
    source: Path
    instruction: str | None = None
    target_text: str | None = None
    """The wanted scene in words."""
    target: Path | None = None
    """The wanted picture."""
    kind: str = ""
    """Of edit; empty where the set has no kinds."""
    source_text: str | None = None
    """The scene of the source in words."""
    result: str | None = None
    """Where the set itself names an answer: a path within its folder."""


@dataclass(frozen=True)
class CaseSet:
    """A set, or the part of it that is here."""

    name: str
    folder: Path
    cases: Sequence[Case]
    of: int | None = None
    """How many cases the whole set has, where that is known."""


def few(names: Iterable[str]) -> str:
    """Names in one line, the first of many."""
    found = [one if one.isprintable() else ascii(one) for one in names]
    more = f" and {len(found) - _FEW:,} more" if len(found) > _FEW else ""
    return ", ".join(found[:_FEW]) + more


def require_pictures(found: CaseSet) -> CaseSet:
    """The set. Raises InputError, which names all of them, where pictures of cases are not there."""
    missing = [
        one.id
        for one in found.cases
        if not (one.source.is_file() and (one.target is None or one.target.is_file()))
    ]
    if missing:
        what = f"pictures of {len(missing):,} of {len(found.cases):,} cases of {found.name} are missing"
        remedy = f"complete {found.folder}, or give a manifest of the cases that are there"
        raise InputError(what, got=few(missing), remedy=remedy)
    if not found.cases:
        raise InputError(f"there is no case in {found.name}", remedy="give it one for each edit")
    return found
