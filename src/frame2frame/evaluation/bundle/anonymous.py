"""Taking out of texts what says whose machine they come from.

Errors and notes name files. Of a path only the last part is kept, and the names of the user, of the machine
and of the folders that belong to them are struck out, wherever they stand.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

STRUCK = "…"
_PATH = re.compile(r"(?<![\w.:/\\~…])(?:~|[A-Za-z]:)?[\\/](?:[^\s\\/'\",;()<>|]*[\\/])*([^\s\\/'\",;()<>|]*)")
"""An absolute path, or one into a home folder; its last part is the group."""
_GENERIC = frozenset({"root", "user", "users", "admin", "ubuntu", "localhost", "home", "model", "test"})
"""Names that say nothing of anybody, and that texts have for other reasons."""
_SHORTEST = 3


OURS = frozenset({"folder", "instruction", "sort", "temporal", "target"})
OUR_FILES = frozenset({"source", "final", "frame", "clip", "file"})
"""Keys of texts that come with the package: a user called Cat must not strike out the cat."""


def anonymous(value: Any, folders: Sequence[Path] = ()) -> Any:
    """Plain JSON values with every text in them made anonymous but `OURS`; the keys of mappings stay.

    `folders` are struck out as a whole, besides those that belong to the user.
    """
    if isinstance(value, str):
        return without_owner(value, folders)
    if isinstance(value, Mapping):
        return {
            key: entry if _is_ours(key, entry) else anonymous(entry, folders) for key, entry in value.items()
        }
    if isinstance(value, list):
        return [anonymous(entry, folders) for entry in value]
    return value


def _is_ours(key: str, entry: object) -> bool:
    return isinstance(entry, str) and key in OURS | OUR_FILES


def without_owner(text: str, folders: Sequence[Path] = ()) -> str:
    """The text without folders, user and machine."""
    for folder in _folders(folders):
        text = text.replace(folder, f"/{STRUCK}")
    text = _PATH.sub(lambda found: f"{STRUCK}/{found[1]}" if len(found[0]) > 1 else found[0], text)
    for name in _names():
        text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", STRUCK, text, flags=re.IGNORECASE)
    return text


def _folders(besides: Sequence[Path]) -> Iterator[str]:
    """Those whose names may have blanks, which no pattern sees the end of; the longest first."""
    named = ("FRAME2FRAME_MODEL_DIR", "HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME")
    found = {os.environ[name] for name in named if os.environ.get(name)} | set(map(str, besides))
    found |= {str(Path(__file__).parents[3]), tempfile.gettempdir()}
    for place in (Path.home, Path.cwd):
        with suppress(OSError, RuntimeError):
            found.add(str(place()))
    yield from sorted((one for one in found if len(one) > _SHORTEST), key=len, reverse=True)


def _names() -> Iterator[str]:
    with suppress(KeyError, OSError, ImportError):  # a container's user may have none
        yield from _telling(getpass.getuser())
    machine = platform.node()
    yield from _telling(machine)
    yield from _telling(machine.partition(".")[0])


def _telling(name: str) -> Iterator[str]:
    if len(name) >= _SHORTEST and name.lower() not in _GENERIC:
        yield name
