"""The sets of the paper by name, in the layouts that they are published in.

TEdBench (Kawar et al., CVPR 2023, arXiv 2210.09276): `input_list.json` beside `originals/`, as on its
project page, or the Parquet file of the hub. PosEdit (Rotstein et al., CVPR 2025, arXiv 2411.16819):
`annotations.json` beside `src_images/` and `tgt_images/`. A folder with a manifest is read as that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files.regular import read_bytes
from ..answers.asked import NAMED
from .case import Case, CaseSet, require_pictures
from .listed import manifest_in, read_listed

_LONGEST = 2**24
"""Bytes of a list."""


@dataclass(frozen=True)
class PublicSet:
    """A set that goes by a name."""

    title: str
    size: int
    """Cases of the whole set."""
    list: str
    """The file that its folder has in the published layout."""
    read: Callable[[Path], Iterator[Case]]
    """Its cases, given that file. Raises KeyError, TypeError for one of another layout."""
    within: tuple[str, ...]
    """Where that folder lies in the published repository."""
    hub: str = ""
    """Its repository on the hub; empty where it has none."""
    revision: str = ""
    page: str = ""
    """Where it can be had by hand."""


def _tedbench(path: Path) -> Iterator[Case]:
    for number, raw in enumerate(_records(path)):
        source = path.parent / "originals" / raw["img_name"]
        yield Case(f"ted_{number:03}", source, target_text=raw["target_text"])


def _posedit(path: Path) -> Iterator[Case]:
    for raw in _records(path):
        name = Path(raw["image"])
        yield Case(
            f"pos_{name.stem}",
            path.parent / "src_images" / name,
            raw["instruction"],
            raw["target_caption"],
            path.parent / "tgt_images" / name,
            kind=name.stem.partition("_")[0],
        )


_SETS = (
    PublicSet(
        "TEdBench",
        100,
        "input_list.json",
        _tedbench,
        ("tedbench",),
        "bahjat-kawar/tedbench",
        "8df31319297f5a66223804bea99be309efad0ddf",
        "https://github.com/imagic-editing/imagic-editing.github.io",
    ),
    PublicSet(
        "PosEdit",
        58,
        "annotations.json",
        _posedit,
        ("data/PosEdit", "PosEdit"),
        page="https://github.com/RotsteinNoam/Frame2Frame",
    ),
)
SETS = dict(zip(NAMED, _SETS, strict=True))
"""By the names that they go by."""


def read_public(name: str, folder: Path) -> CaseSet:
    """The set in a folder, whole or in part. Raises InputError."""
    known = SETS[name]
    if not folder.is_dir():
        raise InputError(
            f"there is no folder of {known.title}", got=f"{folder!s:.200}", remedy=by_hand(known)
        )
    is_listed = manifest_in(folder) is not None
    cases = read_listed(folder).cases if is_listed else _published(known, folder)
    return require_pictures(CaseSet(known.title, folder, cases, known.size))


def _published(known: PublicSet, folder: Path) -> list[Case]:
    places = [folder, *(folder / inner for inner in known.within)]
    path = next((one / known.list for one in places if (one / known.list).is_file()), None)
    if path is None:
        got = f"no {known.list} and no manifest in {folder!s:.200}"
        raise InputError(f"the folder does not hold {known.title}", got=got, remedy=by_hand(known))
    try:
        return list(known.read(path))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        what = f"{known.list} is not that of {known.title}"
        raise InputError(what, got=f"{error!r:.100}", remedy=by_hand(known)) from error


def _records(path: Path) -> list[dict[str, Any]]:
    found = json.loads(read_bytes(path, _LONGEST))
    if not isinstance(found, list):
        raise TypeError("a list is needed")
    return found


def by_hand(known: PublicSet) -> str:
    """How to get a set without the hub."""
    return f"get it from {known.page} and give its folder with --data"
