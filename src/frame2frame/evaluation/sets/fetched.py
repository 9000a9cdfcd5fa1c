"""A set of the paper fetched from the hub, once its licence was said; it is kept beside the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...engine.hub.remote import asking, licence_of_set
from ...engine.hub.store import Store
from ...errors import InputError
from ...files.unfinished import unfinished_folder
from ..batch.manifest import PICTURES, entries
from .public import SETS, PublicSet, by_hand

Say = Callable[[str], None]
"""Is told what the user should know."""

_FOLDER = "frame2frame-sets"
"""Within that of the models."""

_LIST = "manifest.jsonl"


def fetched(name: str, say: Say) -> Path:
    """The folder of a set; it is fetched unless it is here.

    Raises InputError for a set that the hub has not, ModelError where it cannot be fetched, WriteError.
    """
    known, store = SETS[name], Store.of(None)
    if not known.hub:
        raise InputError(f"{known.title} is not on the hub", remedy=by_hand(known))
    folder = store.folder / _FOLDER / f"{name}-{known.revision[:8]}"
    if not (folder / _LIST).is_file():
        licence = licence_of_set(known.hub) or "none is named there"
        say(f"{known.title} is fetched from the hub, {known.hub}; its licence: {licence}.")
        _unpack(known, _download(known, store), folder, name)
    return folder


def _download(known: PublicSet, store: Store) -> Path:
    from huggingface_hub import snapshot_download

    with asking(known.hub, known.revision):
        found = snapshot_download(
            known.hub,
            repo_type="dataset",
            revision=known.revision,
            cache_dir=store.folder,
            allow_patterns=["data/*.parquet"],
            max_workers=1,
        )
    return Path(found)


def _unpack(known: PublicSet, snapshot: Path, folder: Path, name: str) -> None:
    """Leave the rows as a manifest with its pictures; the folder is there whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(folder.parent) as place:
        (place / "originals").mkdir()
        try:
            rows = [
                {
                    "id": f"{name[:3]}_{number:03}",
                    "source": _put(place, raw["original_image"]),
                    "target_text": str(raw["caption"]),
                }
                for number, raw in enumerate(_rows(snapshot))
            ]
        except (KeyError, TypeError) as error:
            what = f"the hub has {known.title} in a layout that is not known here"
            raise InputError(what, got=f"{error!r:.100}", remedy=by_hand(known)) from error
        (place / _LIST).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        place.rename(folder)


def _rows(snapshot: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(snapshot.glob("data/*.parquet")):
        for _, raw in entries(path):
            yield raw()


def _put(place: Path, picture: dict[str, Any]) -> str:
    """Leave a picture's own bytes there, each once, and say where."""
    data, suffix = picture["bytes"], Path(str(picture["path"])).suffix.lower()
    name = f"originals/{sha256(data).hexdigest()[:16]}{suffix if suffix in PICTURES else '.png'}"
    (place / name).write_bytes(data)
    return name
