"""The programs beside the package, as functions."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[2] / "benchmarks"

Main = Callable[[list[str]], int]


@pytest.fixture
def program() -> Callable[[str], Main]:
    """The main function of a program, by its file's name."""

    def main(name: str) -> Main:
        found: Main = runpy.run_path(str(PROGRAMS / name))["main"]
        return found

    return main
