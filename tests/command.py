"""The command in this process."""

from __future__ import annotations

import signal
import sys

import pytest

from frame2frame.cli import commands as cli


def f2f(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run it and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["f2f", *words])
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.getsignal(number) for number in numbers]
    try:
        with pytest.raises(SystemExit) as stopped:
            cli.main()
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    return int(stopped.value.code or 0)
