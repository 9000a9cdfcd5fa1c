"""What the command answers: the same JSON for every run, paths that can be opened."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from frame2frame.cli import answering
from frame2frame.cli.answering import Answer, _knows_links, answer, fault
from frame2frame.errors import CancelledError, InputError
from frame2frame.runs.read import read_run
from frame2frame.worlds.tabletop.example import EXAMPLE

from .. import tiny
from ..command import f2f

pytestmark = pytest.mark.usefixtures("small_embedded")

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "command-line.md").read_text("utf-8")
QUICK = ("--frames", "9", "--steps", "1", "--seed", "5", "--device", "cpu")


def test_the_json_of_a_run_says_what_was_asked_what_came_and_where_it_lies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("edit", str(EXAMPLE.picture), EXAMPLE.instruction, *QUICK, "--candidates", "2", "--json")
    code = f2f(monkeypatch, *words)
    facts = json.loads(capsys.readouterr().out)
    assert facts.keys() == {"schema", *(entry.name for entry in fields(Answer))}
    assert facts["outcome"] == ("found" if code == 0 else "refused") and facts["shown"] is (code == 0)
    assert facts["candidate_seed"] == 5 + facts["candidate"] and facts["candidate"] in (0, 1)
    assert facts["target"] == "the purple cube hovers one height above the floor"
    assert facts["threshold"] == pytest.approx(tiny.THRESHOLD)
    seconds = dict(facts["seconds"])
    assert {"load", "look", "encode", "denoise", "decode", "score", "keep"} <= seconds.keys()
    recorded = read_run(Path(facts["folder"])).record.execution.seconds
    assert seconds.pop("total") == pytest.approx(sum(seconds.values())) and seconds == dict(recorded)
    semantic = facts["scores"]["semantic"]
    assert facts["similarity"] == (max(semantic) if code else semantic[facts["index"]])
    for place in ("folder", "image", "report"):
        assert Path(facts[place]).is_absolute() and Path(facts[place]).is_relative_to(tmp_path)
        assert Path(facts[place]).exists()


def test_the_page_names_every_field_of_the_json() -> None:
    named = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert named >= {"schema", "error", *(entry.name for entry in fields(Answer))}


def test_the_page_names_every_exit_code() -> None:
    assert set(re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)) == {"0", "1", "2", "3", "130"}


def test_an_error_has_the_schema_and_the_outcome_too() -> None:
    assert fault(InputError("no", got="5", remedy="yes")) == {
        "schema": 1,
        "outcome": "error",
        "error": {"kind": "InputError", "what": "no", "got": "5", "remedy": "yes", "exit_code": 2},
    }
    assert fault(CancelledError("stopped"))["error"]["exit_code"] == 130


def test_json_is_utf_8_without_characters_that_steer_a_terminal(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    told = {"caption": "der Ball wird blau – 藍 \x1b[31m \x9b \u202e"}
    answer(told)
    out = capfdbinary.readouterr().out
    assert "– 藍".encode() in out and b"\x1b" not in out and "\u202e".encode() not in out
    assert json.loads(out) == told


def test_a_pipe_is_given_the_paths_alone_the_picture_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answering.show_paths({"Picture": tmp_path / "a.png", "Report": tmp_path / "b.html"})
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "a.png"), str(tmp_path / "b.html")]


def test_a_person_reads_what_each_path_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(answering, "_knows_links", lambda environment: False)
    answering.show_paths({"Picture": Path("a b.png")})
    assert capsys.readouterr().out == "Picture    a b.png\n"
    monkeypatch.setattr(answering, "_knows_links", lambda environment: True)
    assert answering._linked(Path("a b.png")) == (
        f"\x1b]8;;{tmp_path.as_uri()}/a%20b.png\x1b\\a b.png\x1b]8;;\x1b\\"
    )


@pytest.mark.parametrize(
    ("environment", "knows"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4800"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "TERM": "dumb"}, False),
        ({"TERM": "xterm-kitty"}, True),
    ],
)
def test_links_are_made_only_for_terminals_that_know_them(environment: dict[str, str], knows: bool) -> None:
    assert _knows_links(environment) is knows
