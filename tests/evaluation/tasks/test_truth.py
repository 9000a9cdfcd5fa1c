"""The distance of an edit's states from the true way, on clips that are drawn and so go it exactly."""

from dataclasses import replace

import numpy as np
import pytest

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.tasks.truth import Route, clip_distance, off_truth, route_distance, way
from frame2frame.values import Caption, Choice, Clip, Frames, Scores, Step
from frame2frame.worlds.tabletop import Episode, edit_error, episode

FRAMES = 9
LAST = FRAMES - 1


@pytest.fixture(scope="module")
def one() -> Episode:
    return episode(DEVELOPMENT, "left", frames=FRAMES)


def step(frames: Frames, index: int | None, passed: tuple[int, ...]) -> Step:
    """A round whose frames lie on a quarter circle in feature space, the source at its beginning."""
    angles = np.linspace(0, np.pi / 2, len(frames) + 1)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    columns = {"semantic": tuple(float(angle) for angle in angles[1:])}
    scores = Scores(columns, {"semantic": 0.0}, vectors=vectors[1:], start=vectors[:1])
    clip = Clip(frames, tuple(range(len(frames))), 5)
    return Step(Caption("", "", ""), clip, scores, Choice(index, ""), passed=passed)


def test_drawn_frames_lie_on_the_true_way(one: Episode) -> None:
    assert off_truth(one.frames, one) == pytest.approx(np.zeros(9), abs=1e-9)


def test_the_distance_is_the_least_error_to_any_drawn_frame(one: Episode) -> None:
    fade = one.rivals["fade_50"]
    errors = [
        ((fade.astype(float) - drawn)[one.changed] ** 2).mean()
        / ((one.source.astype(float) - one.target)[one.changed] ** 2).mean()
        for drawn in one.frames
    ]
    assert off_truth(fade[None], one) == pytest.approx([min(errors)])
    assert 0.01 < min(errors) <= edit_error(fade, one.source, one.target, one.changed)


def test_a_drawn_edit_is_a_success_on_the_true_way(one: Episode) -> None:
    found = way([step(one.frames, LAST, (3, LAST))], True, one)
    assert found.success and found.distance == pytest.approx(0.0, abs=1e-9)
    assert found.states == ((5, 3), (5, LAST)) and (found.rounds, found.clips) == (1, 1)
    assert found.path_length > 0 and found.smoothness > 0


def test_an_edit_that_stays_answers_with_the_source_and_has_no_way(one: Episode) -> None:
    found = way([step(one.frames, None, ())], False, one)
    assert (found.edit_error, found.success, found.distance, found.states) == (1.0, False, None, ())
    assert route_distance([step(one.frames, None, ())], one) == Route()


def test_the_route_goes_over_frames_that_the_path_forgot(one: Episode) -> None:
    steps = [step(one.frames, LAST, (LAST,))]
    found = route_distance(steps, one)
    assert found.states is not None and found.states > 1
    assert found.distance == pytest.approx(0.0, abs=1e-9)


def test_the_frames_passed_through_are_those_up_to_the_chosen_one_of_each_kept_clip(one: Episode) -> None:
    spoilt = one.frames.copy()
    spoilt[3] = 255 - one.source
    kept, stayed = step(spoilt, 4, (4,)), step(255 - one.frames, None, ())
    error = off_truth(spoilt[3:4], one)[0]
    assert clip_distance([stayed, kept], one) == pytest.approx(error / 4)
    assert clip_distance([stayed, step(spoilt, 2, (2,))], one) == pytest.approx(0.0, abs=1e-9)
    assert clip_distance([stayed], one) is None


def test_the_route_ends_in_the_answer_of_a_later_round(one: Episode) -> None:
    spoilt = one.frames.copy()
    spoilt[:] = 255 - one.source
    first, second = step(spoilt, None, ()), step(one.frames, LAST, (LAST,))
    turned = replace(first.scores, vectors=None if first.scores.vectors is None else -first.scores.vectors)
    found = route_distance([replace(first, scores=turned), second], one)
    assert found.distance == pytest.approx(0.0, abs=1e-9)
