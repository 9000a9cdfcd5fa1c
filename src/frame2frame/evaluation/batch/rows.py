"""A row of a manifest: one edit, with an id of its own, and what can be wrong with it before it is drawn."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, replace
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

import numpy as np

from ...engine.sampling import seeds
from ...errors import Frame2FrameError, InputError, kind_of
from ...files import remote
from ...plugins.asking import taken, wishes_of
from ...plugins.shared_wishes import check_words
from ...plugins.wishes import PART_WISHES
from ...request import Request

ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
"""It is the name of a folder on any system."""

PICTURE, INSTRUCTION = "picture", "instruction"
OF_SETS = {"source": PICTURE, "target_text": "target"}
"""What a list that is also a set of the evaluation may call them."""
KNOWN_OF_SETS = frozenset({*OF_SETS, "kind", "source_text", "target_picture", "result"})
"""Entries of such a list; those that only say how an answer is measured are passed over."""

FREE = frozenset({"seed", "target", "caption_text"})
"""Wishes that may be another one in every row; no other wish hangs on which they are."""

_PROBE = np.zeros((16, 16, 3), np.uint8)


class Row(NamedTuple):
    """One edit of a batch; a tuple, as a million are made in seconds."""

    id: str
    picture: str
    """The path of its file, or its address in a bucket."""
    instruction: str | None
    """None where a target stands in its place."""
    wishes: Mapping[str, Any]
    """As in `Wishes`; those of the whole batch are not among them."""
    line: int
    """Where it stands in the manifest, from 1."""

    def settings(self, usual: Mapping[str, Any]) -> dict[str, Any]:
        """All wishes of its edit, over those that are usual in the batch, with a seed that hangs on its id.

        So neither the order of the rows nor who draws them changes what comes of one.
        """
        wishes = {**usual, **self.wishes}
        if "seed" in self.wishes or wishes.get("seeds"):
            return wishes
        first = f"{usual['seed']} " if "seed" in usual else ""
        return {**wishes, "seed": int.from_bytes(_digest(first + self.id)[:4])}

    def key(self, usual: Mapping[str, Any]) -> str:
        """Tells rows of one id apart whose edits may differ. A wish for the default is as good as none."""
        return Keys(usual).of(self)

    @property
    def shared(self) -> str:
        """Its wishes but those that may be another one in every row, as a text to compare."""
        return repr(_parted(self.wishes)[1])


class Keys:
    """The keys of the rows of one batch; what many rows have in common is looked at once."""

    def __init__(self, usual: Mapping[str, Any]) -> None:
        """`usual` are the wishes of the whole batch."""
        self._usual = usual
        self._default = {name: wish.default for name, wish in wishes_of(Request).items()}
        self._shared: dict[str, str] = {}

    def of(self, row: Row) -> str:
        """As `Row.key` has it."""
        free, shared = _parted(row.wishes)
        told = repr(shared)
        if told not in self._shared:
            self._shared[told] = _quoted(_plain(self._decisive({**self._usual, **shared})))
        own = _plain(self._decisive(free)) if free else ""
        said = row.instruction
        instruction = _quoted(said) if isinstance(said, str) else json.dumps(said, default=str)
        text = f"[{_quoted(row.picture)}, {instruction}, {_quoted(own)}, {self._shared[told]}]"
        return hashlib.sha256(text.encode()).digest()[:8].hex()

    def _decisive(self, wishes: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: one for name, one in wishes.items() if one != self._default.get(name, MISSING)}


_quoted: Callable[[str], str] = encode_basestring_ascii


def _plain(wishes: Mapping[str, Any]) -> str:
    return json.dumps(wishes, sort_keys=True, default=str)


def _parted(wishes: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The wishes that are free, and the others."""
    if FREE.isdisjoint(wishes):
        return {}, wishes
    free = {name: one for name, one in wishes.items() if name in FREE}
    return free, {name: one for name, one in wishes.items() if name not in FREE}


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row."""

    line: int
    error: Frame2FrameError
    where: str = ""
    """What the user calls the row, where the list has no lines."""

    def __str__(self) -> str:
        return f"{self.where or f'line {self.line}'}: {self.error}"


Planning = Callable[[Request], object]
"""Raises Frame2FrameError for a request that cannot be carried out."""


class Check:
    """Whether rows can be asked for at all. Their pictures are not opened.

    Wishes that rows have in common are checked once; a `plan` says of them what the model cannot do.
    A row that is `known` was checked before it was drawn; its id is still compared with the others.
    """

    def __init__(self, usual: Mapping[str, Any], plan: Planning | None = None) -> None:
        self._usual, self._plan = usual, plan
        self._known: set[str] = set()
        self._ids: set[int] = set()

    def __call__(self, row: Row, known: bool = False) -> None:
        """Raise InputError or ModelError for what cannot be asked for, and for an id that is there twice."""
        if not known and not ID.fullmatch(row.id):
            what = "an id is made of letters, digits, points, hyphens and underscores, 100 at most"
            raise InputError(what, got=repr(row.id), remedy="give the row another id")
        name = hash(row.id.lower())  # some systems know no capitals; a million texts would be too large
        if name in self._ids:
            remedy = "give each row an id of its own, whatever its capitals"
            raise InputError("an id is there twice", got=repr(row.id), remedy=remedy)
        self._ids.add(name)
        if known:
            return
        if row.instruction is not None:
            check_words("the instruction", row.instruction, 'say what to change, like "make the ball blue"')
        self._check_wishes(row)

    def _check_wishes(self, row: Row) -> None:
        if row.instruction is None and {**self._usual, **row.wishes}.get("target") is None:
            remedy = f"give the row an {INSTRUCTION}, or a target"
            raise InputError("it does not say what to change", remedy=remedy)
        free, shared = _parted(row.wishes)
        if (told := repr(shared)) not in self._known:
            _, usual = _parted(self._usual)
            request = Request.of(_PROBE, "any", **{**usual, **shared})
            if self._plan is not None:
                self._plan(replace(request, mask=None))  # it is in the shape of a picture that is not here
            self._known.add(told)
        if free or not FREE.isdisjoint(self._usual):
            free, _ = _parted({**self._usual, **row.wishes})
            seeds.check(taken(Request, {"seed": 0, **free}, PART_WISHES)["seed"])


def require_picture(row: Row, root: str | None, in_bucket: Callable[[str], bool] = remote.exists) -> None:
    """Raise InputError where the row's picture is not there, or outside of the root.

    ServerError where its bucket cannot be asked. `in_bucket` says whether there is a file of this address.
    """
    if root is not None and not _is_beneath(row.picture, root):
        remedy = "move the picture there, or name another --root"
        raise InputError(f"the picture is outside of {root}", got=f"{row.picture:.200}", remedy=remedy)
    there = in_bucket if remote.is_address(row.picture) else os.path.isfile
    if not there(row.picture):
        raise InputError("there is no such picture", got=f"{row.picture:.200}", remedy="check the path")


def _is_beneath(path: str, root: str) -> bool:
    if remote.is_address(path) or remote.is_address(root):
        return remote.is_beneath(path, root)
    real, top = os.path.realpath(path), os.path.realpath(root)
    return os.path.commonpath([real, top]) == top


def row_of(raw: Mapping[str, Any], line: int, folder: str) -> Row:
    """A row from what a manifest says of it; a relative path begins at `folder`. Raises InputError."""
    wishes = {name: value for name, value in raw.items() if value is not None}
    if not KNOWN_OF_SETS.isdisjoint(wishes):
        wishes = _without_truth(wishes)
    id, picture, instruction = (
        wishes.pop("id", None),
        wishes.pop(PICTURE, None),
        wishes.pop(INSTRUCTION, None),
    )
    if isinstance(id, int) and not isinstance(id, bool):
        id = str(id)
    if not (isinstance(id, str) and isinstance(picture, str)):
        raise _unnamed(id, picture)
    if dotted := [name for name in wishes if "." in name]:
        wishes["options"] = {
            **_options(wishes.get("options", {})),
            **{name: wishes.pop(name) for name in dotted},
        }
    return Row(id, _path(picture, folder), instruction, wishes, line)


def _without_truth(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a set as one of a batch."""
    twice = [f"{name} and {own}" for name, own in OF_SETS.items() if name in raw and own in raw]
    if twice:
        raise InputError("a row says one thing under two names", got=twice[0], remedy="leave one out")
    return {
        OF_SETS.get(name, name): one for name, one in raw.items() if name not in KNOWN_OF_SETS - {*OF_SETS}
    }


def _unnamed(id: object, picture: object) -> InputError:
    name, found = (PICTURE, picture) if isinstance(id, str) else ("id", id)
    if found is None:
        return InputError(f"a row has an id and a {PICTURE}", got=f"no {name}", remedy=f"add its {name}")
    return InputError(f"the {name} is a text", got=kind_of(found), remedy="put it in quotes")


def _path(picture: str, folder: str) -> str:
    if picture.startswith("/") or remote.is_address(picture):
        return picture
    if remote.is_address(folder):
        return remote.Address(folder) / picture
    return os.path.join(folder, os.path.expanduser(picture))


def _options(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InputError(
            "the options are given by name", got=kind_of(given), remedy='like {"gate.slack": 0.01}'
        )
    return given
