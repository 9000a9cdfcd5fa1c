"""No command, argument or flag of `f2f` vanishes or means another thing."""

from __future__ import annotations

import pytest

from ..command import f2f
from .commands import described
from .golden import golden, lost

BEFORE = golden("commands")


@pytest.mark.parametrize("command", BEFORE)
def test_a_command_takes_all_that_it_took(command: str) -> None:
    assert lost(BEFORE[command], described().get(command, {}), command) == []


@pytest.mark.parametrize("command", BEFORE)
def test_a_command_shows_its_help(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, *command.split()[1:], "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"Usage: {command}" in shown and "--help" in shown


def test_an_argument_that_becomes_required_is_noticed() -> None:
    now = described()
    for command, before in BEFORE.items():
        assert set(now[command]["required"]) <= set(before["required"]), command
