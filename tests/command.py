"""The command in this process."""

from __future__ import annotations

import sys

import pytest

from frame2frame import cli


def f2f(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run it and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["f2f", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)
