"""Who has the page open and what is his: the pages, uploads and runs of one browser are for no other."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
"""What tells a browser from all others, in its cookie."""

SERVED = ("report.html", "final_frame.png")
"""What the page links to of a run folder."""


def new_secret() -> str:
    """A name that nobody guesses."""
    return secrets.token_urlsafe(32)


@dataclass
class Visitors:
    """What belongs to which browser, by its secret. A session is one open page of it, by Gradio's name."""

    uploads: Path
    """Where Gradio puts what is uploaded, each file in a folder that is named after its content."""
    when_closed: list[Callable[[str], object]] = field(default_factory=list)
    """What else is to be done with the name of a session whose page was closed."""
    _owners: dict[str, str] = field(default_factory=dict)
    _open: Counter[str] = field(default_factory=Counter)
    _files: dict[str, set[str]] = field(default_factory=dict)
    """By each uploaded file's path, whose it is; two may upload the same."""
    _offered: set[str] = field(default_factory=set)
    _runs: dict[str, tuple[str, Path]] = field(default_factory=dict)

    def owns(self, visitor: str, session: str) -> bool:
        """Whether the session is the visitor's, as that of the first who names it is."""
        return self._owners.setdefault(session, visitor) == visitor

    def opened(self, session: str) -> None:
        """The session's page is there; once for each connection that tells so."""
        self._open[session] += 1

    def closed(self, session: str) -> None:
        """One of these connections is gone; with the last, what the page had is given back."""
        self._open[session] -= 1
        if self._open[session] > 0:
            return
        del self._open[session]
        visitor = self._owners.pop(session, "")
        for forget in self.when_closed:
            forget(session)
        if visitor not in self._owners.values():
            self._delete_uploads(visitor)

    def uploaded(self, visitor: str, paths: Iterable[str]) -> None:
        """These files are the visitor's."""
        for path in paths:
            self._files.setdefault(path, set()).add(visitor)

    def offer(self, path: str) -> str:
        """Let every visitor have this file, which lies among the uploads."""
        self._offered.add(path)
        return path

    def has_file(self, visitor: str, path: str) -> bool:
        """Whether the visitor uploaded this regular file, or the page offers it."""
        is_his = path in self._offered or visitor in self._files.get(path, ())
        return is_his and is_regular(path) and not Path(path).parent.is_symlink()

    def sweep(self) -> None:
        """Delete what uploads that broke off left."""
        for rest in self.uploads.glob("*"):
            if is_regular(rest):
                rest.unlink(missing_ok=True)

    def keep(self, session: str, folder: Path) -> str:
        """Let the visitor whose session it is, and him alone, see a run; the name by which he does."""
        name = new_secret()
        self._runs[name] = (self._owners.get(session, ""), folder)
        return name

    def run_file(self, visitor: str, name: str, file: str) -> bytes | None:
        """What lies in this file of the visitor's run; None if it is not his or not to be served."""
        owner, folder = self._runs.get(name, ("", Path()))
        if not owner or owner != visitor or file not in SERVED or folder.is_symlink():
            return None
        return _bytes_of(folder / file)

    def _delete_uploads(self, visitor: str) -> None:
        for path, whose in list(self._files.items()):
            whose.discard(visitor)
            if not whose:
                del self._files[path]
                if path not in self._offered:
                    _delete(Path(path))


def _delete(file: Path) -> None:
    file.unlink(missing_ok=True)
    with suppress(OSError):  # of the same content under another name
        file.parent.rmdir()


def is_regular(path: str | Path) -> bool:
    """Whether this is a file itself, not a link to one nor a device."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _bytes_of(file: Path) -> bytes | None:
    """What a regular file holds; None if it is none. No link is followed, and nothing waited for."""
    if not is_regular(file):
        return None
    try:
        opened = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(opened, "rb") as stream:
            return stream.read()
    except OSError:
        return None
