"""The commands of `f2f` with their arguments and flags, as Typer knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from frame2frame.cli import app


def described() -> dict[str, Any]:
    """Each command by its words: its arguments in order, and its flags by their first name."""
    return {words: _command(command) for words, command in commands()}


def commands() -> Iterator[tuple[str, Any]]:
    """All commands and groups by their words, the program itself first."""
    yield from _within("f2f", typer.main.get_command(app))


def _within(words: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield words, command
    for name, one in getattr(command, "commands", {}).items():
        yield from _within(f"{words} {name}", one)


def _command(command: Any) -> dict[str, Any]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    flags = [one for one in command.params if one.param_type_name == "option"]
    return {
        "arguments": " ".join(one.name for one in arguments),
        "required": [one.name for one in command.params if one.required],
        "flags": {one.opts[0]: _flag(one) for one in flags},
    }


def _flag(flag: Any) -> dict[str, Any]:
    names, default = [*flag.opts, *flag.secondary_opts], _default(flag)
    known = {"names": names, "type": _type(flag), "several": bool(flag.multiple)}
    return known if default is None else {**known, "default": default}


def _type(flag: Any) -> str:
    if flag.type_descriptor is None or flag.is_flag:
        return "flag"
    annotation = flag.type_descriptor.annotation
    return getattr(annotation, "__name__", str(annotation)) if annotation != list[str] else "str"


def _default(flag: Any) -> str | None:
    """What is shown as the default, else what it is; words that only describe one may be bettered."""
    shown = flag.show_default if isinstance(flag.show_default, str) else flag.default
    if isinstance(shown, str) and " " in shown:
        return "; ".join(word for word in shown.replace(";", "").split() if word.isdigit()) or None
    return None if shown is None else str(shown)
