"""All commands: for the help a line of each will do, so a command is loaded only when it is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer.main
from typer.core import TyperCommand, TyperGroup

LINES = {
    "edit": "Edit a picture. The result and a report go into a new run folder.",
    "pick": "Pick the frame of your own clip that shows the target; the result goes into a run folder.",
    "demo": "Edit a drawing and a photograph that come along, with the embedded model.",
    "examples": "Copy the example pictures into this folder, to try edits on.",
    "replay": "Repeat a run from its PNG or its folder.",
    "batch": "Make many edits from a list. A row that fails does not end it, and what is done is never done "
    "twice.",
    "reselect": "Choose another frame of a finished run, from the frames that it kept. Nothing is drawn "
    "again.",
    "app": "Serve the page for a browser on this machine, until Ctrl-C.",
    "animate": "Make a moving picture of an edit, from your picture to the chosen frame, to show to others.",
    "calibrate": "Fit the gate to an encoder that you have, by drawn clips, so that it says "
    '"none" when that is right.',
    "options": "List all that can be set, of the run and of every part: name, type, range, default, what it "
    "does.",
    "evaluate": "Measure a model on episodes that it was not trained on, where the right answer is known.",
    "ablate": "Change one choice of the method at a time, on the same held-out episodes and seeds.",
    "reproduce": "Run a published evaluation anew, with its settings; its own figures stand below.",
    "doctor": "Show what is installed and what this machine can do; paste it into a bug report.",
    "tabletop": "The small drawn world in which the right answer is known.",
    "models": "Video models: see which fit, fetch, check, choose and remove them.",
    "bundle": "Show others what a model does on this machine.",
}
"""How each command's own help begins, in the order in which the help of the program lists them."""

OLD = ("bench",)
"""Commands that the help does not list."""

_MODULES = {"replay": "edit", "app": "page", "bench": "bundle"}
"""Where a command is whose module has another name."""


class Commands(TyperGroup):
    """Typer's group of commands, which would build each with all its flags whenever the program starts."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.commands = _Loaded()  # type: ignore[assignment]  # nothing is ever added

    def list_commands(self, context: Any) -> list[str]:
        """The names that the help and the shell show."""
        return list(LINES)

    def get_command(self, context: Any, name: str) -> TyperCommand | None:
        """As the help and the shell show it; None if there is none of this name."""
        return TyperCommand(name, help=LINES.get(name)) if name in self.commands else None

    def resolve_command(self, context: Any, words: list[str]) -> Any:
        """The command that is called, which is loaded now."""
        name, _, rest = super().resolve_command(context, words)
        return name, name and self.commands[name], rest


class _Loaded(Mapping[str, Any]):
    """All commands by name; one is loaded when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        return _loaded(name)

    def __contains__(self, name: object) -> bool:
        return name in LINES or name in OLD

    def __iter__(self) -> Iterator[str]:
        yield from (*LINES, *OLD)

    def __len__(self) -> int:
        return len(LINES) + len(OLD)


@cache
def _loaded(name: str) -> Any:
    module = import_module(f".{_MODULES.get(name, name)}", __package__)
    return typer.main.get_group(module.commands).commands[name]
