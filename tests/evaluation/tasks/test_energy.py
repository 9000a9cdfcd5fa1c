"""The variants of the energy, and how the path's figures are compared."""

from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.tasks.path import DEFAULT, BothModes, Pair, variants
from frame2frame.evaluation.tasks.truth import Route, Way
from frame2frame.strategy.path import Path


def test_each_variant_changes_one_weight_to_nothing_or_double() -> None:
    found = variants(Path())
    assert list(found)[:7] == [DEFAULT, "w_sem 0", "w_sem 2", "w_step 0", "w_step 0.2", "w_id 0", "w_id 0.2"]
    assert found["w_step 0.2"] == Path(w_step=0.2) and found[DEFAULT] == Path()


def test_a_weight_that_is_nothing_by_default_gets_that_of_the_other_distances() -> None:
    found = variants(Path())
    assert found["w_curve 0.1"] == Path(w_curve=0.1) and found["w_monotone 0.2"] == Path(w_monotone=0.2)
    assert "w_curve 0" not in found


def made(success: bool, distance: float | None) -> Way:
    states = () if distance is None else ((1, 4),)
    return Way(success, success, 0.1, 0.0, states, success, distance, 1.0, 0.0, 1, 3)


def test_distances_are_compared_where_both_modes_left_the_source() -> None:
    pairs = [
        Pair(1, "left", made(True, 0.1), made(True, 0.2), Route(0.1, 1), 0.3),
        Pair(2, "left", made(True, 0.2), made(True, 0.4), Route(0.1, 2), 0.1),
        Pair(3, "left", made(True, 0.2), made(False, None), Route(0.3, 2), 0.4),
    ]
    figures = BothModes(Plan(count=3)).results(pairs).figures
    assert figures["nearer_than_one_shot"]["nearer"]["hits"] == 2
    assert figures["nearer_than_one_shot"]["nearer"]["count"] == 2
    assert figures["route_nearer_than_path"]["nearer"]["hits"] == 1
    assert figures["route_nearer_than_path"]["equal"]["hits"] == 1
    assert figures["route_nearer_than_clip"]["nearer"]["hits"] == 2
    assert figures["success_difference"]["all"]["points"] > 0
    assert not figures["not_lower"]  # three episodes are too few to say so


def test_paths_that_all_stayed_still_print() -> None:
    pairs = [Pair(1, "left", made(False, None), made(False, None), Route(), None)]
    assert "none" in BothModes(Plan(count=1)).results(pairs).text()
