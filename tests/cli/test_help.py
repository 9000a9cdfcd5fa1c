"""What the command line says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
import typer

from frame2frame.cli.commands import app
from frame2frame.cli.listing import LINES, OLD
from frame2frame.engine.device.memory import PRESETS as MEMORY
from frame2frame.engine.models.catalogue import EMBEDDED
from frame2frame.engine.models.presets import PRESETS
from frame2frame.geometry.energy import Weights
from frame2frame.plugins import registry
from frame2frame.worlds import tabletop

from ..command import f2f


def commands(group: Any, path: str = "f2f") -> Iterator[tuple[str, Any]]:
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{path} {name}")
        else:
            yield f"{path} {name}", one


ROOT: Any = typer.main.get_command(app)
COMMANDS = dict(commands(ROOT))
EDIT = {one.name: one for one in COMMANDS["f2f edit"].params}


def default_of(part: str, option: str) -> str:
    kind, name = part.split()
    return f"{next(one.default for one in fields(registry.find(kind, name)) if one.name == option):g}"


def test_every_command_and_every_option_has_a_sentence_of_its_own() -> None:
    assert len(COMMANDS) > 12
    for path, command in COMMANDS.items():
        assert re.match(r"[A-Z].*\.$", " ".join(command.help.split())), path
        for one in command.params:
            assert one.name == "help" or re.match(r"\S.*\.$", one.help or "", re.DOTALL), (path, one.name)
            assert not re.match(r"(Of|That|Its|And)\b", one.help or ""), (path, one.name)


@pytest.mark.parametrize("name", ROOT.commands)
def test_a_command_is_listed_as_its_own_help_begins(name: str) -> None:
    own = ROOT.commands[name]
    assert own.name == name and own.hidden == (name not in LINES)
    assert name in OLD or " ".join(own.help.partition("\n\n")[0].split()) == LINES[name]


def test_what_an_edit_does_when_an_option_is_left_out_is_said() -> None:
    unsaid = {"preset", "negative_prompt", "caption_text", "prompt_dir", "set_", "lora", "identity", "mask"}
    for name, one in EDIT.items():
        if one.default is None and name not in unsaid | {"image", "instruction"}:
            assert isinstance(one.show_default, str), name


def test_the_defaults_that_are_said_are_those_of_the_parts() -> None:
    shown = {name: one.show_default for name, one in EDIT.items()}
    path, search = "strategies path", "strategies search"
    one, rounds = default_of("strategies one-shot", "candidates"), default_of(path, "candidates")
    assert shown["candidates"] == f"{one}; path {rounds}; search {default_of(search, 'candidates')}"
    assert (shown["rounds"], shown["strength"]) == (default_of(path, "rounds"), default_of(path, "strength"))
    for entry in fields(Weights):
        if entry.name in shown:
            assert shown[entry.name] == f"{entry.default:g}", entry.name


@pytest.mark.parametrize(
    ("command", "option", "names"),
    [
        ("edit", "select", tuple(registry.BUILT_IN["selectors"])),
        ("edit", "strategy", tuple(registry.BUILT_IN["strategies"])),
        ("edit", "preset", tuple(PRESETS)),
        ("edit", "memory", tuple(map(str, MEMORY))),
        ("edit", "model", (EMBEDDED,)),
        ("tabletop sample", "kind", tabletop.KINDS),
        ("tabletop sample", "course", ("whole", "never", "reverts", "other")),
    ],
)
def test_an_option_names_all_that_it_takes(command: str, option: str, names: tuple[str, ...]) -> None:
    (one,) = [one for one in COMMANDS[f"f2f {command}"].params if one.name == option]
    for name in names:
        assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"{one.help} {one.show_default}"), name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("edits", "there is no command edits; did you mean edit? See `f2f --help`"),
        ("models pul x", "there is no command pul; did you mean pull? See `f2f models --help`"),
        ("zzz", "there is no command zzz; see `f2f --help`"),
        ("edit a b --sed 1", "there is no option --sed; did you mean --seed? See `f2f edit --help`"),
        ("edit a b --zzz", "there is no option --zzz; see `f2f edit --help`"),
        ("edit a b --num-frames 9", "that is --frames here. See `f2f edit --help`"),
        ("edit a b --num-inference-steps 9", "that is --steps here."),
        ("edit a b --guidance-scale 9", "that is --guidance here."),
        ("edit a b --scheduler dpm", "that is --set generator.solver=… here."),
        ("edit a b --output-dir x", "that is --out here."),
        ("edit a --prompt b", "the instruction is no option"),
        ("--json edit a b", "it stands after the command: `f2f edit --json`. See `f2f --help`"),
        ("models pull x --offline", "it stands before the command: `f2f --offline models pull`."),
        ("edit a b --fps 8", "the answer is one frame"),
        ("edit a", "f2f: instruction is missing; say what to change, or describe the wanted scene"),
        ("pick a --target b", "f2f: --source is missing; see `f2f pick --help`"),
        ("edit a b c d", "more words than the command takes; got 'c d'; put words that belong together in"),
        ("edit a b --frames x", "f2f: --frames takes a whole number; got 'x'; see `f2f edit --help`"),
        ("edit a b --guidance x", "f2f: --guidance takes a number; got 'x'; see `f2f edit --help`"),
        ("edit a b --width", "see `f2f edit --help`"),
        ("models list --output x", "there is no option --output; see `f2f models list --help`"),
    ],
)
def test_a_line_that_is_not_understood_says_what_was_meant_and_whose_help_to_read(
    line: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, *line.split()) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and "?;" not in error
