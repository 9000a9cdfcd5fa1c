"""The command in this process."""

from __future__ import annotations

import signal
import sys
from functools import cache
from importlib import import_module
from typing import Any

import pytest
import typer.main

from frame2frame.cli import commands as cli
from frame2frame.engine.models.store import ModelStore

LOADED = ModelStore()
"""What the commands before have loaded; in a process of its own, each loads anew."""
COMMAND = cache(typer.main.get_command)
"""Made of the same functions every time."""
PLANNED = (import_module("frame2frame.plan"), "of"), (import_module("frame2frame.picking"), "plan_of")


def f2f(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run it and return its exit code."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.getsignal(number) for number in numbers]
    monkeypatch.setattr(sys, "argv", ["f2f", *words])
    try:
        with monkeypatch.context() as patch, pytest.raises(SystemExit) as stopped:
            patch.setattr(typer.main, "get_command", COMMAND)
            patch.setattr(sys.modules["__main__"], "__package__", None)  # or pytest is named
            for module, name in PLANNED:
                patch.setattr(module, name, _kept(getattr(module, name)))
            cli.main()
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    return int(stopped.value.code or 0)


def _kept(planned: Any) -> Any:
    return lambda asked, store=None: planned(asked, store or LOADED)
