"""The grader of everyday wishes accepts good captions in other words, and no bad one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from .wishes import grade, rules

WISHES = {wish["wish"]: wish for name in grade.SETS for wish in grade.read(name)}
KNOWN = grade.read("known")
GOOD = [answer for answer in KNOWN if answer["good"]]
BAD = [answer for answer in KNOWN if not answer["good"]]


@pytest.mark.parametrize("answer", GOOD, ids=lambda answer: answer["clip"])
def test_good_captions_pass(answer: grade.Wish) -> None:
    assert grade.faults(WISHES[answer["wish"]], answer["clip"], answer["target"]) == []


@pytest.mark.parametrize("answer", BAD, ids=lambda answer: answer["clip"])
def test_a_bad_clip_caption_and_a_bad_target_caption_are_each_found(answer: grade.Wish) -> None:
    found = grade.faults(WISHES[answer["wish"]], answer["clip"], answer["target"])
    assert {fault.partition(":")[0] for fault in found} == {"clip", "target"}


def test_two_good_answers_and_a_bad_one_are_known_for_each_of_forty_wishes() -> None:
    assert Counter(Counter(answer["wish"] for answer in GOOD).values()) == {2: 40}
    assert Counter(Counter(answer["wish"] for answer in BAD).values()) == {1: 40}


def test_each_of_thirty_sorts_has_ten_wishes_of_which_three_or_four_are_for_testing() -> None:
    assert len(WISHES) == 300
    assert Counter(Counter(wish["sort"] for wish in WISHES.values()).values()) == {10: 30}
    assert [len(grade.read(name)) for name in grade.SETS] == [200, 100]
    tested = Counter(wish["sort"] for wish in grade.read("test"))
    assert len(tested) == 30 and set(tested.values()) == {3, 4}


@pytest.mark.parametrize(
    ("wish", "clip", "fault"),
    [
        ("the bananas turn brown", "The bananas slowly turns brown.", "clip: disagrees: bananas turns"),
        ("make her smile", "Make her smile.", "clip: is a command: 'make her'"),
        ("make her smile", "The woman smiles, please.", "clip: is left over: 'please'"),
        ("make her smile", "The woman smiles as he smiles.", "clip: is of the other sex: 'he'"),
        ("make her smile", "The woman smiles as the camera zooms in.", "clip: the camera is wrong"),
        ("zoom out", "The camera zooms out with a static camera.", "clip: the camera is wrong"),
        ("the dog sits down", "Dog sits down.", "clip: lacks an article before 'dog'"),
        ("the dog sits down", "The dog dog sits down.", "clip: doubles a word: 'dog dog'"),
        ("open the door", "The door is open.", "clip: no finite verb"),
        ("let it snow", "Snow falls on umbrellas.", "clip: invents 'umbrellas'"),
        ("add a cat on the sofa", "A orange cat jumps onto the sofa.", "clip: has the wrong article"),
    ],
)
def test_a_fault_is_named(wish: str, clip: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in grade.faults(WISHES[wish], clip, ""))


@pytest.mark.parametrize("beginning", ["Can ", "I want ", "Make ", "Please ", "could you ", "give ", "put "])
def test_no_wish_that_asks_is_a_caption_of_itself(beginning: str) -> None:
    asking = [wish for name, wish in WISHES.items() if name.lower().startswith(beginning.lower())]
    assert asking
    for wish in asking:
        found = grade.faults(wish, wish["wish"], wish["wish"])
        assert {fault.partition(":")[0] for fault in found} == {"clip", "target"}, wish["wish"]


def test_the_report_counts_answers_that_pass_and_hides_the_failures_of_the_test_set() -> None:
    answers = {answer["wish"]: (answer["clip"], answer["target"]) for answer in GOOD}
    lines = list(grade.report("test", answers, every=False))
    passing = sum(wish["wish"] in answers for wish in grade.read("test"))
    assert lines[0] == f"test: {passing} of 100 pass"
    assert not any("->" in line for line in lines)
    assert any("not answered" in line for line in grade.report("test", answers, every=True))


def test_the_command_reads_a_file_of_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(json.dumps(answer) for answer in GOOD), "utf-8")
    monkeypatch.setattr("sys.argv", ["grade", str(answers)])
    grade.main()
    shown = capsys.readouterr().out
    assert "development: " in shown and "test: " in shown


def test_the_rules_pass_every_wish_that_they_were_developed_with() -> None:
    assert list(grade.report("development", rules.answers("development"), every=True))[1:] == []
