"""Each call of `f2f` ends with the exit code that it had, and its JSON has all keys that it had."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from PIL import Image

from ..command import f2f
from .answers import CALLS, EDIT, told, words
from .golden import golden, lost

BEFORE = golden("answers")


@pytest.mark.parametrize("call", CALLS)
def test_a_call_answers_as_it_did(
    call: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, *words(call)) == CALLS[call]
    said = capsys.readouterr()
    if call in BEFORE:
        assert lost(BEFORE[call], told(said.out), call) == []
    if CALLS[call] == 2:
        assert said.err.startswith("f2f: ") and said.err.count("\n") == 1


def test_a_stopped_edit_exits_with_130_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: signal.raise_signal(signal.SIGINT))
    assert f2f(monkeypatch, *words(EDIT)) == 130
    assert "stopped" in capsys.readouterr().err
    assert not list(tmp_path.glob("outputs/*"))
