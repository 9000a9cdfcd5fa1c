"""Removing a model from the cache, through the hub client, which alone knows what other models share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import ModelError, WriteError
from ..models.catalogue import Model
from .store import Store


@dataclass(frozen=True)
class Removal:
    """What would be removed."""

    commits: tuple[str, ...]
    freed: int
    """Bytes."""
    strategy: Any

    def run(self) -> None:
        """Raises WriteError."""
        try:
            self.strategy.execute()
        except OSError as error:
            raise WriteError("the model cannot be removed", got=str(error)) from error


def removal(model: Model, store: Store) -> Removal:
    """The removal of one revision, or of all where none is named; raises ModelError if it is not here."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        cache = scan_cache_dir(store.folder)
    except (CacheNotFound, ValueError):
        raise _absent(model) from None
    repos = [repo for repo in cache.repos if repo.repo_type == "model" and repo.repo_id == model.repository]
    if not repos and store.home(model.repository).exists():
        raise ModelError(
            "the cache of this model is broken",
            got=str(store.home(model.repository)),
            remedy="delete that folder, then pull the model again if you need it",
        )
    commits = tuple(
        revision.commit_hash
        for repo in repos
        for revision in repo.revisions
        if model.revision in (None, revision.commit_hash, *revision.refs)
    )
    if not commits:
        raise _absent(model)
    strategy = cache.delete_revisions(*commits)
    return Removal(commits, int(strategy.expected_freed_size), strategy)


def _absent(model: Model) -> ModelError:
    return ModelError("the model is not here, so there is nothing to remove", got=f"'{model.label}'")
