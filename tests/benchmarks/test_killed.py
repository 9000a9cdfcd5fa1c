"""What the program that kills batches takes for a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import killed
from kills import Tally


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A batch of which one row is done, and the next line is begun."""
    (tmp_path / "runs" / "a").mkdir(parents=True)
    (tmp_path / "runs" / "a" / "done.json").write_text("{}")
    (tmp_path / "runs" / ".unfinished-1").mkdir()
    (tmp_path / "results.jsonl").write_text(json.dumps({"id": "a", "result": "runs/a"}) + '\n{"id": "b')
    return tmp_path


def test_a_line_that_was_begun_and_a_folder_that_has_no_name_yet_are_no_faults(out: Path) -> None:
    assert killed.broken(out) == []


def test_what_is_done_twice_lost_or_half_written_is_found(out: Path) -> None:
    with (out / "results.jsonl").open("a") as file:
        file.write('", "result": "runs/b"}\n' + json.dumps({"id": "a", "result": None}) + "\n")
    (out / "runs" / "c").mkdir()
    assert killed.broken(out) == ["done twice: a", "lost: b", "half-written: c"]


def test_the_figures_of_several_calls_add_up_and_the_next_goes_on_with_the_next_seed(tmp_path: Path) -> None:
    path = tmp_path / "kills.json"
    for what in ("batch", "batch", "path"):
        tally = Tally.read(path, what)
        tally.count("command at any moment", "after it had finished something")
        tally.ends, tally.seed = tally.ends + 1, tally.seed + 1
        tally.write(path)
    found = Tally.read(path, "batch")
    assert (found.kills, found.ends, found.seed) == (2, 2, 2)
    assert found.by == {"command at any moment": 2} and Tally.read(path, "path").kills == 1
