"""Episodes of several clauses."""

import numpy as np
import pytest

from frame2frame.caption.rules.clauses import clauses
from frame2frame.errors import InputError
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, Compound, compound, success
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import WHOLE_SCENE
from frame2frame.worlds.tabletop.episodes import draw_plan

SEEDS = range(FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + 6)


@pytest.fixture(scope="module")
def drawn() -> list[Compound]:
    return [compound(seed, 2 + seed % 2, frames=3) for seed in SEEDS]


def test_the_truth_is_known_after_each_clause(drawn: list[Compound]) -> None:
    for one in drawn:
        assert len(one.truths) == len(one.clauses) == len(one.kinds)
        assert np.array_equal(one.truths[-1], one.target) and success(one.target, one)
        assert not any(success(truth, one) for truth in (one.source, *one.truths[:-1]))


def test_a_clause_that_is_left_out_is_no_success(drawn: list[Compound]) -> None:
    for one in drawn:
        for place in range(len(one.clauses)):
            assert not success(one.rivals[f"without_{place + 1}"], one)


def test_the_clip_goes_through_the_truth_after_each_clause(drawn: list[Compound]) -> None:
    for one in drawn:
        ends = one.frames[2::3].astype(float)
        errors = [np.abs(end - truth).mean() for end, truth in zip(ends, one.truths, strict=True)]
        assert max(errors) < 1


def test_light_and_camera_change_last(drawn: list[Compound]) -> None:
    assert not any(kind in WHOLE_SCENE for one in drawn for kind in one.kinds[:-1])


def test_the_rules_find_the_clauses_that_were_drawn(drawn: list[Compound]) -> None:
    for one in drawn:
        found = [clause.lower() for clause in clauses(one.instruction)]
        assert found == [text.instruction for text in one.clauses]


def test_the_first_clause_is_of_the_kind_that_was_asked_for() -> None:
    assert compound(SEEDS[0], 2, "morph", 2).kinds[0] == "morph"
    with pytest.raises(InputError, match="first clause"):
        compound(SEEDS[0], 2, "night")


def test_an_episode_has_two_or_three_clauses() -> None:
    with pytest.raises(InputError, match="number of clauses"):
        compound(SEEDS[0], 4)


def test_a_scene_to_train_on_may_have_been_edited_before() -> None:
    """As the second clause of a path finds it: something may float, be striped, flat, large or gone."""
    plans = [draw_plan(Draws(seed), edited=True) for seed in range(60)]
    things = [thing for plan in plans for thing in plan.source.things]
    assert any(thing.lift for thing in things)
    assert any(thing.stripes for thing in things)
    assert any(thing.flat < 1 for thing in things)
    assert any(thing.sunk for thing in things)
    asked = [plan.source.things[plan.edit.subject] for plan in plans if plan.edit.subject is not None]
    assert not any(thing.sunk for thing in asked)
    plain = [draw_plan(Draws(seed)) for seed in range(60)]
    assert not any(
        thing.lift or thing.stripes or thing.sunk for plan in plain for thing in plan.source.things
    )


def test_an_edit_before_leaves_no_two_things_of_one_name() -> None:
    """Painting one of two cones in the other's colour would leave nothing to ask for the one by."""
    for seed in range(300):
        plan = draw_plan(Draws(seed), "remove", alike=True, edited=True)
        names = [(thing.colour, thing.shape) for thing in plan.source.things]
        assert len(set(names)) == len(names)
