"""All answers to the same held-out edits in one table."""

from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.runner import measure

from ..printed import check_tables_and_file


@pytest.fixture(scope="module")
def found(plan: Plan) -> Results:
    return measure(replace(plan, part="tabletop", candidates=3))


def test_one_table_has_the_model_and_every_control(found: Results) -> None:
    names = [row[0] for row in found.tables[0].rows]
    assert names[:4] == ["one-shot", "best of 2", "best of 3", "copy of the source"]
    assert {"last frame", "random frame", "frame best for the truth", "drawn target"} < set(names)
    assert any(name.startswith("best constant: frame ") for name in names)


def test_it_says_what_an_edit_takes_by_each(found: Results) -> None:
    one, some, best, last, copy = (
        found.figures["systems"][name]
        for name in ("one-shot", "best of 2", "best of 3", "last frame", "copy of the source")
    )
    evaluations = [line["evaluations"] for line in (one, some, best, last)]
    assert evaluations == [2, 4, 6, 2], "two unguided steps"
    assert best["seconds"] == pytest.approx(3 * one["seconds"]) and last["seconds"] < one["seconds"]
    assert copy["evaluations"] is copy["seconds"] is None


def test_the_best_of_fewer_clips_is_that_of_the_first_of_the_same_clips(plan: Plan) -> None:
    made = [measure(replace(plan, part="tabletop", count=1, candidates=clips)) for clips in (2, 3)]
    fewer, more = ({**one.figures["systems"]["best of 2"], "seconds": None} for one in made)
    assert fewer == more


def test_each_system_is_compared_with_one_shot_on_the_same_episodes(found: Results) -> None:
    systems = found.figures["systems"]
    assert systems["one-shot"]["chosen_over"]["points"] == 0.0
    assert systems["drawn target"]["chosen_over"]["points"] < 0.0, "no random model succeeds always"


def test_its_tables_fit_a_page(found: Results, tmp_path: Path) -> None:
    check_tables_and_file(found, "tabletop", tmp_path)


def test_its_answers_can_be_looked_at(found: Results) -> None:
    assert found.gallery is not None and len(found.gallery.cases) == 3
    assert set(found.gallery.cases[0].pictures()) == {"source", "answer", "target"}
