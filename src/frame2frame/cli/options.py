"""`f2f options`: what can be set, with its range, its default and one sentence each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING
from typing import Annotated, Any

import typer

from ..errors import InputError, meant
from ..plugins.asking import Wish, wishes_of
from ..plugins.naming import Known, known_options
from ..plugins.options import OptionSpec
from ..request import Request
from .answering import answer
from .flags import AsJson

commands = typer.Typer()

Part = Annotated[
    str | None,
    typer.Argument(help="A part, like gate or select, or a name, like earliest.", show_default="all"),
]


WISHES = "wishes"
"""What stands in the place of a part for what is asked of the run."""

_LONGEST = 60
"""Characters of a default that are shown."""


@commands.command()
def options(part: Part = None, as_json: AsJson = False) -> None:
    """List all that can be set, of the run and of every part: name, type, range, default, what it does."""
    wished = [] if part not in (None, WISHES) else _wishes()
    found = [] if part == WISHES else chosen(part)
    if as_json:
        answer({"wishes": [_wish(one) for one in wished], "options": [facts(known) for known in found]})
        return
    for wish in wished:
        _print(wish.words, wish.typed, told_default_of(wish), wish.flag.help)
    for known in found:
        _print(known.spec.full, takes(known), default_of(known), f"{known.spec.help}{_owners(known)}")


def _wishes() -> list[Wish]:
    """Those of an edit, but for that of all other options, which are listed one by one."""
    return [one for name, one in wishes_of(Request).items() if name != "options"]


def _print(name: str, takes: str, default: str, told: str) -> None:
    typer.echo(f"{name:<30}{takes:<40}{default}")
    typer.echo(f"    {told}")


def _wish(wish: Wish) -> dict[str, Any]:
    return {"flag": wish.words, "type": wish.typed, "default": told_default_of(wish), "help": wish.flag.help}


def told_default_of(wish: Wish) -> str:
    """What a wish is where nothing is said, in words."""
    if isinstance(wish.default, bool):
        return "yes" if wish.default else "no"
    return wish.flag.shown or (wish.default if isinstance(wish.default, str) else "")


def chosen(part: str | None) -> list[Known]:
    """The options of a part, or of a plugin by its name. Raises InputError with the nearest name."""
    every = known_options()
    found = [one for one in every if part in (None, one.spec.part, one.spec.full) or part in one.of]
    if not found:
        names = dict.fromkeys([WISHES, *(name for one in every for name in (one.spec.part, *one.of))])
        what = "there is no part of this name that has options"
        raise InputError(what, got=repr(part), remedy=meant(str(part), list(names)))
    return found


def facts(known: Known) -> dict[str, Any]:
    """For programs: what may differ between the plugins that have it stands under `of`."""
    spec = known.spec
    return {
        "name": spec.full,
        "part": spec.part,
        "help": spec.help,
        "flag": flag_of(known),
        "of": {name: _facts(one) for name, one in known.of.items()},
    }


def _facts(spec: OptionSpec) -> dict[str, Any]:
    limits = spec.limits
    known = {"low": limits.low, "above": limits.above, "high": limits.high, "choices": limits.choices or None}
    required = spec.default is MISSING
    return {
        "type": " or ".join(kind.__name__ for kind in spec.kinds),
        "required": required,
        "default": None if required else spec.default,
        **{name: value for name, value in known.items() if value is not None},
    }


def flag_of(known: Known) -> str | None:
    """The flag of its own, where it has one."""
    flag = known.spec.flag
    return None if flag is None else f"--{flag.name.replace('_', '-')}"


def takes(known: Known) -> str:
    """The type and the range."""
    return _joined({name: _takes(spec) for name, spec in known.of.items()})


def _takes(spec: OptionSpec) -> str:
    limits = str(spec.limits)
    return limits if spec.limits.choices else ", ".join(filter(None, (spec.type, limits)))


def default_of(known: Known) -> str:
    """What it is where nothing is said."""
    return _joined({name: _default(spec) for name, spec in known.of.items()})


def _default(spec: OptionSpec) -> str:
    if spec.default is MISSING:
        return "has to be given"
    if spec.default is None:
        return "left to the part"
    shown = json.dumps(spec.default, ensure_ascii=False)
    return shown if len(shown) < _LONGEST else f"{shown[:_LONGEST]}…"


def _joined(texts: Mapping[str, str]) -> str:
    """One text, or one for each of the plugins that differ."""
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{name}: {text}" for name, text in texts.items())


def _owners(known: Known) -> str:
    owners = [name for name in known.of if name != known.spec.part]
    told = ", ".join([*owners, *filter(None, [flag_of(known)])])
    return f" ({told})" if told else ""
