"""The sharpest late frame."""

import numpy as np

from frame2frame.select.sharpest import SharpestLate
from frame2frame.values import Caption, Clip, Scores

from ..clips import clip_of

CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")
HIGH, LOW = 0.9, 0.1


def chessboards(*contrasts: int) -> Clip:
    """One board a frame; the more contrast the sharper."""
    board = (np.indices((6, 6)).sum(axis=0) % 2)[..., None].repeat(3, axis=2)
    return clip_of(*((board * contrast).astype(np.uint8) for contrast in contrasts))


def scores_of(*semantic: float, preservation: tuple[float, ...] | None = None) -> Scores:
    columns = {"semantic": semantic} | ({"preservation": preservation} if preservation else {})
    return Scores(columns, {"semantic": 0.0}, threshold=0.5)


def test_the_sharpest_frame_of_the_last_third_is_taken() -> None:
    choice = SharpestLate().choose(chessboards(0, 99, 99, 99, 30, 50), scores_of(LOW, *[HIGH] * 5), CAPTION)
    assert (choice.index, choice.runner_up) == (5, 4)
    assert "sharpest of 2 late frames" in choice.reason


def test_a_sharper_frame_that_does_not_show_the_edit_is_not_taken() -> None:
    clip = chessboards(0, 0, 0, 10, 30, 50)
    assert SharpestLate().choose(clip, scores_of(*[LOW] * 3, HIGH, HIGH, LOW), CAPTION).index == 4


def test_when_the_clip_went_back_the_latest_frames_that_show_the_edit_are_late() -> None:
    clip = chessboards(0, 99, 10, 30, 0, 0, 0, 0, 0)
    assert SharpestLate().choose(clip, scores_of(LOW, HIGH, HIGH, HIGH, *[LOW] * 5), CAPTION).index == 3


def test_of_equally_sharp_frames_the_best_preserved_is_taken() -> None:
    scores = scores_of(*[HIGH] * 6, preservation=(0.0, -1.0, -1.0, -1.0, -0.9, -0.5))
    assert SharpestLate().choose(chessboards(*[50] * 6), scores, CAPTION).index == 5


def test_of_frames_that_are_equal_in_all_the_earlier_is_taken() -> None:
    assert SharpestLate().choose(chessboards(*[50] * 6), scores_of(*[HIGH] * 6), CAPTION).index == 4


def test_none_is_taken_when_no_frame_shows_the_edit() -> None:
    choice = SharpestLate().choose(chessboards(0, 10, 20), scores_of(LOW, LOW, 0.2), CAPTION)
    assert (choice.index, choice.runner_up) == (None, 2)
    assert "No frame shows" in choice.reason


def test_the_only_late_frame_has_no_runner_up() -> None:
    choice = SharpestLate().choose(chessboards(0, 10, 20), scores_of(LOW, LOW, HIGH), CAPTION)
    assert (choice.index, choice.runner_up) == (2, None)
