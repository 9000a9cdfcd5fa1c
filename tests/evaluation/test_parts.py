"""Each part of the benchmark, run on tiny models with random weights."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.__main__ import main
from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.measures.looks import FADE
from frame2frame.evaluation.plan import PARTS, Plan
from frame2frame.evaluation.results.columns import Results, Table
from frame2frame.evaluation.results.forms import save
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks import selection
from frame2frame.evaluation.tasks.edits import Outcome, best_constant, controls, over
from frame2frame.evaluation.tasks.instruments import coder
from frame2frame.evaluation.tasks.task import stages_of
from frame2frame.values import Caption, Choice, Clip, Scores, Step
from frame2frame.worlds.tabletop import Judged, episode, judge

from .printed import ELSEWHERE, check_tables_and_file


@pytest.fixture(scope="module")
def edits(plan: Plan) -> Results:
    return measure(replace(plan, wording="capitals"))


def test_edits_are_measured_like_single_answers(edits: Results) -> None:
    for row in edits.rows:
        one = episode(row["seed"], row["kind"], frames=2)
        assert len(row["frame_errors"]) == len(row["frame_success"]) == 17
        expected = 1.0 if row["index"] is None else row["frame_errors"][row["index"]]
        assert row["edit_error"] == pytest.approx(expected, abs=1e-4)
        assert row["wording"] == "capitals" or row["instruction"] == one.instruction


def test_every_wording_sees_the_same_episodes(edits: Results) -> None:
    seeds = {
        wording: [row["seed"] for row in edits.rows if row["wording"] == wording]
        for wording in ("as-is", "capitals")
    }
    assert seeds["as-is"] == seeds["capitals"] == [DEVELOPMENT, DEVELOPMENT + 1, DEVELOPMENT + 2]
    assert edits.figures["wordings"]["difference"]["points"] == 0.0  # a random model never succeeds


def test_the_figures_say_what_ran(edits: Results, plan: Plan) -> None:
    told = edits.as_json()
    assert told["plan"]["model"] == plan.model
    assert told["machine"]["device"] == "cpu" and told["machine"]["processor"]
    assert all(len(digest) == 64 for digest in told["model"]["weights"].values())
    assert any("transformer" in name for name in told["model"]["weights"])
    assert told["figures"]["sampling"]["steps"] == 2


def _outcome(hits: list[int], errors: list[float], index: int | None) -> Outcome:
    one = episode(DEVELOPMENT, "left", frames=2)
    judged = Judged(np.array(errors), np.array(hits) > 0, np.array(errors) < 0.5, np.zeros(len(hits)))
    clip = Clip(np.zeros((0, 128, 128, 3), dtype=np.uint8), (), 1)
    step = Step(Caption("", "", ""), clip, Scores({}), Choice(index, ""))
    known = judge(np.stack([one.source, one.target, one.rivals[FADE], one.target]), one)
    return Outcome(one.seed, one.kind, "as-is", one.instruction, step, judged, known, 1.0, one.source)


def test_the_controls_answer_without_looking() -> None:
    outcomes = [_outcome([0, 1, 0], [0.9, 0.1, 0.4], 2), _outcome([0, 1, 1], [0.9, 0.2, 0.1], None)]
    found = controls(outcomes)
    assert [answer.edit_error for answer in found["copy of the source"]] == [1.0, 1.0]
    assert all(answer.success and answer.edit_error == 0.0 for answer in found["drawn target"])
    assert not any(answer.success for answer in found["75 % cross-fade"])
    assert [answer.success for answer in found["last frame"]] == [False, True]
    assert [answer.success for answer in found["best constant: frame 1"]] == [True, True]
    assert [answer.edit_error for answer in found["frame best for the truth"]] == [0.1, 0.1]
    assert found["random frame"] == controls(outcomes)["random frame"]


def test_what_was_chosen_is_compared_with_a_control_on_the_same_clips() -> None:
    made = [_outcome([0, 1, 0], [0.9, 0.1, 0.4], 1), _outcome([0, 1, 1], [0.9, 0.2, 0.1], None)]
    found = {name: over(made, "earliest").of(answers) for name, answers in controls(made).items()}
    assert found["last frame"].points == 0.0 and found["last frame"].high > 0.0  # one won, one lost
    assert found["copy of the source"].points == 50.0 and found["best constant: frame 1"].points == -50.0
    assert [one.is_lost for one in made] == [False, True]


def test_the_best_constant_is_the_frame_that_succeeds_most_then_errs_least() -> None:
    assert best_constant([_outcome([0, 1, 1], [0.9, 0.2, 0.1], 0)]) == 2


def test_an_edit_that_was_refused_answers_with_the_source() -> None:
    refused = _outcome([1, 1], [0.0, 0.0], None).chosen
    assert (refused.edit_error, refused.success, refused.spill) == (1.0, False, 0.0)


def test_a_selection_is_right_within_a_frame_or_with_none_where_that_is_due() -> None:
    assert all(map(selection.right, [(3, 3), (None, None), (3, 4), (4, 3)]))
    assert not any(map(selection.right, [(3, 5), (None, 0), (3, None)]))


def test_the_best_constant_answer_may_be_none() -> None:
    assert selection.best_constant([None, None, 3]) is None
    assert selection.best_constant([None, 3, 3]) == 3
    assert selection.best_constant([None, None, 2, 4, 4]) == 3


def test_none_is_counted_where_it_is_due_and_where_it_is_not() -> None:
    told = {one.name: one.of([(None, None), (2, None), (None, 5), (5, 5)]) for one in selection.RIGHT}
    assert (told["none_found"].hits, told["none_found"].count) == (1, 2)
    assert (told["none_falsely"].hits, told["none_falsely"].count) == (1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("part", [part for part in PARTS if part not in ELSEWHERE])
def test_a_part_prints_a_table_of_100_columns_and_can_be_saved(part: str, plan: Plan, tmp_path: Path) -> None:
    done: list[int] = []
    found = measure(replace(plan, part=part, count=2, batch=1), done.append)
    assert done == [1, 2]
    assert len({row["seed"] for row in found.rows}) == 2
    check_tables_and_file(found, part, tmp_path)


@pytest.mark.slow
def test_several_devices_find_what_one_does(plan: Plan) -> None:
    search = replace(plan, part="search", count=1)
    one, two = (measure(replace(search, device=device)) for device in ("cpu", "cpu,cpu"))
    for row, other in zip(one.rows, two.rows, strict=True):
        assert other["seed"] == row["seed"]
        for way, answer in row["ways"].items():
            known = {name: value for name, value in answer.items() if value is not None}
            found = {name: other["ways"][way][name] for name in known}
            assert found == pytest.approx(known, rel=1e-4)


def test_the_tables_of_edits_fit_100_columns(edits: Results, tmp_path: Path) -> None:
    check_tables_and_file(edits, "edits", tmp_path)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    text = str(Table("Title", ("a", "b"), (("long name", "1"), ("x", "100"))))
    assert text.splitlines()[2:] == ["a            b", "-" * 14, "long name    1", "x          100", "-" * 14]


def test_the_vae_gives_as_many_frames_as_it_got(plan: Plan) -> None:
    through = coder(stages_of(plan).generator)
    for count in (1, 9, 17):
        assert through(np.zeros((count, 128, 128, 3), dtype=np.uint8)).shape == (count, 128, 128, 3)


def test_a_clip_that_the_vae_would_cut_is_refused(plan: Plan) -> None:
    with pytest.raises(InputError, match="the nearest is 17"):
        measure(replace(plan, part="vae", frames=16))


def test_a_missing_model_is_said_before_anything_is_drawn() -> None:
    with pytest.raises(ModelError):
        measure(Plan(model="nothing-like-it"))


def test_the_module_runs_without_the_command_line(
    plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["encoder", "--count", "1", "--device", "cpu", "--json", str(tmp_path / "found.json")]
    assert main([*given, "--model", str(plan.model), "--encoder", str(plan.encoder)]) == 0
    assert "by kind" in capsys.readouterr().out
    assert (tmp_path / "found.json").is_file()


def test_a_file_that_cannot_be_written_is_said_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "no/such/folder/found.json"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_the_rows_of_the_episodes_can_be_left_out(edits: Results, tmp_path: Path) -> None:
    save(edits, tmp_path / "found.json", rows=False)
    told = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert "rows" not in told and told["figures"] == json.loads(json.dumps(edits.as_json()["figures"]))
    assert [file.name for file in tmp_path.iterdir()] == ["found.json"]
