"""What can go wrong, as one tree.

    Frame2FrameError            exit code 2
    ├── InputError              a picture, text or number that cannot be used
    ├── ModelError              a model that is unknown, missing, damaged or of another kind
    ├── MissingPackageError     an optional package is not installed
    ├── PluginError             a part of another package that cannot be used
    ├── AnswerError             a vision-language model that gave no usable answer
    │   └── ServerError         the same of a server
    ├── OutOfMemoryError        the model does not fit; says what to lower
    ├── WriteError              a folder or file that cannot be written
    └── CancelledError          stopped by the user; exit code 130

Every error says in one line what went wrong, what was got, and what to do; what it quotes cannot lead a
terminal astray (`printable`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

# Text from outside is printed, never obeyed: a terminal takes some characters as orders, to clear the screen
# or to type; others turn the direction of the writing, so that a name reads as another one.
MOST = 1_000
"""Characters of one part of a line."""

_ORDERS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BREAKS = "\u2028\u2029"
_HALVES = "\ud800-\udfff"
"""Halves of characters, which no output takes; a file name that is no UTF-8 has them."""
_UNFIT = re.compile(f"[{_ORDERS}{_TURNS}{_BREAKS}{_HALVES}]")


def printable(text: str) -> str:
    """The text with every character spelt out that is an order; line ends and tabs stay."""
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str, most: int = MOST) -> str:
    """The same in one line, of a text that is cut in its middle to so many characters."""
    if len(text) > most:
        text = f"{text[: most // 2]} … {text[len(text) - most // 2 :]}"
    return printable(" ".join(text.split()))


def in_json(text: str) -> str:
    """A text that is JSON with the same characters in JSON's own spelling, so that it means what it meant."""
    return _UNFIT.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text)


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


class PluginError(Frame2FrameError):
    """A part of another package that cannot be used; it names the package."""


class AnswerError(Frame2FrameError):
    """A vision-language model that gave no usable answer; built-in rules take its place."""

    asked = "the model on this machine"
    """Who was asked, in words."""

    def __init__(self, what: str, *, got: str = "", remedy: str = "", sent_to: str = "") -> None:
        super().__init__(what, got=got, remedy=remedy)
        self.sent_to = sent_to
        """The host and model that the pictures may have reached; empty if nothing left the machine."""


class ServerError(AnswerError):
    """A vision-language server that gave no usable answer."""

    asked = "the server"


class OutOfMemoryError(Frame2FrameError):
    """The work does not fit in memory; the remedy says what to lower."""


class WriteError(Frame2FrameError):
    """A folder or file that cannot be written; nothing is left half-written."""


class CancelledError(Frame2FrameError):
    """The user stopped the run."""

    exit_code = 130


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that was likely meant by a word, whatever the capitals; empty if it is like none.

    That is one that it begins or that begins it, the newest version first; one that it is a part of; or one
    that is spelt much like it.
    """
    plain = {name.lower(): name for name in names}
    wanted = word.lower()
    begun = [name for name in plain if _begins(wanted, name)]
    parts = [name for name in plain if wanted in _PARTS.split(name)]
    if found := max(begun, key=lambda name: _version(wanted, name), default="") or next(iter(parts), ""):
        return plain[found]
    spelt = difflib.get_close_matches(wanted, plain, n=1, cutoff=_ALIKE)
    return plain[spelt[0]] if spelt else ""


_ALIKE = 0.65
"""Of difflib's ratio. Less than this joins words that have a few letters in common, and nothing else."""
_LEAST = 3
"""Letters that a beginning has."""
_PARTS = re.compile(r"[-_.:/ ]")
_NUMBERS = re.compile(r"\d+(?:\.\d+)+")


def _begins(word: str, name: str) -> bool:
    short, long = sorted((word, name), key=len)
    return len(short) >= _LEAST and long.startswith(short)


def _version(word: str, name: str) -> tuple[int, ...]:
    """The number with a point right behind what a name has in common with a word; 1 if there is none."""
    found = _NUMBERS.match(name, len(word))
    return tuple(map(int, found[0].split("."))) if found else (1,)


def meant(word: str, names: Collection[str], others: str = "There are") -> str:
    """What to do about a name that there is not: the one that was likely meant, and all there are."""
    near, listed = nearest(word, names), f"{others} {', '.join(names)}"
    return f"did you mean {near}? {listed}" if near else listed[0].lower() + listed[1:]


def kind_of(value: object) -> str:
    """A value that was refused, shown in a few words."""
    plain = value is None or isinstance(value, str | bytes | int | float | Sequence | Mapping)
    return f"{value!r:.80}" if plain else type(value).__name__
