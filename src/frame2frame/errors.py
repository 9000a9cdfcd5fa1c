"""What can go wrong, as one tree.

    Frame2FrameError            exit code 2
    ├── InputError              a picture, text or number that cannot be used
    ├── ModelError              a model that is unknown, missing, damaged or of another kind
    ├── MissingPackageError     an optional package is not installed
    ├── ServerError             a vision-language server that gave no usable answer
    ├── OutOfMemoryError        the model does not fit; says what to lower
    ├── WriteError              a folder or file that cannot be written
    └── CancelledError          stopped by the user; exit code 130

Every error says in one line what went wrong, what was got, and what to do; what it quotes cannot lead a
terminal astray (`printable`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from .printable import one_line

ALIKE = 0.6
"""The `cutoff` of `nearest` from which a name is likely to be what was meant; difflib's own."""


class Frame2FrameError(Exception):
    """Base of every error that frame2frame raises on purpose."""

    exit_code = 2

    def __init__(self, what: str, *, got: str = "", remedy: str = "") -> None:
        self.what, self.got, self.remedy = one_line(what), one_line(got), one_line(remedy)
        parts = [self.what, f"got {self.got}" if self.got else "", self.remedy]
        super().__init__("; ".join(part for part in parts if part))


class InputError(Frame2FrameError):
    """A picture, text or number that cannot be used."""


class ModelError(Frame2FrameError):
    """A model that is unknown, missing, damaged or of another kind."""


class MissingPackageError(Frame2FrameError):
    """An optional package is not installed; the remedy is the install command."""


class ServerError(Frame2FrameError):
    """A vision-language server that gave no usable answer; built-in rules take its place."""

    def __init__(self, what: str, *, got: str = "", remedy: str = "", sent_to: str = "") -> None:
        super().__init__(what, got=got, remedy=remedy)
        self.sent_to = sent_to
        """The host and model that the pictures may have reached; empty if nothing left the machine."""


class OutOfMemoryError(Frame2FrameError):
    """The work does not fit in memory; the remedy says what to lower."""


class WriteError(Frame2FrameError):
    """A folder or file that cannot be written; nothing is left half-written."""


class CancelledError(Frame2FrameError):
    """The user stopped the run."""

    exit_code = 130


def nearest(word: str, names: Iterable[str], *, cutoff: float = 0.0) -> str:
    """The name most like a word, whatever the capitals; empty if none is so like it.

    `cutoff` is from 0, which takes any name, to 1.
    """
    plain = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower(), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else ""


def kind_of(value: object) -> str:
    """A value that was refused, shown in a few words."""
    plain = value is None or isinstance(value, str | bytes | int | float | Sequence | Mapping)
    return f"{value!r:.80}" if plain else type(value).__name__
