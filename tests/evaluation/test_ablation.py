"""One choice of the method changed at a time, on the same episodes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.ablation import ABLATIONS, OWN, Ablation, Variants, ablated, run
from frame2frame.evaluation.plan import PARTS, Plan
from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.results.outputs import Files
from frame2frame.evaluation.tasks.tabletop import Tabletop
from frame2frame.evaluation.tasks.task import Batch

from ..command import f2f

STEPS = Variants("tabletop", "steps", (2, 1), candidates=1)


@pytest.fixture(scope="module")
def found(plan: Plan) -> Results:
    return ablated(Ablation("how many steps denoise", (STEPS,)), replace(plan, steps=None, count=2))


def test_each_variant_has_a_row_with_what_it_takes_and_the_controls_stand_below(found: Results) -> None:
    names = [row[0] for row in found.tables[0].rows]
    assert names[:3] == ["2", "1", "copy of the source"] and "last frame" in names
    assert not any(name.startswith(("one-shot", "best of")) for name in names)
    figures = found.figures["tabletop"]
    assert (figures["2"]["evaluations"], figures["1"]["evaluations"]) == (2, 1), "unguided"
    assert figures["2"]["over_first"]["points"] == 0.0


def test_each_row_says_of_which_variant_it_is(found: Results) -> None:
    assert [row["setting"] for row in found.rows] == ["2"] * 2 + ["1"] * 2
    assert [row["seed"] for row in found.rows[:2]] == [row["seed"] for row in found.rows[2:]]


def test_the_json_says_all_values_of_what_is_changed(found: Results) -> None:
    assert found.about["plan"]["steps"] == [2, 1]


def test_the_pictures_are_the_answers_of_the_first_variant(found: Results) -> None:
    assert found.gallery is not None and found.gallery.by == "error, steps 2"
    assert len(found.gallery.cases) == 2


def test_success_is_told_by_kind_for_each_variant(found: Results) -> None:
    kinds = found.tables[1]
    assert kinds.header == ("kind", "steps 2", "steps 1")
    shares = [own["2"] for own in kinds.figures.values()]
    assert sum(one["count"] for one in shares) == 2


def test_the_first_number_is_the_models_own() -> None:
    for name in ("steps", "guidance", "frames"):
        (variants,) = ABLATIONS[name].runs
        first, *others = variants.plans(Plan()).items()
        assert first[0] == OWN and getattr(first[1], name) is None
        assert all(getattr(plan, name) is not None for _, plan in others)


def test_a_search_draws_eight_clips_once_unless_it_is_told_how_many() -> None:
    (variants,) = ABLATIONS["search"].runs
    made = [variants.plans(plan) for plan in (Plan(), Plan(candidates=4))]
    assert [[own.candidates for own in plans.values()] for plans in made] == [[8], [4]]


@pytest.mark.parametrize("caption", ["temporal", "plain"])
def test_of_drawn_clips_it_counts_how_often_the_answer_is_right(plan: Plan, caption: str) -> None:
    of_clips = replace(ABLATIONS["selection"].runs[1], values=("earliest", "best"))
    found = ablated(Ablation("which frame is taken", (of_clips,)), replace(plan, caption=caption))
    names = [row[0] for row in found.tables[0].rows]
    assert names[:2] == ["earliest", "best"] and {"last frame", "always none"} <= set(names)
    rights = [sum(row["right"] for row in found.rows if row["setting"] == name) for name in names[:2]]
    over = found.figures["selection"]["best"]["over_first"]["points"]
    assert over == pytest.approx(100 * (rights[1] - rights[0]) / 3)


def test_a_stop_keeps_the_variants_that_are_measured_and_names_the_others(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Tabletop.look

    def interrupted(task: Tabletop, batch: Batch) -> Any:
        if task.plan.steps == 1:
            raise KeyboardInterrupt
        return look(task, batch)

    monkeypatch.setattr(Tabletop, "look", interrupted)
    found = ablated(Ablation("how many steps denoise", (STEPS,)), replace(plan, steps=None, count=2))
    assert [row["setting"] for row in found.rows] == ["2"] * 2
    assert found.remarks[-1] == "Stopped before these were measured: steps 1"


def test_what_is_changed_cannot_be_set_besides(plan: Plan) -> None:
    with pytest.raises(InputError, match="is what this ablation decides"):
        run("guidance", plan, Files())


def test_each_is_of_a_part_and_a_field_that_there_are() -> None:
    for one in ABLATIONS.values():
        for variants in one.runs:
            assert variants.part in PARTS and (not variants.changed or hasattr(Plan(), variants.changed))
            assert len(set(variants.values)) == len(variants.values)


def test_without_a_name_they_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f2f(monkeypatch, "ablate") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ABLATIONS)
    assert f2f(monkeypatch, "ablate", "captoin") == 2
    assert "did you mean caption" in capsys.readouterr().err
