"""Fetching a model into the cache: say what it takes, fetch what is missing, check all of it.

Files come one after another, so that a run that is stopped loses one file at most; a connection that breaks
within a run is taken up where it broke. What the check finds damaged is fetched once more.
"""

from __future__ import annotations

import glob
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from ...errors import ModelError, WriteError
from ...plugins import capabilities, registry
from ..files.index import CONFIG, INDEX
from ..models import catalogue
from ..models.catalogue import Model
from .needed import Needed, needed, single
from .remote import File, Remote, asking, look
from .store import Store, discard
from .verify import Checked, Told, check, check_files

Say = Callable[[str], None]
"""Is told what the user should know."""

_ROOM = 2**30
"""Bytes to be left free on the disk."""


@dataclass(frozen=True)
class Pull:
    """One repository to be fetched."""

    remote: Remote
    needed: Needed
    revision: str | None
    """As it was asked for; None is the newest."""
    store: Store

    @property
    def folder(self) -> Path:
        return self.store.home(self.remote.repository) / "snapshots" / self.remote.commit

    @property
    def place(self) -> Path:
        """What it comes to: the model's folder, or the file of a LoRA."""
        return self.folder / self.needed.files[0].name if self.needed.kind == "LoRA" else self.folder

    @cached_property
    def missing(self) -> tuple[File, ...]:
        """Files that are not here, or of another size."""
        return tuple(file for file in self.needed.files if not self._is_here(file))

    @property
    def size(self) -> int:
        """Bytes to be fetched."""
        return sum(file.size for file in self.missing)

    def _is_here(self, file: File) -> bool:
        path = self.folder / file.name
        return path.is_file() and path.stat().st_size == file.size

    def run(self, told: Told, say: Say) -> Checked:
        """Fetch and check; `told` hears of each file before it is read, `say` of what is fetched again.

        Raises ModelError, WriteError; what was fetched stays, and the next run goes on from there.
        """
        self.store.sweep(self.remote.repository)
        for file in self.missing:  # one of another size would be taken for whole
            discard(self.folder / file.name)
        self._fetch()
        checked = self._check(told)
        if checked.faults:
            say(f"Fetching again, as {checked.faults[0].reason}: {checked.faults[0].file.name}")
            for fault in checked.faults:
                discard(fault.file)
            self._fetch()
            checked = self._check(told)
            checked.require("the hub's copy may be damaged; try again later")
        return checked

    def _check(self, told: Told) -> Checked:
        if self.needed.kind == "LoRA":
            return check_files(self.folder, self.needed.files, told)
        return check(self.folder, told)

    def _fetch(self) -> None:
        from huggingface_hub import snapshot_download

        with asking(self.remote.repository, self.revision):
            found = snapshot_download(
                self.remote.repository,
                revision=self.revision,  # not the commit, or the cache would not know what the branch is at
                cache_dir=self.store.folder,
                allow_patterns=[glob.escape(file.name) for file in self.needed.files],
                max_workers=1,
            )
        if Path(found).name != self.remote.commit:
            raise ModelError(
                "the model changed on the hub meanwhile", got=Path(found).name, remedy="pull it again"
            )


def plan(model: Model, store: Store, say: Say) -> tuple[Pull, ...]:
    """What has to be fetched for a model: its own repository, its LoRAs, the encoder that scores it.

    Raises ModelError where the hub has it not, or has it in a form that cannot be used. `say` is told if that
    is so of the encoder, in whose place another may be named.
    """
    if not model.repository or catalogue.is_folder(model.repository):
        which = "is a folder" if model.repository else "has no weights"
        here = f"it comes with {model.package}" if model.package else "it is here already"
        raise ModelError("there is nothing to pull", got=f"'{model.name}', which {which}", remedy=here)
    first = _pull(model.repository, model.revision, store)
    if first.needed.video:
        _require_that_it_runs(first)
    loras = tuple(plan_file(name, store) for name in model.loras or ())
    if not first.needed.video or not catalogue.is_hub_id(model.encoder):
        return (first, *loras)
    try:
        return (first, *loras, _pull(model.encoder, None, store))
    except ModelError as error:
        say(f"Note: the encoder that scores the frames cannot be had ({error}); name another with --encoder.")
        return (first, *loras)


def plan_file(name: str, store: Store) -> Pull:
    """What has to be fetched for a LoRA, named `ORG/NAME/FILE`; raises ModelError."""
    repository, _, file = name.partition("/")[2].partition("/")
    repository = f"{name.partition('/')[0]}/{repository}"
    remote = look(repository, None)
    return Pull(remote, single(remote, file), None, store)


def _pull(repository: str, revision: str | None, store: Store) -> Pull:
    remote = look(repository, revision)
    return Pull(remote, needed(remote), revision, store)


_TELLING = (INDEX, CONFIG, "scheduler_config.json")
"""How the files are called that say what a model draws, and from what."""


def _require_that_it_runs(pull: Pull) -> None:
    """Raise ModelError for a model that the edit after the pull would refuse, by a few small files of it."""
    remote = pull.remote
    with TemporaryDirectory() as place:
        for name in (file.name for file in pull.needed.files if file.name.rpartition("/")[2] in _TELLING):
            path = Path(place, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(remote.read(name)), encoding="utf-8")
        try:
            family = registry.find("generators", pull.needed.family)
            capabilities.of_generator(family).check_configuration(Path(place))
        except ModelError as error:
            what, got = (text.replace(place, remote.repository) for text in (error.what, error.got))
            raise ModelError(what, got=got, remedy=error.remedy) from error


def require_room(pulls: tuple[Pull, ...], store: Store) -> None:
    """Raise WriteError unless the disk has room for all of it."""
    size, free = sum(pull.size for pull in pulls), store.free()
    if size and size + _ROOM > free:
        raise WriteError(
            f"the disk has no room for this model in {store.folder}",
            got=f"{free / 1e9:.1f} GB free of {(size + _ROOM) / 1e9:.1f} GB needed",
            remedy="free some space, or name another place with --dir or FRAME2FRAME_MODEL_DIR",
        )
