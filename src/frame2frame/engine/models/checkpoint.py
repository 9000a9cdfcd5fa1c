"""A model on disk: find it, and refuse what is damaged or of another kind before anything is loaded.

A checkpoint is a folder in the diffusers layout: `model_index.json` and one folder a component, each with its
configuration and its weights as safetensors. Nothing here imports torch.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...errors import ModelError
from ..files.fields import check_fields
from ..files.index import kind
from ..files.reading import AGAIN, read_object
from . import catalogue

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_SHARD = re.compile(r"[\w.-]+\.safetensors")
_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")


def locate(model: str, revision: str | None, cache_dir: str | None, components: Sequence[str]) -> Path:
    """The folder of a model that is named by folder or by hub id; nothing is fetched.

    Raises ModelError if there is no such folder, or if the hub model is not here with all these components;
    then it says the command that fetches it, and how much that is.
    """
    folder = Path(model).expanduser()
    if os.path.isdir(folder):  # of a name that is too long for a path it says no
        return folder
    if _HUB_ID.fullmatch(model):
        patterns = ["model_index.json", *(f"{name}/{kind}" for name in components for kind in _FILES)]
        return _in_cache(model, revision, cache_dir, patterns)
    raise ModelError(
        "there is no such model folder",
        got=f"'{model}'",
        remedy="name a folder in the diffusers layout or a hub id such as 'zai-org/CogVideoX1.5-5B-I2V'",
    )


def _in_cache(model: str, revision: str | None, cache_dir: str | None, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(
                model,
                revision=revision,
                cache_dir=cache_dir,
                local_files_only=True,
                allow_patterns=patterns,
            )
        )
    except (LocalEntryNotFoundError, HFValidationError) as error:
        state = "only partly here" if getattr(error, "snapshot_path", None) else "not here"
        size = catalogue.download_size(model)
        raise ModelError(
            f"the model is {state}",
            got=f"'{model}'" + (f" at revision '{revision}'" if revision else ""),
            remedy=f"get it{f' ({size})' if size else ''} with: "
            + catalogue.pull_command(model, revision, cache_dir),
        ) from error


def check_kind(folder: Path, *pipelines: str) -> None:
    """Raise ModelError unless the folder holds weights for one of these diffusers pipelines."""
    found = kind(folder)
    if found is None:
        raise ModelError(
            f"there is no model in {folder}",
            got="no model_index.json or config.json",
            remedy="name a folder in the diffusers layout",
        )
    if found not in pipelines:
        raise ModelError(
            f"the model in {folder} is not of the kind that is needed ({' or '.join(pipelines)})",
            got=found,
            remedy="name a model of that kind",
        )


def read_config(folder: Path, component: str) -> dict[str, Any]:
    """The configuration of one component; raises ModelError if it is missing or is none."""
    path = folder / component / ("scheduler_config.json" if component == "scheduler" else "config.json")
    config = read_object(path)
    check_fields(config, str(path))
    return config


def whole_number(config: dict[str, Any], key: str) -> int:
    """A positive whole number of a configuration; raises KeyError without it, ValueError for another."""
    value = config[key]
    if not isinstance(value, int | float) or value < 1 or value != int(value):
        raise ValueError(f"{value!r:.40} for {key!r}")
    return int(value)


def check_together(folder: Path, sizes: Mapping[str, tuple[Any, Any]]) -> None:
    """Raise ModelError unless each size of one component, by its name, is the one that another needs."""
    for name, (found, wanted) in sizes.items():
        if found != wanted:
            got = f"{name} {found!r:.40} for {wanted!r:.40} in {folder}"
            raise ModelError("the parts of the model do not go together", got=got, remedy=AGAIN)


def unreadable(what: str, error: Exception) -> ModelError:
    """What to answer where a configuration lacks something, or has it in another form."""
    got = f"a configuration {'without ' if isinstance(error, KeyError) else 'with '}{error}"
    return ModelError(what, got=got, remedy=AGAIN)


def check_tokenizer(folder: Path) -> None:
    """Raise ModelError unless its files are here: without, transformers makes up one that knows no words."""
    place = folder / "tokenizer"
    if not any((place / name).is_file() for name in ("tokenizer.json", "spiece.model")):
        raise ModelError("the model lacks its tokenizer", got=str(place), remedy=AGAIN)


def revision(folder: Path | None) -> str | None:
    """The commit of a folder in the hub's cache, or None for any other."""
    return folder.name if folder and folder.parent.name == "snapshots" else None


def weights(folder: Path | None) -> list[Path]:
    """Every weight file of a checkpoint; none where there is no folder."""
    return sorted(folder.rglob("*.safetensors")) if folder else []


def fingerprints(folder: Path | None) -> dict[str, str]:
    """SHA-256 of each weight file by its path in the folder, of everything that an edit loads."""
    return {path.relative_to(folder or "").as_posix(): sha256(path) for path in weights(folder)}


def marks(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """What tells these weight files from others; reading them through would take minutes."""
    for file in sorted(files):
        stat = file.stat()
        yield file.name, promised(file) or f"{stat.st_size} {stat.st_mtime_ns}"


def sha256(path: Path) -> str:
    """The digest of a weight file, from its name in the hub's cache where it has one."""
    stat = path.stat()
    return promised(path) or digest(path, stat.st_size, stat.st_mtime_ns)


def promised(path: Path) -> str | None:
    """The SHA-256 that the hub's cache names a weight file by; None for a file that it does not.

    A link of a snapshot leads to a blob with that name. The blob may be a link in turn, into a store that all
    models share, where files have other names.
    """
    blob = path.readlink().name if path.is_symlink() else ""
    return blob if re.fullmatch("[0-9a-f]{64}", blob) else None


@lru_cache(maxsize=256)
def digest(path: Path, size: int, changed: int) -> str:
    """The SHA-256 of a file; size and time of change tell when it must be read again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
