"""The distance of an edit's states from the true way, on clips that are drawn and so go it exactly."""

from dataclasses import replace

import numpy as np
import pytest

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.truth import Route, clip_distance, off_truth, route_distance, way
from frame2frame.values import Caption, Choice, Clip, Frames, Scores, Step
from frame2frame.worlds.tabletop import edit_error, episode

ONE = episode(DEVELOPMENT, "left", frames=9)
LAST = len(ONE.frames) - 1


def step(frames: Frames, index: int | None, passed: tuple[int, ...]) -> Step:
    """A round whose frames lie on a quarter circle in feature space, the source at its beginning."""
    angles = np.linspace(0, np.pi / 2, len(frames) + 1)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    columns = {"semantic": tuple(float(angle) for angle in angles[1:])}
    scores = Scores(columns, {"semantic": 0.0}, vectors=vectors[1:], start=vectors[:1])
    clip = Clip(frames, tuple(range(len(frames))), 5)
    return Step(Caption("", "", ""), clip, scores, Choice(index, ""), passed=passed)


def test_drawn_frames_lie_on_the_true_way() -> None:
    assert off_truth(ONE.frames, ONE) == pytest.approx(np.zeros(9), abs=1e-9)


def test_the_distance_is_the_least_error_to_any_drawn_frame() -> None:
    fade = ONE.rivals["fade_50"]
    errors = [
        ((fade.astype(float) - drawn)[ONE.changed] ** 2).mean()
        / ((ONE.source.astype(float) - ONE.target)[ONE.changed] ** 2).mean()
        for drawn in ONE.frames
    ]
    assert off_truth(fade[None], ONE) == pytest.approx([min(errors)])
    assert 0.01 < min(errors) <= edit_error(fade, ONE.source, ONE.target, ONE.changed)


def test_a_drawn_edit_is_a_success_on_the_true_way() -> None:
    found = way([step(ONE.frames, LAST, (3, LAST))], True, ONE)
    assert found.success and found.distance == pytest.approx(0.0, abs=1e-9)
    assert found.states == ((5, 3), (5, LAST)) and (found.rounds, found.clips) == (1, 1)
    assert found.path_length > 0 and found.smoothness > 0


def test_an_edit_that_stays_answers_with_the_source_and_has_no_way() -> None:
    found = way([step(ONE.frames, None, ())], False, ONE)
    assert (found.edit_error, found.success, found.distance, found.states) == (1.0, False, None, ())
    assert route_distance([step(ONE.frames, None, ())], ONE) == Route()


def test_the_route_goes_over_frames_that_the_path_forgot() -> None:
    steps = [step(ONE.frames, LAST, (LAST,))]
    found = route_distance(steps, ONE)
    assert found.states is not None and found.states > 1
    assert found.distance == pytest.approx(0.0, abs=1e-9)


def test_the_frames_passed_through_are_those_up_to_the_chosen_one_of_each_kept_clip() -> None:
    spoilt = ONE.frames.copy()
    spoilt[3] = 255 - ONE.source
    kept, stayed = step(spoilt, 4, (4,)), step(255 - ONE.frames, None, ())
    error = off_truth(spoilt[3:4], ONE)[0]
    assert clip_distance([stayed, kept], ONE) == pytest.approx(error / 4)
    assert clip_distance([stayed, step(spoilt, 2, (2,))], ONE) == pytest.approx(0.0, abs=1e-9)
    assert clip_distance([stayed], ONE) is None


def test_the_route_ends_in_the_answer_of_a_later_round() -> None:
    spoilt = ONE.frames.copy()
    spoilt[:] = 255 - ONE.source
    first, second = step(spoilt, None, ()), step(ONE.frames, LAST, (LAST,))
    turned = replace(first.scores, vectors=None if first.scores.vectors is None else -first.scores.vectors)
    found = route_distance([replace(first, scores=turned), second], ONE)
    assert found.distance == pytest.approx(0.0, abs=1e-9)
