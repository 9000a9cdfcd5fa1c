"""What the program that kills batches takes for a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import killed


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
