"""How far a batch is, for people, for a log file and for programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from frame2frame.cli import batch_progress
from frame2frame.cli.batch_progress import shown
from frame2frame.errors import InputError, WriteError
from frame2frame.evaluation.batch.ledger import Outcome
from frame2frame.evaluation.batch.pace import Pace
from frame2frame.evaluation.batch.work import Begun

EVENTS: list[Begun | Outcome] = [
    Begun(3, 4),
    Outcome("a", "", "found"),
    Outcome("b", "").failed(InputError("no such picture")),
]


@pytest.fixture(autouse=True)
def _always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_progress, "LINE_SECONDS", 0.0)


def test_a_program_that_reads_the_events_hears_how_far_it_is() -> None:
    kinds = [type(event) for event in shown(EVENTS, False, None)]
    assert kinds == [Begun, Outcome, Pace, Outcome, Pace]


def test_it_hears_it_no_oftener_than_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_progress, "LINE_SECONDS", 3_600.0)
    assert [type(event) for event in shown(EVENTS, False, None)] == [Begun, Outcome, Outcome]


def test_where_there_is_no_terminal_a_line_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    list(shown(EVENTS, True, None))
    told = capsys.readouterr().err
    assert "3 of 4 rows are to be done." in told and "b: no such picture" in told
    assert re.search(r"2 of 3 done, [\d.]+ a minute, .+ left", told)


def test_a_log_file_is_added_to_with_the_time(tmp_path: Path) -> None:
    log = tmp_path / "night.log"
    for _ in range(2):
        list(shown(EVENTS, False, log))
    lines = log.read_text().splitlines()
    assert len(lines) == 10
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \S", line) for line in lines)
    assert "b: no such picture" in lines[2] and "2 of 3 done" in lines[3] and "Ended." in lines[4]


def test_a_log_file_that_cannot_be_written_is_one_line_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="name another file with --log"):
        next(shown(EVENTS, False, tmp_path / "none" / "night.log"))
