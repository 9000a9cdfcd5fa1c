"""Which episodes are measured, and in which words."""

import io
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from frame2frame.errors import InputError, ModelError, WriteError
from frame2frame.evaluation.counter import counter
from frame2frame.evaluation.episodes import DEVELOPMENT, TEST, ahead, drawings, reworded
from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.columns import require_place
from frame2frame.evaluation.tasks import task_of
from frame2frame.evaluation.tasks.selection import TURNS
from frame2frame.select.rules import Earliest
from frame2frame.worlds.tabletop import COURSES, FIRST_HELD_OUT_SEED, FLAWS, KINDS


def test_the_episodes_are_held_out_and_their_kinds_balanced() -> None:
    wanted = drawings(300)
    assert min(drawing.seed for drawing in wanted) == DEVELOPMENT > FIRST_HELD_OUT_SEED
    assert len({drawing.seed for drawing in wanted}) == 300
    assert set(Counter(drawing.kind for drawing in wanted).values()) == {300 // len(KINDS)}


def test_four_in_ten_clips_are_not_complete_or_drift_in_every_course_and_kind() -> None:
    wanted = drawings(1_000, turns=TURNS)
    courses = Counter(drawing.course for drawing in wanted)
    assert courses == {"whole": 600, **{name: 20 * count for name, count in Counter(TURNS).items()}}
    assert {(one.course, one.kind) for one in wanted} == set(product((*COURSES, *FLAWS), KINDS))
    kinds = Counter(one.kind for one in wanted if one.course != "whole").values()
    assert max(kinds) - min(kinds) <= 1


def test_lists_of_seeds_lie_apart_and_a_plan_names_one() -> None:
    assert Plan().first == DEVELOPMENT and Plan(first_seed="test").first == TEST
    assert Plan(first_seed="7").first == 7
    assert task_of(Plan(first_seed="test", count=2)).drawings()[1].seed == TEST + 1
    assert TEST - DEVELOPMENT > 100_000_000


def test_options_of_the_parts_reach_what_is_measured() -> None:
    plan = Plan(part="path", options={"gate.slack": 0.5, "settled": 0.125, "rounds": 3}, candidates=2)
    assert plan.options == {"gate.slack": 0.5, "select.settled": 0.125, "strategy.rounds": 3}
    assert plan.path.gate.slack == 0.5 and (plan.path.rounds, plan.path.candidates) == (3, 2)
    selector = task_of(plan).stages.selector
    assert isinstance(selector, Earliest) and selector.gate.slack == 0.5 and selector.settled == 0.125


@pytest.mark.parametrize("count", [0, 2, 9])
def test_so_many_are_begun_before_one_is_handed_on_and_all_come_in_order(count: int) -> None:
    numbers = iter(range(12))
    found = ahead(numbers, count)
    assert next(found) == 0
    assert next(numbers) == count + 1
    assert list(found) == [number for number in range(1, 12) if number != count + 1]


@pytest.mark.parametrize(
    ("wording", "number", "words"),
    [
        ("as-is", 0, "paint the red ball blue"),
        ("capitals", 0, "PAINT THE RED BALL BLUE"),
        ("full-stop", 0, "Paint the red ball blue."),
        ("unknown-word", 0, "please paint the red ball blue"),
        ("unknown-word", 1, "paint the lovely red ball blue"),
    ],
)
def test_a_wording_changes_only_what_it_says(wording: str, number: int, words: str) -> None:
    assert reworded("paint the red ball blue", wording, number) == words


def test_a_colour_is_left_out_where_no_other_thing_is_of_the_shape() -> None:
    words, things = "paint the red ball blue", ("red ball", "green cube")
    assert reworded(words, "colour-left-out", 0, things) == "paint the ball blue"
    assert reworded(words, "colour-left-out", 0, (*things, "white ball")) == words


def test_an_instruction_that_names_nothing_says_please() -> None:
    assert reworded("zoom in", "unknown-word", 1) == "please zoom in"


def test_a_plan_that_cannot_be_is_refused() -> None:
    for change in (
        {"part": "all"},
        {"wording": "latin"},
        {"count": 0},
        {"batch": 0},
        {"seed": -1},
        {"seed": 2**63 - 3},
        {"rounds": 0},
        {"candidates": 0},
        {"first_seed": "production"},
        {"first_seed": str(2**63 - 2)},
        {"options": {"gate.slak": 0.3}},
    ):
        with pytest.raises(InputError):
            Plan(**change)


def test_a_model_that_there_is_not_is_refused_with_the_plan() -> None:
    with pytest.raises(ModelError, match="did you mean tabletop"):
        Plan(model="tabeltop")


def test_into_a_file_the_counter_writes_a_line_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with counter(40) as report:
        for done in range(1, 41):
            report(done)
    assert capsys.readouterr().err.splitlines() == [f"{done} of 40" for done in range(4, 41, 4)]


def test_what_is_said_after_the_counter_starts_a_new_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", shown := Terminal())
    with pytest.raises(InputError), counter(9) as report:
        report(1)
        raise InputError("it broke")
    assert shown.getvalue() == "\r1 of 9\n"


def test_a_place_for_the_figures_is_tried_by_writing(tmp_path: Path) -> None:
    require_place(tmp_path / "found.json")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "kept.json").write_text("kept", encoding="utf-8")
    require_place(tmp_path / "kept.json")
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "kept"
    for place in (tmp_path, tmp_path / "nowhere" / "found.json", tmp_path / "kept.json" / "found.json"):
        with pytest.raises(WriteError, match="cannot write"):
            require_place(place)


def test_no_two_clips_of_all_paths_have_the_same_seed() -> None:
    plan = Plan(count=4, seed=7, rounds=2, candidates=3)
    seeds = [seed for number in range(4) for seed in plan.seeds(number)]
    assert seeds == list(range(7, 7 + 4 * 2 * 3))


def test_the_counter_says_what_it_counts(capsys: pytest.CaptureFixture[str]) -> None:
    with counter(1, "answers measured") as report:
        report(1)
    assert capsys.readouterr().err == "answers measured: 1 of 1\n"
