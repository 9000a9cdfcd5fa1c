"""Wishes of several clauses: which episodes are drawn, and what is counted of the ways."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.results.columns import Results
from frame2frame.evaluation.runner import measure
from frame2frame.evaluation.tasks.clauses import (
    AS_MANY,
    LACKING,
    LAST_ALONE,
    ONE_ROUND,
    ONE_SHOT,
    PATH,
    RIGHT_END,
    SOURCE,
    TO_THE_END,
    Clauses,
    Told,
    Walked,
    before_last,
    keeps_first,
)
from frame2frame.score.named import encoder_with_words
from frame2frame.worlds.tabletop import compound, episode

from ..printed import check_tables_and_file


def told(success: bool, rounds: int = 1, arrived: bool = True) -> Told:
    return Told(
        success, success, 0.1, 0.0, ((1, 4),), arrived, 0.1, 1.0, 0.0, rounds, 3 * rounds,
        evaluations=30 * rounds, reached=1, right=1,
    )  # fmt: skip


def answer(clauses: int, rounds: int, success: bool = True, one_shot: bool = True) -> Walked:
    ways = {
        PATH: told(success, rounds),
        TO_THE_END: told(True, 5),
        ONE_ROUND: told(False, 1),
        LAST_ALONE: told(one_shot, 1),
        ONE_SHOT: told(one_shot, 1),
        AS_MANY: told(one_shot, 1),
        SOURCE: told(False, 0, arrived=False),
    }
    return Walked(1, "left, grow", clauses, "", (), ways)


def test_half_of_mixed_wishes_have_one_clause() -> None:
    drawings = Clauses(Plan(part="clauses", clauses="mixed", count=6)).drawings()
    assert [getattr(one, "clauses", 1) for one in drawings] == [1, 2, 1, 2, 1, 2]
    assert len({one.seed for one in drawings}) == 6


def test_a_path_stops_near_the_need_within_one_round_a_clause() -> None:
    answers = [answer(2, 1), answer(2, 3), answer(2, 4), answer(1, 1)]
    figures = Clauses(Plan(part="clauses", count=4)).results(answers).figures["stops"]
    assert figures["all"]["near"]["hits"] == 3 and figures["of 1"]["exact"]["hits"] == 1
    assert figures["all, always one round"]["success"]["hits"] == 0


def test_the_path_is_compared_with_each_way_on_the_same_episodes() -> None:
    answers = [answer(2, 2, one_shot=False), answer(2, 2, success=False)]
    figures = Clauses(Plan(part="clauses", count=2)).results(answers).figures["ways"]
    assert figures[ONE_SHOT]["path_over"]["points"] == 0.0  # one won, one lost
    assert figures[SOURCE]["path_over"]["points"] == 50.0 and figures[PATH]["wrong"]["hits"] == 1


@pytest.fixture(scope="module")
def found(plan: Plan) -> Results:
    all_there = {"gate.presence": -100.0}  # or else nothing is drawn of what a random encoder does not see
    return measure(replace(plan, part="clauses", clauses="2", count=2, options=all_there))


def test_what_seems_to_keep_the_first_clause_is_counted_for_wishes_of_several() -> None:
    kept = {RIGHT_END: True, SOURCE: False, LACKING: True}
    answers = [replace(answer(2, 2), kept=kept), answer(1, 1)]
    found = Clauses(Plan(part="clauses", count=2)).results(answers).figures["kept"]
    assert {name: (one["kept"]["count"], one["kept"]["hits"]) for name, one in found.items()} == {
        RIGHT_END: (1, 1), SOURCE: (1, 0), LACKING: (1, 1)
    }  # fmt: skip


def test_the_source_never_keeps_a_clause_and_the_state_after_it_always_does() -> None:
    one, encoder = compound(1_001_000_003, 2, frames=2), encoder_with_words("tabletop", "cpu", None)
    assert not keeps_first(one, encoder)[SOURCE]
    assert keeps_first(replace(one, target=one.truths[0]), encoder)[RIGHT_END]
    assert keeps_first(episode(1_001_000_003, frames=2), encoder) == {}


def test_the_last_clause_alone_begins_at_the_truth_after_those_before_it() -> None:
    two, three = (compound(1_001_000_003, count, frames=2) for count in (2, 3))
    assert before_last(two) is two.truths[0] and before_last(three) is three.truths[1]
    assert before_last(one := episode(1_001_000_003, frames=2)) is one.source


def test_its_tables_fit_a_page(found: Results, tmp_path: Path) -> None:
    check_tables_and_file(found, "clauses", tmp_path)


def test_every_way_costs_what_it_draws(found: Results) -> None:
    for row in found.rows:
        ways: Any = row["ways"]
        assert ways[ONE_SHOT]["evaluations"] == 2 * 4  # two steps of two rounds of two clips
        assert ways[AS_MANY]["evaluations"] == ways[PATH]["evaluations"] == 2 * ways[PATH]["clips"]
        assert ways[LAST_ALONE]["clips"] == 2 and ways[LAST_ALONE]["reached"] >= 1  # one round of the two
        assert ways[ONE_ROUND]["clips"] == 2 and ways[TO_THE_END]["rounds"] >= ways[PATH]["rounds"]
