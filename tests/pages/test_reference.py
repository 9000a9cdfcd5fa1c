"""The reference has an entry for each command and each public name; the site fills them in from the code."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import fields
from inspect import isclass
from typing import Any

import pytest
import typer.main

import frame2frame
from frame2frame import cli
from frame2frame.runs.read import StepRecord
from frame2frame.runs.record import Execution, PlanRecord, Settings

from .blocks import ROOT

REFERENCE = ROOT / "docs" / "reference"
MODULES = ("frame2frame.plugins.stages", "frame2frame.plugins.draws")
"""Where all that is defined is public, beside what the package itself names."""


def commands(group: Any, path: str = "f2f") -> Iterator[str]:
    """All but old names, which the help does not show."""
    for name, one in ((name, one) for name, one in group.commands.items() if not one.hidden):
        below = commands(one, f"{path} {name}") if hasattr(one, "commands") else [f"{path} {name}"]
        yield from below


def entries(page: str, pattern: str) -> list[str]:
    return re.findall(pattern, (REFERENCE / page).read_text("utf-8"), re.MULTILINE)


def test_the_reference_has_every_command_once_and_no_other() -> None:
    shown = entries("commands.md", r"^```\{command\} (.+)$")
    assert sorted(shown) == sorted(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("command", entries("commands.md", r"^```\{command\} (.+)$"))
def test_a_command_stands_below_a_heading_of_its_name(command: str) -> None:
    assert command in entries("commands.md", r"^## (.+)$")


DOCUMENTED = entries("python.md", r"^\.\. auto(?:function|class|exception):: (\S+)$")


def test_the_reference_has_every_public_name() -> None:
    assert {f"frame2frame.{name}" for name in frame2frame.__all__} <= set(DOCUMENTED)
    for module in map(importlib.import_module, MODULES):
        own = {
            thing for thing in vars(module).values() if isclass(thing) and thing.__module__ == module.__name__
        }
        assert {f"{module.__name__}.{one.__name__}" for one in own} <= set(DOCUMENTED)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_the_reference_names_is_there_and_says_what_it_is(name: str) -> None:
    module, _, own = name.rpartition(".")
    assert getattr(importlib.import_module(module), own).__doc__


@pytest.mark.parametrize("part", [Settings, PlanRecord, StepRecord, Execution])
def test_the_page_of_the_run_folder_names_every_field_of_a_record(part: type) -> None:
    named = entries("run-folder.md", r"`(\w+)`")
    assert not {one.name for one in fields(part)} - set(named)
