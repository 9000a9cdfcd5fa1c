"""Whether a model on disk is whole: every file there, of its size, with the digest that the cache knows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import ModelError
from ..files.index import CONFIG, INDEX, components, read_index
from ..files.reading import AGAIN, read_object
from ..files.weights import check_weights, weight_files
from ..models import checkpoint
from .needed import Needed, needed
from .remote import File, Remote

_GIT = re.compile("[0-9a-f]{40}")
_NETWORKS = ("transformer", "vae", "text_encoder", "image_encoder")
"""How the names of components with a configuration and weights begin."""
_ENCODER = "clip"
"""Beside a model that brings what scores its frames, as ours do."""

Told = Callable[[str, int], None]
"""Is told of each file before it is read: its name and its bytes."""


@dataclass(frozen=True)
class Fault:
    """A file that is not as it should be."""

    file: Path
    reason: str


@dataclass(frozen=True)
class Checked:
    """What a check came to."""

    files: int
    with_digest: int
    """How many of them the cache knows a digest of; the others were held against sizes and lists only."""
    faults: tuple[Fault, ...]

    def require(self, remedy: str) -> None:
        """Raise ModelError that names the first fault, if there is one."""
        if self.faults:
            first, more = self.faults[0], len(self.faults) - 1
            got = f"{first.file}" + (f" and {more} more" if more else "")
            raise ModelError(first.reason, got=got, remedy=remedy)


def check(folder: Path, told: Told = lambda name, size: None) -> Checked:
    """Read every file that an edit needs; raises ModelError for a folder that holds no model at all."""
    expected = _listed(folder)
    faults = list(_missing(folder, expected.files)) if expected else []
    if not faults:
        _require_parts(folder)
    if not expected:
        _require_weights(folder)  # which says what is missing
    bad = {fault.file for fault in faults}
    names = [file.name for file in expected.files] if expected else list(_names(folder))
    checked = _read(folder, [name for name in names if folder / name not in bad], told)
    if expected and not faults and not checked.faults:
        _require_weights(folder)
    return Checked(len(names), checked.with_digest, (*faults, *checked.faults))


def check_files(folder: Path, files: tuple[File, ...], told: Told) -> Checked:
    """Read these files only, such as a LoRA."""
    faults = tuple(_missing(folder, files))
    bad = {fault.file for fault in faults}
    checked = _read(folder, [file.name for file in files if folder / file.name not in bad], told)
    return Checked(len(files), checked.with_digest, (*faults, *checked.faults))


def _read(folder: Path, names: Sequence[str], told: Told) -> Checked:
    faults = []
    for name in names:
        told(name, (folder / name).stat().st_size)
        if _wrong(folder / name):
            faults.append(Fault(folder / name, "a file is damaged: its digest is another than the hub's"))
    known = sum(_digest_of(folder / name) is not None for name in names)
    return Checked(len(names), known, tuple(faults))


def require_whole(folder: Path, remedy: str) -> None:
    """Raise ModelError unless everything is there by names, sizes and headers; no weights are read."""
    expected = _listed(folder)
    faults = tuple(_missing(folder, expected.files)) if expected else ()
    Checked(0, 0, faults).require(remedy)
    _require_parts(folder)
    _require_weights(folder)


def _require_weights(folder: Path) -> None:
    parts = list(_parts_with_weights(folder))
    if not parts:
        raise ModelError("the model has no weights at all", got=str(folder), remedy=AGAIN)
    for part in parts:
        check_weights(folder / part)


def _listed(folder: Path) -> Needed | None:
    """What the hub said, at the pull, that an edit needs of this snapshot; None where that is not known."""
    from huggingface_hub import get_cached_repo_tree
    from huggingface_hub.errors import CachedRepoTreeNotFoundError, HFValidationError

    commit, home = checkpoint.revision(folder), folder.absolute().parent.parent
    if commit is None or not home.name.startswith("models--"):
        return None
    repository = home.name.removeprefix("models--").replace("--", "/", 1)
    try:
        tree = get_cached_repo_tree(repository, revision=commit, cache_dir=home.parent)
    except (CachedRepoTreeNotFoundError, HFValidationError):
        return None
    files = tuple(File(entry.path, entry.size) for entry in tree)
    remote = Remote(repository, commit, files)
    return needed(remote, lambda name: read_object(folder / name))


def _missing(folder: Path, files: tuple[File, ...]) -> Iterator[Fault]:
    for file in files:
        path = folder / file.name
        if not path.is_file():
            yield Fault(path, "a file is missing")
        elif path.stat().st_size != file.size:
            yield Fault(path, f"a file has {path.stat().st_size:,} of {file.size:,} bytes")


def _require_parts(folder: Path) -> None:
    """Raise ModelError unless each component of the index is there, with its configuration if it has one."""
    if not (folder / INDEX).is_file():
        read_object(folder / CONFIG)
        return
    for name in components(read_index(folder)):
        if not (folder / name).is_dir():
            raise ModelError("the model lacks a component", got=str(folder / name), remedy=AGAIN)
        if name == "scheduler" or name.startswith(_NETWORKS):
            checkpoint.read_config(folder, name)


def _parts_with_weights(folder: Path) -> Iterator[str]:
    if not (folder / INDEX).is_file():
        yield ""
        return
    for name in components(read_index(folder)):
        if (folder / name / CONFIG).is_file():
            yield name
    if (folder / _ENCODER / CONFIG).is_file():
        yield _ENCODER


def _names(folder: Path) -> Iterator[str]:
    """The weight files, where no list says what else there should be."""
    for part in _parts_with_weights(folder):
        for path in weight_files(folder / part):
            yield path.relative_to(folder).as_posix()


def _digest_of(path: Path) -> str | None:
    """The digest that the cache names a file by: SHA-256 for large files, git's SHA-1 for small ones."""
    blob = path.readlink().name if path.is_symlink() else ""
    return checkpoint.promised(path) or (blob if _GIT.fullmatch(blob) else None)


def _wrong(path: Path) -> bool:
    expected = _digest_of(path)
    if expected is None:
        return False
    if len(expected) == 40:
        return _git_digest(path) != expected
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() != expected


def _git_digest(path: Path) -> str:
    """The SHA-1 by which git names a file's content, read piece by piece."""
    found = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(2**20):
            found.update(piece)
    return found.hexdigest()
