"""The program that counts what the embedded model says beforehand that it cannot do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Main


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("known_wishes.py")


def test_both_rates_are_counted_and_what_only_the_picture_tells_is_apart(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        {"instruction": "make the dog sit", "can": False, "why": "unable"},
        {"instruction": "lift the ball", "can": False, "why": "absent"},
        {"instruction": "lift the cube", "possible": True, "why": "float"},
        {"instruction": "lift the dog", "can": True},
    ]
    (tmp_path / "list.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert main([str(tmp_path / "list.jsonl"), "--show"]) == 0
    _, drawn, apart, refused, *wrong = capsys.readouterr().out.splitlines()
    assert "   2   50.0 % [ 9.5,  90.5]" in drawn and drawn.split()[-4:] == ["0", "%", "100", "%"]
    assert "   1    0.0 % [ 0.0,  79.3]" in apart
    assert "   2   50.0 % [ 9.5,  90.5]" in refused and refused.split()[-4:] == ["100", "%", "0", "%"]
    assert wrong == ["drawn: lift the ball", "refused: lift the dog"]


def test_a_picture_of_the_scene_answers_what_no_words_tell(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = ["red cube", "blue cube"]
    rows = [
        {"instruction": "lift the ball", "can": False, "why": "absent", "scene": two},
        {"instruction": "lift the cube", "can": False, "why": "ambiguous", "scene": two},
        {"instruction": "lift the blue cube", "can": True, "scene": two},
        {"instruction": "lift the cube", "can": True, "scene": ["a cube of wood"]},
    ]
    (tmp_path / "list.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert main([str(tmp_path / "list.jsonl"), "--pictures", "--show"]) == 0
    _, drawn, _, refused, unclear, *wrong = capsys.readouterr().out.splitlines()
    assert [row.split("%")[0].split()[-2:] for row in (drawn, refused, unclear)] == [["2", "0.0"]] * 3
    assert wrong == [""]
