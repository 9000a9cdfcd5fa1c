"""One table in each of its forms."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

from frame2frame.errors import WriteError
from frame2frame.evaluation.results.columns import COUNT, Results, Table, cells, estimate, share
from frame2frame.evaluation.results.forms import PAGE, as_csv, as_latex, escaped
from frame2frame.evaluation.results.gallery import Gallery, Shown
from frame2frame.evaluation.results.outputs import Files
from frame2frame.evaluation.results.page import page
from frame2frame.values import Picture

ROWS = {"ours & theirs": [{"hit": True, "lpips": 0.5}, {"hit": False, "lpips": 0.25}], "copy": []}


def table(*more: str) -> Table:
    columns = (
        COUNT,
        share("hit [95 %]", "hit", lambda one: one["hit"]),
        estimate("LPIPS ↓", "lpips", 3, by_name),
    )
    wide = [estimate(name, name, 3, by_name) for name in more]
    return Table.of("Edits <of> 50 %", "system", ROWS, (*columns, *wide), "systems")


def by_name(one: dict[str, float]) -> float:
    return one["lpips"]


def painted(level: int) -> Picture:
    return np.full((8, 12, 3), level, np.uint8)


def shown(number: int) -> Shown:
    pictures = {"source": painted(number), "answer": painted(number + 1)}
    return Shown(f"case-{number}", "<b>lift it</b>", float(number), {"error": "0.1"}, lambda: pictures)


FOUND = Results.of([], table())


def test_csv_has_a_line_for_each_figure_with_its_interval() -> None:
    lines = list(csv.DictReader(io.StringIO(as_csv(FOUND))))
    assert [line["figure"] for line in lines] == ["hit", "lpips"] * 2
    hit, lpips, none, _ = lines
    assert (hit["row"], hit["value"], hit["count"]) == ("ours & theirs", "0.5", "2")
    assert (lpips["value"], lpips["low"], lpips["high"]) == ("0.375", "0.25", "0.5")
    assert (none["row"], none["value"], none["count"]) == ("copy", "", "0")


def test_latex_is_one_booktabs_table_with_every_special_letter_escaped() -> None:
    told = as_latex(Results({}, [], (table(),), remarks=("weights a_b",)))
    assert told.index(r"\toprule") < told.index(r"\midrule") < told.index(r"\bottomrule")
    assert r"ours \& theirs & 2 & 50.0 \% [9.5, 90.5] & 0.375 [0.250, 0.500] \\" in told
    assert r"\caption{Edits \textless{}of\textgreater{} 50 \%}" in told
    assert r"LPIPS $\downarrow$" in told and told.index("weights a\\_b") > told.index(r"\bottomrule")


def test_no_letter_of_a_text_is_read_as_a_command() -> None:
    assert escaped("\\input{x} ~^") == r"\textbackslash{}input\{x\} \textasciitilde{}\textasciicircum{}"


def test_the_page_needs_no_other_file_and_shows_text_as_text() -> None:
    html = page(Results({}, [], (table(),), gallery=Gallery("error", [shown(1)])))
    assert "Edits &lt;of&gt; 50 %" in html and "&lt;b&gt;lift it" in html
    assert not re.search(r"(src|href)=\"(?!data:)", html)


def test_the_page_shows_the_worst_the_median_and_the_best() -> None:
    found = Gallery("error", [shown(number) for number in (5, 3, 9, 1, 7, 2, 8, 4, 6, 0)]).extremes()
    names = {group: [one.name[-1] for one in cases] for group, cases in found.items()}
    assert names == {"worst": ["0", "1", "2"], "median": ["3", "4", "5"], "best": ["9", "8", "7"]}


@pytest.mark.parametrize("count", range(1, 9))
def test_no_case_is_shown_twice(count: int) -> None:
    groups = Gallery("error", [shown(number) for number in range(count)]).extremes()
    names = [one.name for cases in groups.values() for one in cases]
    assert len(names) == len(set(names)) > 0 and "best" in groups


def test_columns_that_do_not_fit_stand_in_a_block_below() -> None:
    *lines, last = str(table("DINO", "SSIM", "PSNR")).splitlines()
    assert max(map(len, (*lines, last))) <= 100
    assert [line.split()[0] for line in lines if line.startswith("system")] == ["system", "system"]
    assert sum("PSNR" in line for line in lines) == 1


def test_names_from_outside_steer_no_terminal_and_break_no_line() -> None:
    rows = {"pose\x1b[2J\nfake": ROWS["copy"]}
    told = Results({}, [], (Table.of("t", "kind", rows, (COUNT,)),), remarks=("no\x07",)).text()
    assert "pose\\x1b[2J fake  0" in told and told.endswith("no\\x07")


def test_all_forms_are_written_with_one_call(tmp_path: Path) -> None:
    files = Files(*(tmp_path / "t.json", True), *(tmp_path / name for name in ("t.csv", "t.tex", "t.html")))
    files.require_places()
    files.write(FOUND)
    assert {one.name for one in tmp_path.iterdir()} == {
        *("t.json", "t-rows.jsonl.gz", "t.csv", "t.tex", "t.html"),
    }
    assert json.loads((tmp_path / "t.json").read_text())["figures"]["systems"]["copy"]["hit"]["count"] == 0


def test_a_form_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot write"):
        Files(latex=tmp_path / "nowhere" / "t.tex").require_places()


def test_a_table_that_is_wider_than_a_page_stands_in_blocks() -> None:
    told = as_latex(Results({}, [], (table(*(f"measure {number}" for number in range(12))),)))
    blocks = told.split(r"\toprule")[1:]
    assert len(blocks) > 2 and all(block.lstrip().startswith("system & ") for block in blocks)
    assert all(f"measure {number} " in told for number in range(12))
    shown = [line.replace("\\", "") for line in told.splitlines() if " & " in line]
    assert max(map(len, shown)) <= PAGE + 10


def test_wide_letters_take_two_columns_of_a_terminal() -> None:
    rows = {
        "猫を青く": ROWS["ours & theirs"],
        "cafe\u0301": ROWS["ours & theirs"],
        "plain": ROWS["ours & theirs"],
    }
    lines = str(Table.of("Edits", "system", rows, (COUNT,))).splitlines()
    assert {cells(line) for line in lines[4:7]} == {cells(lines[1])}
    assert lines[4].index("2") < lines[6].index("2")
