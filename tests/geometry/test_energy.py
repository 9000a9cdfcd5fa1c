"""The energy against hand-made features."""

import math

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.geometry.energy import Features, Weights
from frame2frame.values import Scores


def features(*angles: float) -> Features:
    """Points on the unit circle, the text at a quarter turn and the source at zero."""
    vectors = np.array([(math.cos(angle), math.sin(angle)) for angle in angles], dtype=np.float32)
    return Features(vectors, vectors[:, 1].astype(float), np.linalg.norm(vectors - (1, 0), axis=1))


START, QUARTER = features(0.0), features(math.pi / 2)


def only(name: str, frames: Features, *path: Features) -> list[float]:
    others = dict.fromkeys(("w_sem", "w_step", "w_id", "w_curve", "w_monotone"), 0.0)
    return [float(value) for value in Weights(**(others | {name: 1.0})).energy(frames, path)]


def test_the_semantic_term_is_one_minus_the_cosine() -> None:
    assert only("w_sem", features(0.0, math.pi / 6), START) == pytest.approx([1.0, 0.5])


def test_the_step_term_is_the_distance_to_the_last_state() -> None:
    assert only("w_step", START, START, QUARTER) == pytest.approx([math.sqrt(2)])


def test_the_identity_term_is_the_distance_to_the_source() -> None:
    assert only("w_id", QUARTER, START, QUARTER) == pytest.approx([math.sqrt(2)])


def test_the_curvature_term_is_the_second_difference_and_needs_two_states() -> None:
    assert only("w_curve", QUARTER, START) == [0.0]
    assert only("w_curve", START, START, QUARTER) == pytest.approx([2 * math.sqrt(2)])


def test_the_monotone_term_counts_only_losses() -> None:
    assert only("w_monotone", START, START, QUARTER) == pytest.approx([1.0])
    assert only("w_monotone", QUARTER, START) == [0.0]


def test_the_terms_add_up() -> None:
    weights = Weights(w_sem=2.0, w_step=3.0, w_id=0.5, w_curve=0.0, w_monotone=0.0)
    expected = 2.0 * 0.0 + 3.5 * math.sqrt(2)
    assert weights.energy(QUARTER, [START])[0] == pytest.approx(expected)


@pytest.mark.parametrize("weight", [-0.1, 1_001.0, math.inf, math.nan])
def test_a_weight_out_of_range_is_refused_with_its_name(weight: float) -> None:
    with pytest.raises(InputError, match="w_step"):
        Weights(w_step=weight)


def test_the_identity_column_takes_the_place_of_the_encoders_and_a_missing_face_is_a_stranger() -> None:
    vectors = np.eye(2, dtype=np.float32)
    columns = {"semantic": (0.0, 0.0), "preservation": (-0.5, -0.5), "identity": (-0.25, math.nan)}
    assert Features.of(Scores(columns, vectors=vectors)).from_start.tolist() == [0.25, math.sqrt(2)]
