"""The command in this process."""

from __future__ import annotations

import signal
import sys

import pytest

from frame2frame import cli


def f2f(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run it and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["f2f", *words])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as stopped:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    return int(stopped.value.code or 0)
