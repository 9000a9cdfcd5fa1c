"""What other packages offer, by entry point.

A package offers a part in the group of its kind, and models in a group of their own:

    [project.entry-points."frame2frame.selectors"]
    sharpest = "my_package:Sharpest"

    [project.entry-points."frame2frame.models"]
    mine = "my_package:MODELS"

A part is a frozen dataclass that satisfies the protocol of its kind in `stages`; what it can do it says with
`capabilities`. Models are a `Model`, several of them, or a function without arguments that returns either.

A package that cannot be used is named in one line by whoever asks for its parts, and stops nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any

from ..errors import PluginError
from .model import Model

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

WORDS = {
    "captioners": "captioner",
    "generators": "generator",
    "encoders": "encoder",
    "scorers": "scorer",
    "selectors": "selector",
    "strategies": "strategy",
}
"""Each kind of part in the singular."""

_METHODS = {
    "captioners": ("write",),
    "generators": ("sampling", "draft"),
    "encoders": ("images", "texts"),
    "scorers": ("score",),
    "selectors": ("choose", "enough"),
    "strategies": ("run",),
}
"""What a part of each kind has at least."""

_MODEL_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,95}")


def points_of(group: str) -> Iterable[EntryPoint]:
    """What packages offer in a group of ours; nothing is loaded."""
    from importlib.metadata import entry_points  # which loads all that reads mail

    return entry_points(group=f"frame2frame.{group}")


def offers(kind: str) -> dict[str, list[EntryPoint]]:
    """The parts of a kind, by name; nothing is loaded."""
    found: dict[str, list[EntryPoint]] = {}
    for point in points_of(kind):
        found.setdefault(point.name, []).append(point)
    return found


def all_offers() -> Iterator[EntryPoint]:
    """The parts of all kinds, and the models; nothing is loaded."""
    for kind in (*WORDS, "models"):
        yield from points_of(kind)


def part(kind: str, points: list[EntryPoint]) -> Any:
    """The class that these entry points of one name lead to; raises PluginError."""
    point, word = points[0], WORDS[kind]
    if len(points) > 1:
        got = " and ".join(map(name_of, points))
        what = f"two packages have a {word} called {point.name!r}"
        raise PluginError(what, got=got, remedy="uninstall one of them")
    found = _load(point, f"{word} {point.name!r}")
    if fault := _fault_of(found, _METHODS[kind]):
        what = f"the {word} {point.name!r} of {name_of(point)} is none"
        got = f"{point.value}, {fault}"
        raise PluginError(what, got=got, remedy="its author finds the protocol in frame2frame.plugins")
    return found


def models() -> Iterator[Model | PluginError]:
    """Every model that is registered, or why those of a package are not."""
    for point in points_of("models"):
        try:
            rows = _rows(point)
        except PluginError as error:
            yield error
        else:
            yield from rows


def name_of(point: EntryPoint) -> str:
    """The package of an entry point, with its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else f"a package ({point.value})"


def _fault_of(found: Any, methods: tuple[str, ...]) -> str:
    """What keeps it from being a part; empty if nothing does."""
    if not (isinstance(found, type) and is_dataclass(found)):
        return "which is no dataclass"
    missing = [name for name in methods if not callable(getattr(found, name, None))]
    return f"which has no {' and no '.join(missing)}" if missing else ""


def _rows(point: EntryPoint) -> list[Model]:
    """Raises PluginError."""
    given = _load(point, "models")
    try:
        given = given() if callable(given) else given
        rows = [given] if isinstance(given, Model) else list(given)
    except Exception as error:
        raise _unusable(point, "models", error) from error
    for row in rows:
        if not isinstance(row, Model) or not _MODEL_NAME.fullmatch(row.name):
            got = f"a model named {row.name!r:.80}" if isinstance(row, Model) else f"{row!r:.80}"
            what = f"the models of {name_of(point)} cannot be used"
            raise PluginError(what, got=got, remedy="its author gives each a name in small letters")
    return [replace(row, package=name_of(point)) for row in rows]


def _load(point: EntryPoint, what: str) -> Any:
    """Raises PluginError, also where the package would end the program."""
    try:
        return point.load()
    except (Exception, SystemExit) as error:
        raise _unusable(point, what, error) from error


def _unusable(point: EntryPoint, what: str, error: BaseException) -> PluginError:
    return PluginError(
        f"the {what} of {name_of(point)} cannot be loaded",
        got=f"{type(error).__name__}: {error!s:.200}",
        remedy="update or uninstall that package",
    )
