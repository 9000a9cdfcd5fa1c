"""A vision-language model gives answers marks, beside the measures and the source's own copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.answers.asked import Measures, Where
from frame2frame.evaluation.answers.grading import Grading, grade
from frame2frame.evaluation.answers.scored import ANSWERS, SOURCE_COPY, read_scores
from frame2frame.evaluation.batch.ledger import FOUND, Ledger, Outcome
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.results.columns import Results
from frame2frame.runs.write import write_run

from ...chat_server import DATED, Asked, ChatServer, Status
from ...finished import finished
from ..sets.drawn import listed, put, scene

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(autouse=True)
def _no_trunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever networks this computer has, the tests go without these."""
    monkeypatch.setattr(perceptual, "lpips", lambda trunk: None)
    monkeypatch.setattr(perceptual, "shift_tolerant_lpips", lambda: None)


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A set of six cases, each with an answer, whose sources differ."""
    rows = []
    for number, id in enumerate("abcdef"):
        put(tmp_path / "theirs" / f"{id}.png", scene(shift=6 + number))
        rows.append({"id": id, "source": f"{id}.png", "instruction": f"move the cab, {id}"})
    path = listed(tmp_path / "set", *rows)
    for number, id in enumerate("abcdef"):
        put(tmp_path / "set" / f"{id}.png", scene(level=100 + 20 * number))
    return path


def by_difference(asked: Asked) -> dict[str, Any]:
    """Marks of a judge who sees whether the two pictures are the same."""
    source, answer = asked.pictures
    same = bool((source == answer).all())
    return {"reason": "seen", "follows": 0 if same else 8, "preserves": 10 if same else 7}


def judged(subject: Path, told: list[str] | None = None, judge: str = "server") -> Results:
    folder = subject.parent.parent
    where = Where(results=str(folder / "theirs"), out=str(folder / "out"))
    measures = Measures(side=48, judged_by=judge)
    return grade(Grading(str(subject), where, measures, "cpu"), (told if told is not None else []).append)


def means(found: Results, measure: str) -> dict[str, Any]:
    systems = next(one for one in found.tables if one.name == "systems").figures
    return {name: systems[name][measure] for name in (ANSWERS, SOURCE_COPY)}


def test_answers_and_copies_of_the_source_are_judged_and_the_model_is_named(moved: Path, use: Any) -> None:
    told = list[str]()
    with use(ChatServer(by_difference)) as chat:
        found = judged(moved, told)
    assert len(chat.asked) == 12 and all(len(one.pictures) == 2 for one in chat.asked)
    assert "The instruction: move the cab, a" in chat.asked[0].text
    assert "are sent to 127.0.0.1 (model seer)" in told[0]
    assert {name: one["mean"] for name, one in means(found, "judged").items()} == {ANSWERS: 7, SOURCE_COPY: 0}
    assert means(found, "judged preserves")[SOURCE_COPY]["mean"] == 10
    assert found.about["judges"] == {DATED: 12}
    assert f"Judged by {DATED}: 12 pictures" in found.text() and "12 were sent to 127.0.0.1" in found.text()


def test_it_is_said_where_pictures_go_before_the_first_one_leaves(moved: Path, use: Any) -> None:
    with use(ChatServer(by_difference)) as chat:
        before = list[int]()
        where = Where(results=str(moved.parent.parent / "theirs"))
        asked = Grading(str(moved), where, Measures(side=48, judged_by="server"), "cpu")
        grade(asked, lambda told: before.append(len(chat.asked)))
    assert before == [0] and chat.asked


def test_frames_of_kept_clips_that_controls_take_are_judged_too(moved: Path, use: Any) -> None:
    night = moved.parent.parent / "night"
    with Ledger(night) as ledger:
        for id in "ab":
            put(moved.parent / f"{id}.png", finished().source.picture)
            write_run(night / "runs", replace(finished(), save="clip"), name=id)
            ledger.add(Outcome(id, "0" * 16, FOUND, result=f"runs/{id}"))
    told = list[str]()
    asked = Grading(str(moved), Where(run=str(night)), Measures(side=48, judged_by="server"), "cpu")
    with use(ChatServer(by_difference)) as chat:
        found = grade(asked, told.append)
    assert "the sources and further frames of the clips as answers" in told[0]
    systems = found.tables[0].figures
    assert {"last frame", "random frame"} < {*systems}
    assert all(one["judged"]["count"] == 2 for one in systems.values()) and len(chat.asked) > 4


def test_what_was_judged_is_not_sent_again(moved: Path, use: Any) -> None:
    with use(ChatServer(by_difference)) as chat:
        first = judged(moved)
        count = len(chat.asked)
        second = judged(moved)
    assert len(chat.asked) == count
    assert means(first, "judged") == means(second, "judged")
    assert "0 were sent to 127.0.0.1" in second.text() and "12 were answered from kept" in second.text()


def test_an_answer_without_usable_marks_is_an_empty_cell_and_is_counted(moved: Path, use: Any) -> None:
    def answer(asked: Asked) -> dict[str, Any]:
        marks = by_difference(asked)
        return marks | {"follows": 11} if "cab, c" in asked.text and marks["follows"] else marks

    with use(ChatServer(answer)):
        found = judged(moved)
    own = [one for one in read_scores(moved.parent.parent / "out" / "scores.jsonl") if one.system == ANSWERS]
    assert [one.case for one in own if "judged" not in one.values] == ["c"]
    assert "PSNR" in own[2].values
    assert "Without marks: c (answers). Why: the answer could not be used" in found.text()


def test_a_server_that_fails_again_and_again_is_asked_no_more(moved: Path, use: Any) -> None:
    with use(ChatServer(by_difference, Status(401))) as chat:
        found = judged(moved)
    assert len(chat.asked) == 3
    assert "not asked after 3 failures in a row (9)" in found.text()
    assert not any("judged" in name for name in found.figures["systems"][ANSWERS])


@pytest.mark.parametrize(
    ("judge", "told"),
    [("server", "no server is set"), ("oracle", "no such vision-language model")],
)
def test_a_judge_that_cannot_be_asked_is_said_before_anything_is_scored(
    moved: Path, judge: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        judged(moved, judge=judge)
    assert not (moved.parent.parent / "out").exists()


def test_a_model_on_this_machine_judges_without_sending(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from frame2frame.caption.local_model import LocalModel
    from frame2frame.caption.server import Question, Reply

    def ask(self: LocalModel, question: Question) -> Reply:
        assert np.shape(question.pictures[0]) == ()
        return Reply(question.read('{"reason": "", "follows": 4, "preserves": 9}'), "small", host="")

    monkeypatch.setattr(LocalModel, "check", lambda self: None)
    monkeypatch.setattr(LocalModel, "ask", ask)
    told = list[str]()
    found = judged(moved, told, "local:small")
    assert told == ["Answers are judged on this machine; nothing is sent."]
    assert means(found, "judged")[ANSWERS]["mean"] == 4 and "Judged by small: 12 pictures" in found.text()
