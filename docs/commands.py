"""The help of a command as part of a page: a fence `{command} f2f edit` is filled from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from frame2frame.cli import app


def find(words: list[str]) -> Any:
    """The command that a line like `f2f models pull` names; raises KeyError if there is none."""
    command: Any = typer.main.get_command(app)
    for word in words[1:]:
        command = command.commands[word]
    return command


def described(line: str) -> Iterator[str]:
    """A command's help in Markdown, block by block."""
    command = find(line.split())
    arguments = [name(one, command) for one in command.params if one.param_type_name == "argument"]
    yield f"```text\n{' '.join([line, *arguments, '[OPTIONS]'])}\n```"
    yield command.help
    yield from tables(command)
    if command.epilog:
        yield f"```text\n{command.epilog}\n```"


def tables(command: Any) -> Iterator[str]:
    """A table for each panel of the help."""
    panels: dict[str, list[Any]] = {}
    for one in command.params:
        if one.name != "help" and not one.hidden:
            panels.setdefault(getattr(one, "rich_help_panel", None) or "", []).append(one)
    for title, parameters in panels.items():
        if title:
            yield f"**{title}**"
        rows = (row(name(one, command), default(one), one.help or "") for one in parameters)
        yield "\n".join(["| | default | |", "| --- | --- | --- |", *rows])


def row(name: str, *cells: str) -> str:
    """A line of the table."""
    return (
        "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in (f"`{name}`", *cells)) + " |"
    )


def name(one: Any, command: Any) -> str:
    """How an argument or an option is written, with what it takes."""
    if one.param_type_name == "argument":
        plain = one.metavar or one.name.upper()
        return plain if one.required else f"[{plain}]"
    kind = one.metavar or one.display_type(ctx=command.context_class(command)).strip("<>").upper()
    taken = "" if kind == "BOOL" else f" {kind}"
    return ", ".join([*one.opts, *one.secondary_opts]) + taken


def default(one: Any) -> str:
    """What holds if an option is left out; empty where that is nothing."""
    if isinstance(one.show_default, str):
        return one.show_default
    if one.default is None or one.show_default is False or one.param_type_name == "argument":
        return ""
    if isinstance(one.default, bool):
        return "on" if one.default else "off"
    return f"`{one.default}`"


class Command(SphinxDirective):
    """The directive itself."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n\n".join(described(self.arguments[0])))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("command", Command)
    return {"parallel_read_safe": True}
