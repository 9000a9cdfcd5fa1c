"""What the hub says of a repository, and what its refusals mean. The only module that opens a connection.

`huggingface_hub` does the talking, with the user's own login, endpoint and proxy settings.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging import ERROR
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...errors import Frame2FrameError, ModelError, WriteError, one_line
from ..files.reading import read_object

_COMMIT = re.compile("[0-9a-f]{40}")
_LONGEST_LICENCE = 200
"""Characters."""


@dataclass(frozen=True)
class File:
    """A file of a repository."""

    name: str
    """Its path in the repository, with slashes."""
    size: int
    """Bytes."""
    digest: str | None = None
    """SHA-256, which the hub tells of large files only."""


@dataclass(frozen=True)
class Remote:
    """A repository at one commit."""

    repository: str
    commit: str
    files: tuple[File, ...]
    licence: str = ""
    """As its card says."""

    def names(self) -> set[str]:
        return {file.name for file in self.files}

    def read(self, name: str) -> dict[str, Any]:
        """A small JSON file, which is not kept; raises ModelError."""
        from huggingface_hub import hf_hub_download

        with TemporaryDirectory() as folder, asking(self.repository, self.commit):
            return read_object(
                Path(hf_hub_download(self.repository, name, revision=self.commit, local_dir=folder))
            )


def look(repository: str, revision: str | None) -> Remote:
    """The repository as it is now, or at a commit, tag or branch; raises ModelError."""
    from huggingface_hub import HfApi

    with asking(repository, revision):
        info = HfApi().model_info(repository, revision=revision, files_metadata=True)
        if not _COMMIT.fullmatch(str(info.sha)):
            raise ValueError(f"no commit: {info.sha!r:.80}")
        files = tuple(_file(entry) for entry in info.siblings or ())
    return Remote(repository, str(info.sha), files, _licence(info.card_data))


def licence_of_set(repository: str) -> str:
    """The licence that a data set's card names; empty where it names none. Raises ModelError."""
    from huggingface_hub import HfApi

    with asking(repository):
        return _licence(HfApi().dataset_info(repository).card_data)


def _file(entry: Any) -> File:
    """Raises ModelError for a name that leads out of the repository's own folder."""
    name = str(entry.rfilename)
    if not name.isprintable() or "\\" in name or name.startswith("/") or ".." in name.split("/"):
        remedy = "use another repository"
        raise ModelError("the hub names a file that is in no repository", got=f"{name!r:.80}", remedy=remedy)
    return File(name, int(entry.size or 0), None if entry.lfs is None else str(entry.lfs.sha256))


def _licence(card: Any) -> str:
    said = card.to_dict() if card is not None else {}
    name = said.get("license_name") or said.get("license") or ""
    return one_line(name if isinstance(name, str) else ", ".join(map(str, name)), _LONGEST_LICENCE)


@contextmanager
def asking(repository: str, revision: str | None = None) -> Iterator[None]:
    """Turn what goes wrong between here and the hub into one line; raises ModelError, WriteError."""
    from huggingface_hub.utils import logging

    told = logging.get_verbosity()
    logging.set_verbosity(ERROR)  # its warnings of tries that it repeats are many lines
    try:
        yield
    except Frame2FrameError:
        raise
    except Exception as error:  # the client raises its own, those of its transport, OSError and ValueError
        raise explained(error, repository, revision) from error
    finally:
        logging.set_verbosity(told)


def explained(error: Exception, repository: str, revision: str | None) -> Frame2FrameError:
    """What an error of the client means."""
    from huggingface_hub import errors

    got = f"'{repository}'" + (f" at revision '{revision}'" if revision else "")
    cause: BaseException | None = error
    while cause is not None:  # the client wraps what the network said in what is missing here
        if isinstance(cause, errors.OfflineModeIsEnabled):
            return ModelError(
                "nothing is fetched offline", got=got, remedy="leave out --offline and unset HF_HUB_OFFLINE"
            )
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return WriteError("the disk is full", got=got, remedy="free some space; the same command goes on")
        cause = cause.__cause__
    if isinstance(error, errors.GatedRepoError):
        return ModelError(
            "the model is gated: its owner wants terms accepted first",
            got=got,
            remedy="accept them on the model's page, then log in with `hf auth login`",
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return ModelError(
            "the model has no such revision", got=got, remedy="name a commit, a tag or a branch of it"
        )
    if isinstance(error, errors.RepositoryNotFoundError | errors.HFValidationError):
        return ModelError(
            "the hub knows no such model, or it is private",
            got=got,
            remedy="check the id, or log in with `hf auth login` if it is yours",
        )
    return ModelError(
        f"the hub could not be used ({_said(error)})", got=got, remedy="try again; the same command goes on"
    )


def _said(error: Exception) -> str:
    """The kind of an error and, where it is an answer, its status."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    return f"status {status}" if status else f"{type(error.__cause__ or error).__name__}"
