"""The sheet of forty edits: which are on it, and what it says of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import forty_edits
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.gallery import Shown
from frame2frame.values import Picture
from frame2frame.worlds import photoworld, tabletop

GREY, RED = (np.full((128, 128, 3), colour, np.uint8) for colour in ((90, 90, 90), (250, 0, 0)))


def case(number: int, words: str = "make it red", succeeds: bool = True) -> Shown:
    def pictures() -> dict[str, Picture]:
        return {"source": GREY, "answer": RED if succeeds else GREY, "target": RED}

    told = {"frame": "3", "": "success" if succeeds else "no success"}
    return Shown(str(number), words, 0.0, told, pictures)


def test_two_edits_of_each_kind_of_the_tabletop_and_ten_of_photographs_make_forty() -> None:
    drawn = 2 * len(tabletop.KINDS)
    photographed = [case(number) for number in range(len(photoworld.KINDS))]
    spread = [one.name for one in forty_edits.spread(photographed)]
    assert drawn + len(spread) == 40 and len(set(spread)) == len(spread)
    assert (spread[0], spread[-1]) == ("0", str(len(photographed) - 1))


def test_each_edit_has_its_source_answer_and_target_in_a_row() -> None:
    side, beside = forty_edits.SIDE, forty_edits.BESIDE
    sheet = forty_edits.sheet([case(0), case(1, succeeds=False)])
    row = forty_edits.GAP + forty_edits.HEADING + side // 2
    seen = [
        sheet.getpixel((forty_edits.GAP + left + place * (side + beside) + side // 2, row))
        for left in (0, forty_edits.EDIT + forty_edits.GAP)
        for place in range(3)
    ]
    grey, red = (90, 90, 90), (250, 0, 0)
    assert seen == [grey, red, red, grey, grey, red]


def test_words_that_are_too_long_do_not_run_into_the_next_edit() -> None:
    sheet = np.asarray(forty_edits.sheet([case(0, "make it red " * 30)]).convert("L"))
    line = sheet[: forty_edits.GAP + forty_edits.LINE]
    end = forty_edits.GAP + forty_edits.EDIT
    assert line[:, :end].min() < 100 and line[:, end:].min() == 255


def test_the_sheet_is_made_of_edits_measured_as_by_the_evaluation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[Plan] = []

    def made(plan: Plan) -> list[Shown]:
        asked.append(plan)
        return [case(number, succeeds=number > 0) for number in range(plan.count)]

    monkeypatch.setattr(forty_edits, "made", made)
    forty_edits.main(["--to", str(tmp_path / "sheet.webp")])
    assert capsys.readouterr().out.splitlines() == [
        "tabletop: 29 of 30 succeed",
        "photographs, one of each kind: 21 of 22 succeed",
    ]
    assert [(plan.part, plan.world, plan.first_seed) for plan in asked] == [
        ("edits", "tabletop", "development"),
        ("edits", "photographs", "development"),
    ]
    with Image.open(tmp_path / "sheet.webp") as sheet:
        assert sheet.size == (1208, 1328)
