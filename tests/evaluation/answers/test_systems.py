"""Systems against measures, from the scores of their answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from frame2frame.evaluation.answers.scored import Scored
from frame2frame.evaluation.answers.systems import gallery, results, tables
from frame2frame.evaluation.results.columns import Table


def scored(case: str, system: str, lpips: float) -> Scored:
    kind = "pose" if case in "ab" else ""
    return Scored(case, kind, system, {"LPIPS": lpips, "CLIP-I": 1 - lpips}, Path("s.png"), Path("a.png"))


SCORES = [
    *(
        replace(scored(case, "answers", lpips), seconds=2.0)
        for case, lpips in (("a", 0.1), ("b", 0.2), ("c", 0.6))
    ),
    *(scored(case, "source copy", 0.0) for case in ("a", "b", "c", "d")),
]


def named(found: list[Table], name: str) -> Table:
    return next(one for one in found if one.name == name)


def test_each_system_has_a_row_with_the_mean_of_each_measure() -> None:
    table = named(tables(SCORES, "t"), "systems")
    assert table.header == ("system", "n", "LPIPS ↓", "CLIP-I ↑", "no edit", "seconds")
    assert [row[:2] for row in table.rows] == [("answers", "3"), ("source copy", "4")]
    assert table.rows[0][2].startswith("0.300 [") and table.rows[0][-2:] == ("0.0 %", "2.00")
    assert table.rows[1][2] == "0.000 [0.000, 0.000]" and table.rows[1][-1] == "–"


def test_a_measure_without_a_value_for_a_case_is_averaged_over_the_others() -> None:
    scores = [*SCORES[:2], replace(SCORES[2], values={"LPIPS": 0.6})]
    figures = named(tables(scores, "t"), "systems").figures["answers"]
    assert (figures["LPIPS"]["count"], figures["CLIP-I"]["count"]) == (3, 2)


def test_an_edit_that_was_refused_is_counted_as_no_edit() -> None:
    scores = [*SCORES[:3], replace(scored("d", "answers", 0.0), answer=None)]
    assert named(tables(scores, "t"), "systems").figures["answers"]["no_edit"]["hits"] == 1


def test_kinds_have_rows_of_their_own() -> None:
    assert [row[:2] for row in named(tables(SCORES, "t"), "kinds").rows] == [("pose", "2")]


def test_a_control_is_compared_on_the_cases_that_it_has_in_common() -> None:
    over = named(tables(SCORES, "t"), "over").figures["source copy"]["LPIPS"]
    assert round(over["mean"], 9) == 0.3 and over["count"] == 3


def test_of_a_measure_that_is_better_low_the_best_case_is_the_lowest() -> None:
    found = gallery(SCORES, {"a": "lift the ball"})
    assert found is not None and found.by == "LPIPS"
    (best,), (worst,) = found.extremes()["best"], found.extremes()["worst"]
    assert (best.name, best.words, worst.name) == ("a", "lift the ball", "c")


def test_the_pictures_are_source_answer_and_target_or_say_that_there_is_no_edit(tmp_path: Path) -> None:
    source, answer, target = (tmp_path / name for name in ("s.png", "a.png", "t.png"))
    for level, path in enumerate((source, answer, target)):
        Image.fromarray(np.full((16, 16, 3), level, np.uint8)).save(path)
    whole = replace(SCORES[0], source=source, answer=answer, target=target)
    assert levels(whole) == {"source": 0, "answer": 1, "target": 2}
    assert levels(replace(whole, answer=None, target=None)) == {"source": 0, "no edit": 0}


def levels(one: Scored) -> dict[str, int]:
    found = results([one], "t").gallery
    assert found is not None
    return {name: int(picture[0, 0, 0]) for name, picture in found.cases[0].pictures().items()}
