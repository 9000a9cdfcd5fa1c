"""The elastic band between states."""

import numpy as np
import pytest

from frame2frame.geometry.band import relax
from frame2frame.geometry.measures import path_length


def on_the_circle(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(len(angles))], axis=1).astype(np.float32)


def test_the_ends_stay_and_all_states_stay_on_the_sphere() -> None:
    states = np.random.default_rng(1).normal(size=(7, 5))
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    band = relax(states.astype(np.float32), states.astype(np.float32))
    assert band.positions[[0, -1]] == pytest.approx(states[[0, -1]], abs=1e-6)
    assert np.linalg.norm(band.positions, axis=1) == pytest.approx(1.0, abs=1e-6)


def test_a_state_off_the_way_is_pulled_towards_it() -> None:
    states = on_the_circle(0, 30, 60)
    states[1] = [0.6, 0.0, 0.8]
    band = relax(states, states)
    assert 0 < band.positions[1, 2] < 0.5
    assert path_length(band.positions) < path_length(states)


def test_equal_steps_on_a_great_circle_are_at_rest() -> None:
    states = on_the_circle(0, 20, 40, 60)
    assert relax(states, states, rounds=50).positions == pytest.approx(states, abs=1e-6)


def test_many_rounds_end_in_equal_steps_on_the_great_circle() -> None:
    states = on_the_circle(0, 5, 8, 60)
    states[1] = [0.8, 0.0, 0.6]
    band = relax(states, states, rounds=400)
    assert band.positions == pytest.approx(on_the_circle(0, 20, 40, 60), abs=1e-5)


def test_each_state_names_the_nearest_frame_and_how_far_it_is() -> None:
    states, frames = on_the_circle(0, 10, 60), on_the_circle(60, 0, 29, 10)
    band = relax(states, frames, rounds=200)
    assert band.nearest == (1, 2, 0)
    assert band.gaps == pytest.approx([0, 2 * np.sin(np.radians(0.5)), 0], abs=1e-5)


def test_two_states_have_nothing_to_relax() -> None:
    states = on_the_circle(0, 60)
    assert relax(states, states).nearest == (0, 1)


def test_a_state_between_opposite_neighbours_stays() -> None:
    states = on_the_circle(0, 45, 180)
    states[1] = [0, 0, 1]
    assert relax(states, states, pull=1.0).positions[1] == pytest.approx([0, 0, 1])
