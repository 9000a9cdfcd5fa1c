"""What goes wrong inside a part of another package, in one line that names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from typing import Any

from ..errors import Frame2FrameError, PluginError
from . import packages

_REMEDY = "leave it out, or tell its author"


@contextmanager
def blamed() -> Iterator[None]:
    """What another package's own code raises becomes a PluginError; its traceback stays as the cause."""
    try:
        yield
    except Frame2FrameError:
        raise
    except (Exception, SystemExit) as error:
        if (found := _failed(error)) is None:
            raise
        package, place = found
        what, got = f"a part of {package} failed", f"{type(error).__name__}: {error} ({place})"
        raise PluginError(what, got=got, remedy=_REMEDY) from error


def unusable(word: str, part: Any, what: str, got: str) -> PluginError:
    """The error of a part, such as a scorer, that gives what nobody can use."""
    kind = type(part)
    return PluginError(f"the {word} {kind.__module__}.{kind.__qualname__} {what}", got=got, remedy=_REMEDY)


def _failed(error: BaseException) -> tuple[str, str] | None:
    """The package that an error passed through last, and its line there."""
    known = {point.module.partition(".")[0]: point for point in packages.all_offers()}
    for frame, line in reversed(list(walk_tb(error.__traceback__))):
        module = str(frame.f_globals.get("__name__", ""))
        if point := known.get(module.partition(".")[0]):
            return packages.name_of(point), f"line {line} of {module}"
    return None
