"""A set in a manifest: JSON lines, CSV or Parquet, as for `f2f batch`, with what is known of the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..batch.manifest import READERS, entries
from .case import Case, CaseSet, few

SOURCE = ("source", "picture", "image")
TARGET_TEXT = ("target_text", "target", "target_caption")
TARGET = ("target_picture", "target_image")
KIND = ("kind", "action")
RESULT = ("result", "f2f_result")
"""Names that an entry of a row may have."""


def manifest_in(folder: Path) -> Path | None:
    """The list of a folder, if it has one."""
    return next((one for kind in READERS if (one := folder / f"manifest{kind}").is_file()), None)


def read_listed(place: Path) -> CaseSet:
    """The set of a manifest, or of a folder that holds one.

    Raises InputError, which names all rows that say too little.
    """
    path = manifest_in(place) if place.is_dir() else place
    if path is None or not path.is_file():
        remedy = "name a manifest, or a folder that holds manifest.jsonl, manifest.csv or manifest.parquet"
        raise InputError("there is no list of cases", got=f"{place!s:.200}", remedy=remedy)
    cases, faults, ids = list[Case](), list[str](), set[str]()
    for line, raw in entries(path):
        try:
            one = case_of(raw(), path.parent)
        except InputError as error:
            faults.append(f"line {line}: {error.what}")
            continue
        if one.id in ids:
            faults.append(f"line {line}: the id {one.id} is there twice")
        ids.add(one.id)
        cases.append(one)
    if faults:
        remedy = "give each an id, a source, and an instruction, a target_text or a target_picture"
        raise InputError(f"rows of {path.name} cannot be used", got=few(faults), remedy=remedy)
    return CaseSet(path.parent.name if place.is_dir() else path.name, path.parent, cases)


def case_of(raw: Mapping[str, Any], folder: Path) -> Case:
    """A case from what a row says. Raises InputError."""
    source, target = _text(raw, SOURCE), _text(raw, TARGET)
    id, wanted, instruction = _text(raw, ("id",)), _text(raw, TARGET_TEXT), _text(raw, ("instruction",))
    if id is None or source is None:
        raise InputError("it has no id" if id is None else "it has no source")
    if not (instruction or wanted or target):
        raise InputError("it does not say what is wanted")
    return Case(
        id,
        folder / source,
        instruction,
        wanted,
        None if target is None else folder / target,
        _text(raw, KIND) or "",
        _text(raw, ("source_text",)),
        _text(raw, RESULT),
    )


def _text(raw: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these entries that the row has. Raises InputError unless it is a text."""
    found = next(((name, raw[name]) for name in names if raw.get(name) is not None), None)
    if found is None:
        return None
    if found[0] == "id" and type(found[1]) is int:
        return str(found[1])
    if not isinstance(found[1], str):
        raise InputError(f"its {found[0]} is no text")
    return found[1]
