"""Rows that are kept, and counted again in pairs."""

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError
from frame2frame.evaluation.__main__ import main
from frame2frame.evaluation.answers.scored import Scored, as_row, write_scores
from frame2frame.evaluation.batch.ledger import ERROR, FOUND, REFUSED, Ledger, Outcome
from frame2frame.evaluation.results.columns import Results, Row, Table
from frame2frame.evaluation.results.comparison import results, rows_at
from frame2frame.evaluation.results.forms import save
from frame2frame.evaluation.results.rows import beside, packed, read

from ...command import f2f


def row(seed: int, success: bool, error: float) -> Row:
    return {"seed": seed, "kind": "left", "index": 3, "path": {"success": success, "edit_error": error}}


FIRST = [row(1, True, 0.25), row(2, False, 0.5), row(3, True, 0.0)]
OTHER = [row(3, True, 0.0), row(1, True, 0.5), row(2, True, 0.25), row(9, True, 0.0)]


def test_rows_are_kept_beside_the_figures_and_come_back(tmp_path: Path) -> None:
    save(Results({}, FIRST, ()), tmp_path / "found.json")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["found-rows.jsonl.gz", "found.json"]
    assert read(tmp_path / "found.json") == read(tmp_path / "found-rows.jsonl.gz") == FIRST


def test_the_same_rows_are_the_same_bytes_and_many_are_small() -> None:
    edits = [
        {**row(i, True, i / 7), "frame_errors": [i / 3] * 17, "caption": "the ball moves"}
        for i in range(1500)
    ]
    assert packed(edits) == packed(edits) and len(packed(edits)) < 1_000_000


def compared(first: list[Row], other: list[Row]) -> Table:
    return results(first, other).tables[0]


def test_two_runs_are_compared_on_the_episodes_that_both_have() -> None:
    header, success, error = compared(FIRST, OTHER).header, *compared(FIRST, OTHER).rows
    assert header[1:] == ("n", "first", "other", "points, or mean [95 %]")
    assert success[:4] == ("path.success", "3", "66.7 %", "100.0 %") and success[4].startswith("+33.3 [")
    assert error[:4] == ("path.edit_error", "3", "0.2500", "0.2500") and error[4].startswith("+0.0000 [")


def test_the_command_compares_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (("a", FIRST), ("b", OTHER)):
        save(Results({}, rows, ()), tmp_path / f"{name}.json")
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b-rows.jsonl.gz")]) == 0
    assert "3 pairs" in capsys.readouterr().out


SCORES = [
    Scored("a", "", "answers", {"LPIPS": 0.25}, Path("photos/a.png"), Path("out/a.png"), seconds=2.0),
    Scored("b", "", "answers", {"LPIPS": 0.5}, Path("photos/b.png"), None),
    Scored("a", "", "source copy", {"LPIPS": 0.0}, Path("photos/a.png"), Path("photos/a.png")),
]


def test_the_scores_of_two_runs_are_compared_by_what_was_evaluated(tmp_path: Path) -> None:
    better = [
        replace(one, values={"LPIPS": one.values["LPIPS"] / 2}, source=Path("b") / one.source.name)
        for one in SCORES
    ]
    for name, scores in (("first.jsonl", SCORES), ("scores.jsonl", better)):
        write_scores(tmp_path / name, scores)
    lpips, seconds = compared(rows_at(tmp_path / "first.jsonl"), rows_at(tmp_path)).rows
    assert lpips[:4] == ("LPIPS ↓", "2", "0.3750", "0.1875")
    assert lpips[4] == "-0.1875 [-0.2500, -0.1250]" and seconds[:2] == ("seconds", "1")


def test_the_folders_of_two_batches_are_compared_by_what_came_of_each_edit(tmp_path: Path) -> None:
    found = Outcome("a", "0" * 16, FOUND, instruction="lift it", score=0.25, seconds=1.0)
    for name, one in (("one", found), ("two", replace(found, outcome=REFUSED, score=0.125, seconds=3.0))):
        with Ledger(tmp_path / name) as ledger:
            ledger.add(one)
            ledger.add(replace(one, id="b", outcome=ERROR))
    rows = compared(rows_at(tmp_path / "one"), rows_at(tmp_path / "two")).rows
    assert [row[:4] for row in rows] == [
        ("found", "1", "100.0 %", "0.0 %"),
        ("score", "1", "0.2500", "0.1250"),
        ("seconds", "1", "1.0000", "3.0000"),
    ]


