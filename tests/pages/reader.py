"""Somebody who reads a page from top to bottom and does what it says, in this process."""

from __future__ import annotations

import argparse
import importlib
import io
import runpy
import shutil
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import pytest
import typer.main
import uvicorn

from frame2frame.app import server
from frame2frame.cli import commands as cli
from frame2frame.engine.models.catalogue import EMBEDDED, MODELS

from ..command import f2f
from .blocks import ROOT, Block, Command

ANSWERS = dict.fromkeys(("edit", "pick", "replay", "reselect", "demo"), (0, 3)) | {"animate": (0, 2)}
"""The exit codes of commands whose answer depends on the weights: a stand-in's are random."""

DEVICES = {"all": "cpu,cpu", "cuda:0,cuda:2": "cpu,cpu"}
"""Processors that are named twice stand for the GPUs that a page names."""
NEWEST = "outputs/…"
BOUND = server.bound
MODEL = MODELS[EMBEDDED]
FOR_REAL = "README.md"
"""The page whose Python is run by the embedded model itself."""


class ParsedError(Exception):
    """A program understood its command line."""


@dataclass
class Reader:
    """Keeps the names of the Python blocks from one to the next."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    store: Path
    """Every model that the pages name; each block finds all of them, whatever the one before removed."""
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})

    def fails(self, block: Block) -> list[str]:
        """Do what a block says; a line for each thing that does not work."""
        self.monkeypatch.setenv("FRAME2FRAME_MODEL_DIR", str(Path("pulled").absolute()))
        self._serve_nobody()
        shutil.rmtree("config", ignore_errors=True)
        if files_in(Path("pulled")) != files_in(self.store):
            shutil.rmtree("pulled", ignore_errors=True)
            shutil.copytree(self.store, "pulled", symlinks=True)
        if block.language == "python":
            return self._python(block)
        return [found for command in block.commands() if (found := self._command(command))]

    def _python(self, block: Block) -> list[str]:
        lines = "\n" * (block.line - 1) + with_newest(block.text)
        try:
            with self.monkeypatch.context() as patch:
                if block.page == FOR_REAL:
                    patch.setitem(MODELS, EMBEDDED, MODEL)
                exec(compile(lines, block.page, "exec"), self.names)
        except Exception as error:
            line = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)][1]
            return [f"{block.page}:{line}: {type(error).__name__}: {error}"]
        return []

    def _command(self, command: Command) -> str:
        self.capsys.readouterr()
        wanted = ANSWERS.get(command.words[1], (0,))
        try:
            code = self._run(list(map(self._real, command.words, ["", *command.words])))
        except Exception as error:
            return f"{command.place}: `{command}` raised {type(error).__name__}: {error}"
        said = self.capsys.readouterr().err.strip().splitlines()
        return "" if code in wanted else f"{command.place}: `{command}` ended with {code}: {said[-1:]}"

    def _real(self, word: str, before: str) -> str:
        """A word of a command as it is on this machine; a device comes after its flag."""
        return DEVICES.get(word, word) if before == "--device" else with_newest(word)

    def _run(self, words: list[str]) -> int:
        if words[0] == "f2f":
            self.monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
            return f2f(self.monkeypatch, *words[1:])
        if words[0] in ("python", "python3") and words[1] == "app.py":
            return self._page(words[2:])
        raise AssertionError("nobody here knows how to run this; say why it is not run in a comment")

    def _serve_nobody(self) -> None:
        """Let the page end where it would wait for a browser, on whatever port is free."""
        self.monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: None)
        self.monkeypatch.setattr(server, "bound", lambda port: BOUND(0))

    def _page(self, words: list[str]) -> int:
        """The page, started as the clone starts it."""
        self.monkeypatch.setattr(sys, "argv", ["app.py", *words])
        with pytest.raises(SystemExit) as stopped:
            runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
        return int(stopped.value.code or 0)


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of each, by its place in the folder."""
    told = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {name: (one.st_size, one.st_mtime_ns) for name, one in told.items() if not S_ISDIR(one.st_mode)}


def with_newest(text: str) -> str:
    """A text in which the folder of the last run is named, where a page leaves that to its reader."""
    if NEWEST not in text:
        return text
    return text.replace(
        NEWEST, str(max(Path("outputs").glob("[!.]*"), key=lambda run: run.stat().st_mtime_ns))
    )


def parse(words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program that a command names read its options, and do nothing. Raises whatever is wrong."""
    if words[0] == "f2f":
        return _parse_f2f(list(words[1:]))
    module = words[1:3] == ("-m", "frame2frame.evaluation")
    found = importlib.import_module("frame2frame.evaluation.__main__").__dict__ if module else None
    main = (found or runpy.run_path(str(ROOT / words[1])))["main"]
    read = argparse.ArgumentParser.parse_args

    def stop(self: argparse.ArgumentParser, *given: Any) -> None:
        read(self, *given)
        raise ParsedError

    with monkeypatch.context() as patch, pytest.raises(ParsedError):
        patch.setattr(argparse.ArgumentParser, "parse_args", stop)
        main(list(words[3 if module else 2 :]))


def _parse_f2f(words: list[str]) -> None:
    command: Any = typer.main.get_command(cli.app)
    name: str | None = "f2f"
    while hasattr(command, "resolve_command"):
        context = command.make_context(name, words)
        name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
    command.make_context(name, words)
