"""What is wrong with a command line that Typer refused, what was likely meant, and whose help says more."""

from __future__ import annotations

import re
import sys
from itertools import takewhile
from typing import Any

from ..errors import InputError, nearest
from ..plugins.asking import FAMILIAR, PACE

_COMMAND = re.compile(r"No such command '(.*?)'")
_MISSING = re.compile(r"Missing (?:argument|option) '(.*?)'")
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)")
_INVALID = re.compile(r"Invalid value for '(.*?)'")
_TAKES = {"int": "a whole number", "float": "a number"}
"""By how the name of the reason begins with which a value is refused."""
_ARGUMENTS = {"instruction": "the instruction is no option: it follows the picture"}


def explained(error: Any) -> InputError | None:
    """The same error as one of ours; None where the line was empty, as the help is shown then."""
    what = " ".join(error.format_message().split()).rstrip(".")
    if not what:
        return None
    option, command = getattr(error, "option_name", None), _COMMAND.match(what)
    guess, got = "", _refused(error)
    if command:
        what = f"there is no command {command[1]}"
        guess = _guess(command[1], list(error.ctx.command.commands))
    elif option is not None and hasattr(error, "possibilities"):
        what = f"there is no option {option}"
        guess = _elsewhere(option, error.ctx) or _option_meant(option, _options(error.ctx))
    elif missing := _MISSING.match(what):
        what = f"{missing[1]} is missing"
    elif extra := _EXTRA.match(what):
        what, got = "there are more words than the command takes", repr(extra[1])
        guess = "put words that belong together in quotes."
    elif (invalid := _INVALID.match(what)) and (wanted := _wanted(error)):
        what = f"{invalid[1]} takes {wanted}"
    remedy = f"{guess} See" if guess else "see"
    return InputError(what, got=got, remedy=f"{remedy} `{_path(error.ctx)} --help`")


def _path(context: Any) -> str:
    """The command whose line it was, whatever the program was started as."""
    names = [] if context else list(takewhile(lambda word: word[:1] != "-", sys.argv[1:2]))
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name)
        context = context.parent
    return " ".join(["f2f", *names])


def _options(context: Any) -> list[str]:
    return [name for one in context.command.params for name in one.opts if name.startswith("--")]


def _elsewhere(option: str, context: Any) -> str:
    """Where an option stands that another part of the same line takes."""
    path = _path(context)
    outer = context.parent
    while outer is not None:
        if option in _options(outer):
            rest = path.removeprefix(f"{_path(outer)} ")
            return f"it stands before the command: `{_path(outer)} {option} {rest}`."
        outer = outer.parent
    commands = getattr(context.command, "commands", {})
    words = [word for word in sys.argv[1:] if word in commands]
    for name in words:
        if any(option in one.opts for one in commands[name].params):
            return f"it stands after the command: `{path} {name} {option}`."
    return ""


def _option_meant(option: str, options: list[str]) -> str:
    """What the option is called here, where another program calls it so; else one that is spelt like it."""
    name = option.lstrip("-").replace("-", "_")
    ours = FAMILIAR.get(name, "")
    if name == "fps":
        return f"{PACE}."
    if "." in ours and "--set" in options:
        return f"that is --set {ours}=… here."
    if (flag := f"--{ours.replace('_', '-')}") in options:
        return f"that is {flag} here."
    return f"{_ARGUMENTS[ours]}." if ours in _ARGUMENTS else _guess(option, options)


def _guess(word: str, names: list[str]) -> str:
    near = nearest(word, names)
    return f"did you mean {near}?" if near else ""


def _refused(error: Any) -> str:
    """The value that was refused, which Typer's own message leaves out."""
    reason = _reason(error)
    return f"{reason['input']!r:.80}" if reason else ""


def _wanted(error: Any) -> str:
    """What there should have been in its place, as far as it is a matter of its kind; else nothing."""
    kind, _, fault = str(_reason(error).get("type", "")).partition("_")
    return _TAKES.get(kind, "") if fault in ("parsing", "type") else ""


def _reason(error: Any) -> dict[str, Any]:
    reasons = getattr(error.__cause__, "errors", None)
    return dict(reasons()[0]) if callable(reasons) else {}