def test_runs_of_different_sets_are_not_compared_though_their_ids_are_alike() -> None:
    first, *_ = map(as_row, SCORES)
    with pytest.raises(InputError, match="different sets: case a has another source"):
        compared([first], [first | {"source": "elsewhere/z.png"}])
    with pytest.raises(InputError, match="different sets: case 1 has another instruction"):
        compared([row(1, True, 0.0) | {"instruction": "lift"}], [row(1, True, 0.0) | {"instruction": "drop"}])


def test_cases_of_one_run_only_are_told() -> None:
    assert compared(FIRST, OTHER).title.endswith("3 pairs; 1 more in one run only")


def test_the_cases_are_shown_by_what_the_other_run_gained_with_both_answers(tmp_path: Path) -> None:
    for level, name in enumerate(("s", "a", "b")):
        Image.fromarray(np.full((16, 16, 3), level, np.uint8)).save(tmp_path / f"{name}.png")
    source, old, new = (tmp_path / f"{name}.png" for name in ("s", "a", "b"))
    first = [Scored(case, "", "answers", {"LPIPS to target": 0.5}, source, old) for case in "xyz"]
    other = [
        replace(one, values={"LPIPS to target": error}, answer=new)
        for one, error in zip(first, (0.75, 0.5, 0.25), strict=True)
    ]
    found = results([*map(as_row, first)], [*map(as_row, other)]).gallery
    assert found is not None
    assert [one.name for cases in found.extremes().values() for one in cases] == ["x", "y", "z"]
    pictures = found.cases[0].pictures()
    assert {name: int(one[0, 0, 0]) for name, one in pictures.items()} == {
        "source": 0,
        "first": 1,
        "other": 2,
    }
    source.unlink()
    assert results([*map(as_row, first)], [*map(as_row, other)]).gallery is None


def test_a_folder_without_results_is_one_line_of_complaint(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no results in"):
        rows_at(tmp_path)


def test_f2f_evaluate_compares_two_runs_and_writes_the_table_in_each_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [str(tmp_path / f"{name}.json") for name in "ab"]
    for run, rows in zip(runs, (FIRST, OTHER), strict=True):
        save(Results({}, rows, ()), Path(run))
    forms = [f"--{form}={tmp_path / form}" for form in ("csv", "latex", "html")]
    assert f2f(monkeypatch, "evaluate", *runs, *forms) == 0
    assert "3 pairs" in capsys.readouterr().out
    assert all("path.edit" in (tmp_path / form).read_text(encoding="utf-8") for form in ("csv", "html"))
    assert r"path.edit\_error" in (tmp_path / "latex").read_text(encoding="utf-8")


def test_what_only_a_part_is_asked_is_refused_where_two_runs_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "evaluate", "a.json", "b.json", "--count", "7") == 2
    assert "--count means nothing where two runs are compared" in capsys.readouterr().err


def test_runs_of_other_episodes_are_not_compared() -> None:
    with pytest.raises(InputError, match="no case in common"):
        compared(FIRST, OTHER[-1:])


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"{"), gzip.compress(b"1\n"), packed(FIRST)[:40]],
    ids=["no gzip", "no JSON", "no row", "cut short"],
)
def test_a_file_without_rows_is_one_line_of_complaint(body: bytes, tmp_path: Path) -> None:
    beside(tmp_path / "found.json").write_bytes(body)
    with pytest.raises(InputError, match="rows"):
        read(tmp_path / "found.json")


def test_the_rows_beside_a_page_are_not_taken_for_its_own(tmp_path: Path) -> None:
    save(Results({}, FIRST, ()), tmp_path / "found.json")
    (tmp_path / "found.html").write_text("<p>a page")
    with pytest.raises(InputError, match="holds no rows of a run"):
        rows_at(tmp_path / "found.html")
