"""The measures of a path, on paths whose answers are known."""

import json
import math

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.files.as_json import rendered
from frame2frame.geometry.measures import (
    curvature,
    identity_drift,
    measures,
    monotonicity,
    path_length,
    resample,
    smoothness,
    straightness,
)

SIDE = math.sin(math.pi / 18)
ZIG_ZAG = np.array([[math.sqrt(1 - y * y), y, 0] for y in (SIDE, -SIDE, SIDE, -SIDE)], np.float32)


def arc(degrees: float, states: int) -> np.ndarray:
    """States on a great circle, equally far apart."""
    angles = np.radians(np.linspace(0, degrees, states))
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(states)], axis=1).astype(np.float32)


def test_the_length_of_a_path_is_the_sum_of_its_chords() -> None:
    assert path_length(arc(90, 4)) == pytest.approx(3 * 2 * math.sin(math.radians(15)), abs=1e-6)


def test_equal_steps_on_a_great_circle_turn_by_the_angle_of_one_step() -> None:
    path = arc(90, 10)
    assert curvature(path) == pytest.approx(math.radians(10), abs=1e-5)
    assert smoothness(path) == pytest.approx((2 * math.sin(math.radians(5))) ** 2, abs=1e-6)


def test_a_right_angle_turns_by_a_quarter() -> None:
    corner = np.array([[0, 0], [1, 0], [1, 1]], np.float32)
    assert curvature(corner) == pytest.approx(math.pi / 2)
    assert smoothness(corner) == pytest.approx(math.sqrt(2))


def test_a_zig_zag_turns_back_at_each_state() -> None:
    assert curvature(ZIG_ZAG) == pytest.approx(math.pi)
    assert smoothness(ZIG_ZAG) == pytest.approx(4 * SIDE, abs=1e-6)
    assert straightness(ZIG_ZAG) > 1.5


def test_repeated_states_change_neither_length_nor_curvature_nor_straightness() -> None:
    path = arc(60, 5)
    lingering = np.repeat(path, [1, 3, 1, 2, 4], axis=0)
    for measure in (path_length, curvature, straightness):
        assert measure(lingering) == pytest.approx(measure(path), abs=1e-6)


@pytest.mark.parametrize("states", [1, 2])
def test_fewer_than_three_states_neither_bend_nor_turn(states: int) -> None:
    assert smoothness(arc(30, states)) == curvature(arc(30, states)) == 0.0


def test_a_path_that_never_moves_is_straight_and_one_that_returns_is_not() -> None:
    assert straightness(np.repeat(arc(0, 1), 4, axis=0)) == 1.0
    assert straightness(np.concatenate([arc(40, 5), arc(40, 5)[::-1]])) == math.inf


def test_the_straightness_of_a_great_circle_is_that_of_eight_chords() -> None:
    chords = 8 * math.sin(math.radians(90 / 16)) / math.sin(math.radians(45))
    assert straightness(arc(90, 49)) == pytest.approx(chords, abs=2e-3)


def test_straightness_counts_the_frames_passed_through_on_the_way() -> None:
    ends = ZIG_ZAG[[0, 3]]
    assert measures(ends, (0.0, 1.0)).straightness == pytest.approx(1.0)
    assert measures(ends, (0.0, 1.0), through=ZIG_ZAG).straightness > 1.5


def test_resampled_points_are_equally_far_apart_along_the_path() -> None:
    line = np.array([[0.0, 0], [1, 0], [1, 0], [8, 0]])
    assert resample(line, 9)[:, 0] == pytest.approx(np.arange(9))


def test_a_single_state_is_resampled_to_itself() -> None:
    assert (resample(arc(0, 1), 9) == arc(0, 1)).all()


def test_monotonicity_is_the_share_of_steps_that_do_not_fall() -> None:
    assert monotonicity((0.1, 0.2, 0.2, 0.1, 0.3)) == 0.75
    assert monotonicity((0.3,)) == 1.0


def test_the_drift_of_a_state_is_its_distance_to_the_first() -> None:
    assert identity_drift(arc(120, 3)) == pytest.approx([0, 1, math.sqrt(3)], abs=1e-6)


def test_the_measures_are_plain_json_even_of_a_path_that_returns() -> None:
    there_and_back = arc(40, 3)[[0, 1, 2, 1, 0]]
    plain = json.loads(rendered(measures(there_and_back, (0.1,) * 5).as_json()))
    assert plain.pop("reasons") == {"straightness": "infinite: the path moves and ends where it began"}
    assert set(plain) == {
        "path_length",
        "smoothness",
        "curvature",
        "monotonicity",
        "straightness",
        "semantic_scores",
        "identity_drift",
    }
    assert plain["straightness"] is None and len(plain["identity_drift"]) == 5


def test_a_path_without_a_score_for_each_state_is_refused() -> None:
    with pytest.raises(InputError, match="3 states and 2 scores"):
        measures(arc(40, 3), (0.1, 0.2))


@pytest.mark.parametrize("broken", [np.zeros((0, 3)), np.zeros(3), np.full((2, 3), np.nan)])
def test_what_is_no_path_is_refused(broken: np.ndarray) -> None:
    with pytest.raises(InputError, match="finite vector"):
        measures(broken, (0.0,) * len(broken))
