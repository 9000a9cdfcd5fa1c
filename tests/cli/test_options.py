"""`f2f options` lists what can be set."""

from __future__ import annotations

import json

import pytest

from frame2frame.plugins.naming import known_options

from ..command import f2f


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert f2f(monkeypatch, "options", *words) == 0
    return capsys.readouterr().out


def test_every_option_is_listed_with_its_type_range_default_and_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(monkeypatch, capsys)
    for known in known_options():
        assert f"{known.spec.full} " in out and known.spec.help in out
    line = next(line for line in out.splitlines() if line.startswith("gate.slack"))
    assert line.split(maxsplit=1)[1].split("  ")[0] == "a number, 0 to 1" and line.endswith(" 0.25")


@pytest.mark.parametrize(
    ("part", "has", "lacks"),
    [
        ("wishes", "--frames", "--options"),
        ("gate", "gate.sure_gain", "select.settled"),
        ("select", "select.settled", "gate.slack"),
        ("earliest", "steady.zoom", "select.late"),
        ("generator.solver", "unipc", "generator.shift"),
    ],
)
def test_a_part_or_a_plugin_lists_its_own(
    part: str, has: str, lacks: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(monkeypatch, capsys, part)
    assert has in out and lacks not in out


def test_a_program_reads_them_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(printed(monkeypatch, capsys, "strategy", "--json"))["options"]
    (one,) = (one for one in listed if one["name"] == "strategy.candidates")
    assert (one["flag"], one["of"]["search"]) == (
        "--candidates",
        {"type": "int", "required": False, "default": 4, "low": 1},
    )


def test_a_part_that_there_is_not_is_answered_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "options", "earlest") == 2
    assert "did you mean earliest" in capsys.readouterr().err
