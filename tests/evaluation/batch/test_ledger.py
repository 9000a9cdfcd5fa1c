"""The ledger of a batch: each line whole or not there, one writer a file, the newest result of a row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frame2frame.errors import InputError, OutOfMemoryError, WriteError
from frame2frame.evaluation.batch.ledger import ERROR, Ledger, Outcome, Shard, outcomes

KEY = "0123456789abcdef"


def found(id: str, **more: object) -> Outcome:
    return Outcome(id, KEY, **{"outcome": "found", **more})  # type: ignore[arg-type]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(found("a", reason="“quoted”\nand broken"))
        ledger.add(Outcome("b", KEY, line=2).failed(OutOfMemoryError("too large")))
    with Ledger(tmp_path) as ledger:
        assert len(ledger) == 2
        a, b = ledger.of("a"), ledger.of("b")
        assert a is not None and (a.key, a.passing, a.failed) == (KEY, False, False)
        assert b is not None and (b.passing, b.failed) == (True, True)
        assert ledger.of("c") is None
    first, second = outcomes(tmp_path)
    assert first["reason"] == "“quoted”\nand broken"
    assert (second["outcome"], second["error"], second["line"]) == (ERROR, "OutOfMemoryError", 2)


def test_a_line_that_a_killed_program_began_is_cut_off(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(found("a"))
        ledger.add(found("b"))
    path = tmp_path / "results.jsonl"
    whole = path.read_bytes()
    for end in range(len(whole) // 2 + 1, len(whole)):
        path.write_bytes(whole[:end])
        with Ledger(tmp_path) as ledger:
            assert (ledger.of("a") is not None, ledger.of("b")) == (True, None)
            ledger.add(found("b"))
        assert [one["id"] for one in outcomes(tmp_path)] == ["a", "b"]


def test_the_newest_result_of_a_row_counts(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(Outcome("a", KEY).failed(OutOfMemoryError("too large")))
        ledger.add(found("b"))
        ledger.add(found("a"))
    assert [(one["id"], one["outcome"]) for one in outcomes(tmp_path)] == [("b", "found"), ("a", "found")]


def test_one_program_writes_a_file_at_a_time(tmp_path: Path) -> None:
    with Ledger(tmp_path):
        with pytest.raises(WriteError, match="another program works on"):
            Ledger(tmp_path)
        with Ledger(tmp_path, Shard(1, 2)) as other:
            other.add(found("b"))
    with Ledger(tmp_path) as ledger:
        assert ledger.of("b") is not None
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ["results-00001-of-00002.jsonl"], "nothing stays of a file without a line"


def test_another_file_of_this_name_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text('{"score": 1}\n')
    with pytest.raises(InputError, match="no list of results, at line 1"):
        Ledger(tmp_path)
    assert path.read_text() == '{"score": 1}\n'


def test_a_line_is_json_that_begins_with_what_resuming_reads(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.add(found("a"))
    (line,) = (tmp_path / "results.jsonl").read_text().splitlines()
    assert list(json.loads(line))[:4] == ["id", "key", "outcome", "retry"]
