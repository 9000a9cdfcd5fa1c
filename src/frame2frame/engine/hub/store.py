"""The models that are on this disk, in the layout of the hub's own cache.

    models--ORG--NAME/{blobs/DIGEST, refs/BRANCH, snapshots/COMMIT/… → blobs}

A blob may be a link in turn, into a store that all models of the cache share.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError, ModelError, WriteError
from ...files.regular import read_bytes
from ...files.unfinished import is_abandoned
from ..files.index import INDEX
from ..models import catalogue
from ..models.catalogue import Model

_COMMIT = re.compile("[0-9a-f]{40}")
_LONGEST_REF = 1_000
"""Bytes."""


@dataclass(frozen=True)
class Store:
    """A folder that hub models are kept in."""

    folder: Path

    @classmethod
    def of(cls, folder: str | Path | None) -> Store:
        """The one to use: FRAME2FRAME_MODEL_DIR, else this folder, else the Hugging Face cache."""
        from huggingface_hub.constants import HF_HUB_CACHE

        chosen = catalogue.model_folder(None if folder is None else str(folder))
        return cls(Path(chosen or HF_HUB_CACHE).expanduser().absolute())

    def home(self, repository: str) -> Path:
        """Where everything of a repository lies, if it is here."""
        return self.folder / f"models--{repository.replace('/', '--')}"

    def snapshot(self, repository: str, revision: str | None = None) -> Path | None:
        """The folder of a revision as far as it is here; None if nothing is."""
        home, wanted = self.home(repository), revision or "main"
        commit = wanted if _COMMIT.fullmatch(wanted) else _text(home / "refs" / wanted)
        folder = home / "snapshots" / commit if commit else None
        return folder if folder is not None and folder.is_dir() else None

    def folder_of(self, model: Model) -> Path:
        """Where a model lies; raises ModelError with the command that fetches it if it is not here."""
        if not model.repository:
            got, remedy = f"'{model.label}'", f"it comes with {model.package}"
            raise ModelError("the model has no weights", got=got, remedy=remedy)
        if catalogue.is_folder(model.repository):
            return Path(model.repository).expanduser()
        if found := self.snapshot(model.repository, model.revision):
            return found
        size = catalogue.download_size(model.repository)
        command = catalogue.pull_command(model.name, model.revision, self.wish)
        raise ModelError(
            "the model is not here",
            got=f"'{model.label}'",
            remedy=f"get it{f' ({size})' if size else ''} with: {command}",
        )

    @property
    def wish(self) -> str | None:
        """The folder as a caller has to name it; None for the Hugging Face cache."""
        from huggingface_hub.constants import HF_HUB_CACHE

        return None if self.folder == Path(HF_HUB_CACHE).absolute() else str(self.folder)

    def sweep(self, repository: str) -> None:
        """Remove the halves of files that killed pulls of a repository left; no pull goes on with them."""
        home = self.home(repository)
        for half in home.glob("blobs/*.incomplete"):
            lock = self.folder / ".locks" / home.name / f"{half.name.partition('.')[0]}.lock"
            with suppress(OSError):
                if is_abandoned(half, lock):
                    half.unlink()

    def strangers(self) -> Iterator[str]:
        """The hub ids of models that are here and that the catalogue does not know."""
        known = {self.home(model.repository) for model in catalogue.models().values()}
        for home in sorted(self.folder.glob("models--*--*")):
            if home not in known and any(home.glob(f"snapshots/*/{INDEX}")):
                yield home.name.removeprefix("models--").replace("--", "/", 1)

    def free(self) -> int:
        """Bytes that are free where the models are kept; the folder need not exist yet."""
        place = next(place for place in (self.folder, *self.folder.parents) if place.exists())
        return shutil.disk_usage(place).free


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder, links followed."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def discard(file: Path) -> None:
    """Remove a file of a snapshot with all that its links lead to, so that the next pull fetches it again.

    Raises WriteError.
    """
    chain = [file]
    while chain[-1].is_symlink():
        chain.append(chain[-1].parent / chain[-1].readlink())
    try:
        for path in reversed(chain):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise WriteError("a damaged file cannot be removed", got=f"{file}: {error.strerror}") from error


def _text(path: Path) -> str | None:
    try:
        return read_bytes(path, _LONGEST_REF).decode().strip() or None
    except (InputError, UnicodeDecodeError):
        return None
