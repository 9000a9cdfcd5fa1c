"""The flags of wishes, which follow from their definitions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

import typer

from ..plugins.asking import Wish, wishes_of
from ..plugins.wishes import PART_WISHES
from . import completion

Command = TypeVar("Command", bound=Callable[..., None])

_TYPES: dict[str, Any] = {
    "int": int,
    "float": float,
    "bool": bool,
    "str": str,
    "Path": Path,
    "list": list[str],
}


def asking(kind: type, keywords: type, *, open: bool = False) -> Callable[[Command], Command]:
    """Give a command the flags of the wishes that it has parameters for.

    They are those of a request and, of the parts' own, those among its `keywords`. A command that takes
    `**wishes` has all of them. Where it leaves them `open`, what nobody asked for is None.
    """
    flags = _flags(kind, keywords)
    if open:
        flags = {name: _left_open(one) for name, one in flags.items()}

    def decorated(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True).parameters
        found = [_told(one, flags) for one in own.values() if one.kind is not one.VAR_KEYWORD]
        if len(found) < len(own):
            others = [flag for name, flag in flags.items() if name not in own]
            found = sorted([*others, *found], key=lambda one: one.default is not one.empty)
        command.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in found}
        return command

    return decorated


def _left_open(flag: inspect.Parameter) -> inspect.Parameter:
    """The same without a default."""
    if flag.default is None:
        return flag
    typed, option = get_args(flag.annotation)
    told = copy(option)
    told.show_default = False
    return flag.replace(default=None, annotation=Annotated[typed | None, told])


def _told(own: inspect.Parameter, flags: Mapping[str, inspect.Parameter]) -> inspect.Parameter:
    """A command's own parameter, with the help of the wish of this name where it has none itself."""
    if own.name not in flags or get_origin(own.annotation) is Annotated:
        return own
    _, option = get_args(flags[own.name].annotation)
    told = copy(option)
    told.show_default = option.show_default if own.default is None else True
    return own.replace(annotation=Annotated[own.annotation, told])


@cache  # several commands share them
def _flags(kind: type, keywords: type) -> Mapping[str, inspect.Parameter]:
    """By name; `options` is no flag, as --set sets each of them."""
    own = {name: _flag(wish) for name, wish in wishes_of(kind).items() if name != "options"}
    return own | {
        name: _parameter(name, part.typed, _option(part.help, part.panel, part.shown), None)
        for name, part in PART_WISHES.items()
        if name in keywords.__annotations__
    }


def _flag(wish: Wish) -> inspect.Parameter:
    flag, default = wish.flag, wish.default
    if wish.typed == "bool":
        option = _option(flag.help, flag.panel, True, f"{wish.words}/--no-{wish.words[2:]}")
        return _parameter(wish.name, wish.typed, option, default)
    plain = isinstance(default, str) and not flag.shown
    option = _option(flag.help, flag.panel, flag.shown or plain)
    if flag.names is not None:
        option.autocompletion = completion.offering(flag.names)
    return _parameter(wish.name, wish.typed, option, default if plain else None)


def _option(told: str, panel: str, shown: str | bool, *names: str) -> Any:
    return typer.Option(*names, help=told, rich_help_panel=panel or None, show_default=shown or False)


def _parameter(name: str, typed: str, option: Any, default: Any) -> inspect.Parameter:
    kind = _TYPES[typed] if default is not None else _TYPES[typed] | None
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, keyword, default=default, annotation=Annotated[kind, option])
