"""The selectors on clips whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from frame2frame.select.rules import Best, Earliest, remaining_change, settled_frame, still_to_come
from frame2frame.values import Caption, Cause, Clip, Scores
from frame2frame.worlds.tabletop import episode

from ..clips import clip_of

CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")


def scores_of(*semantic: float, source: float = 0.0, threshold: float | None = None) -> Scores:
    return Scores({"semantic": semantic}, {"semantic": source}, threshold)


def fading(*levels: int) -> Clip:
    """One grey picture a frame."""
    return clip_of(*(np.full((4, 4, 3), level, np.uint8) for level in levels))


def test_best_takes_the_frame_most_similar_to_the_text() -> None:
    choice = Best().choose(fading(0, 1, 2), scores_of(0.1, 0.4, 0.3), CAPTION)
    assert (choice.index, choice.runner_up) == (1, 2)


def test_best_takes_none_when_the_source_is_closest() -> None:
    choice = Best().choose(fading(0, 1), scores_of(0.1, 0.2, source=0.3), CAPTION)
    assert choice.index is None and "better than your picture does; frame 1 comes closest" in choice.reason


def test_earliest_takes_the_first_frame_that_looks_settled() -> None:
    clip = fading(0, 100, 198, 200, 200, 200)
    choice = Earliest().choose(clip, scores_of(0.0, 0.6, 0.9, 0.9, 0.9, 0.9, threshold=0.5), CAPTION)
    assert choice.index == 2


def test_the_reason_names_frames_by_their_times_where_latent_frames_were_left_out() -> None:
    clip = replace(fading(0, 100, 198, 200, 200, 200), frame_times=(0, 9, 10, 11, 12, 16))
    choice = Earliest().choose(clip, scores_of(0.0, 0.6, 0.9, 0.9, 0.9, 0.9, threshold=0.5), CAPTION)
    assert choice.index == 2 and choice.reason.startswith("Frame 10 is the first")
    refused = Earliest().choose(clip, scores_of(0.0, 0.1, 0.1, 0.1, 0.2, 0.3, threshold=0.5), CAPTION)
    assert "frame 16 comes closest" in refused.reason


def test_earliest_passes_over_a_frame_that_is_softer_than_those_after_it() -> None:
    """Where the clip changes; what it looks like elsewhere is no matter."""
    sharp = np.full((16, 16, 3), 200, np.uint8)
    sharp[4:12:2, 4:12] = 212
    soft = np.full((16, 16, 3), 200, np.uint8)
    soft[4:12, 4:12] = 206
    first = np.zeros((16, 16, 3), np.uint8)
    clip = clip_of(first, soft, sharp, sharp, sharp)
    scores = scores_of(0.0, 0.9, 0.9, 0.9, 0.9, threshold=0.5)
    assert Earliest().choose(clip, scores, CAPTION).index == 1, "no model has drawn it"
    clip = replace(clip, source=first + np.uint8(1))
    choice = Earliest().choose(clip, scores, CAPTION)
    assert choice.index == 2 and "is the first sharp one that shows" in choice.reason
    assert Earliest(sharp=0).choose(clip, scores, CAPTION).index == 1


def test_earliest_passes_over_a_frame_that_shows_the_edit_half_done() -> None:
    clip = fading(0, 170, 200, 200, 200)
    choice = Earliest().choose(clip, scores_of(0.0, 0.8, 0.8, 0.8, 0.8, threshold=0.5), CAPTION)
    assert choice.index == 2


def test_earliest_ignores_frames_after_the_edit_went_back() -> None:
    clip = fading(0, 200, 200, 200, 100, 0, 0)
    choice = Earliest().choose(clip, scores_of(0.0, 0.9, 0.9, 0.9, 0.2, 0.0, 0.0, threshold=0.5), CAPTION)
    assert choice.index == 1


@pytest.mark.parametrize("threshold", [0.95, None])
def test_earliest_takes_none_when_no_frame_shows_the_edit(threshold: float | None) -> None:
    choice = Earliest().choose(
        fading(0, 1, 2), scores_of(0.3, 0.301, 0.302, source=0.3, threshold=threshold), CAPTION
    )
    assert choice.index is None and "No frame shows" in choice.reason


def test_earliest_needs_no_threshold() -> None:
    clip = fading(0, 100, 200, 200)
    choice = Earliest().choose(clip, scores_of(0.20, 0.24, 0.30, 0.30, source=0.20), CAPTION)
    assert choice.index == 2


def test_earliest_finds_the_true_frame_of_a_drawn_clip_or_the_next() -> None:
    drawn = episode(1_000_000_007, "left")
    assert drawn.complete_index is not None
    semantic = tuple(float(i >= drawn.complete_index) for i in range(17))
    choice = Earliest().choose(clip_of(*drawn.frames), scores_of(*semantic, threshold=0.5), CAPTION)
    assert choice.index in (drawn.complete_index, drawn.complete_index + 1)


def test_enough_is_said_only_of_a_clip_that_shows_the_edit_and_rests() -> None:
    high, low = (0.9,) * 5, (0.1,) * 5
    resting, moving = fading(0, 200, 200, 200, 200), fading(0, 50, 100, 150, 200)
    assert Earliest().enough(resting, scores_of(*high, threshold=0.5))
    assert not Earliest().enough(moving, scores_of(*high, threshold=0.5))
    assert not Earliest().enough(resting, scores_of(*low, threshold=0.5))
    assert not Earliest().enough(resting, scores_of(*high))


def previews(*levels: int) -> Clip:
    """Five of them, of a clip of seventeen frames."""
    return replace(fading(*levels), frame_times=(0, 4, 8, 12, 16))


def test_a_decode_stops_where_the_previews_of_the_rest_bring_nothing_new() -> None:
    moving, high, low = fading(*range(0, 90, 10)), (0.9,) * 9, (0.1,) * 9
    shown, hidden = scores_of(*high, threshold=0.5), scores_of(*low, threshold=0.5)
    rests = previews(0, 50, 100, 102, 101)
    assert Earliest().enough_ahead(moving, shown, rests)
    assert not Earliest().enough_ahead(moving, hidden, rests)
    assert not Earliest().enough_ahead(moving, scores_of(*high), rests)  # a later one may be better
    columns = {"semantic": low, "contrast": (0.0,) * 9}
    unjudged = Scores(columns, dict.fromkeys(columns, 0.0), presence=-3.0, ability=0.2)
    assert Earliest().enough_ahead(moving, unjudged, rests)  # whatever comes would not be judged either
    assert not Earliest().enough_ahead(moving, replace(unjudged, ability=1.2), rests)
    assert not Earliest(to_come=0.0).enough_ahead(moving, shown, rests)
    for name, levels in {
        "goes on": (0, 50, 100, 150, 150), "goes back": (0, 50, 100, 100, 0), "nothing yet": (0, 0, 0, 9, 9)
    }.items():  # fmt: skip
        assert not Earliest().enough_ahead(moving, shown, previews(*levels)), name


def test_what_is_to_come_is_told_from_the_preview_of_the_last_decoded_frame() -> None:
    ahead = previews(0, 50, 100, 150, 150)
    assert [still_to_come(ahead, frame) for frame in (8, 11, 12, 16)] == [0.25, 0.25, 0.0, 0.0]


def test_a_small_thing_that_still_changes_is_no_rest() -> None:
    """A hundredth of the picture, whose change is lost in the mean over all of it."""
    frames = np.zeros((6, 20, 20, 3), np.uint8)
    frames[:, :2, :2] = np.array([0, 100, 120, 140, 160, 180])[:, None, None, None]
    clip, scores = clip_of(*frames), scores_of(*(0.9,) * 6, threshold=0.5)
    assert not Earliest().enough(clip, scores)
    frames[2:, :2, :2] = 180
    assert Earliest().enough(clip_of(*frames), scores)


def test_the_settled_frame_is_where_the_clip_rests() -> None:
    clip = fading(0, 80, 160, 200, 200, 200)
    assert settled_frame(clip.frames, np.arange(6)) in (3, 4, 5)


def test_of_two_frames_nearest_to_each_other_the_one_that_has_changed_more_is_settled() -> None:
    """As in a clip whose decode was stopped where it comes to rest."""
    clip = fading(0, 0, 0, 0, 0, 90, 150, 185, 200)
    assert settled_frame(clip.frames, np.arange(5, 9)) == 8
    scores = scores_of(*(0.1,) * 6, 0.9, 0.9, 0.9, threshold=0.5)
    assert (
        Earliest().choose(clip, scores, CAPTION).index == 7
    )  # 15 of 200 levels are 0.006 of the squared change
    earlier = fading(0, 0, 0, 0, 0, 90, 140, 170, 205)
    assert Earliest().choose(earlier, scores, CAPTION).index == 7  # here it is nearer to the one before


def test_the_remaining_change_runs_from_one_to_zero() -> None:
    left = remaining_change(fading(0, 100, 200).frames, 2)
    assert left == pytest.approx([1.0, 0.25, 0.0])


def test_a_clip_that_never_changes_has_no_change_left() -> None:
    assert remaining_change(fading(7, 7, 7).frames, 2).tolist() == [0, 0, 0]


def test_earliest_takes_none_when_the_source_shows_the_edit_already() -> None:
    clip = fading(0, 100, 200, 200)
    choice = Earliest().choose(clip, scores_of(0.6, 0.6, 0.6, 0.6, source=0.6, threshold=0.5), CAPTION)
    assert (
        choice.index is None and "and no frame shows it clearly more; frame 0 comes closest" in choice.reason
    )
    assert choice.cause == Cause.SHOWN_ALREADY


@pytest.mark.parametrize(("gained", "index"), [(0.016, None), (0.039, None), (0.045, 1)])
def test_a_source_over_the_threshold_must_gain_more_than_drawing_anew_brings(
    gained: float, index: int | None
) -> None:
    scores = scores_of(0.167, *(0.167 + gained,) * 3, source=0.167, threshold=0.125)
    assert Earliest().choose(fading(0, 200, 200, 200), scores, CAPTION).index == index


def test_without_a_threshold_a_small_gain_will_do() -> None:
    scores = scores_of(0.2, 0.212, 0.212, 0.212, source=0.2)
    assert Earliest().choose(fading(0, 200, 200, 200), scores, CAPTION).index == 1


def test_the_reason_says_what_is_seen_and_then_the_numbers() -> None:
    scores = scores_of(-0.2, 0.6, 0.9, 0.9, 0.9, 0.9, source=-0.25, threshold=0.5)
    choice = Earliest().choose(fading(0, 100, 198, 200, 200, 200), scores, CAPTION)
    assert choice.reason == (
        "Frame 2 is the first that shows “the ball is blue” and looks like frame 3, "
        "where the clip has settled (similarity 0.900; the source has −0.250; calibrated gate)."
    )
    alone = Earliest().choose(fading(0, 200), scores_of(-0.2, 0.9, source=-0.25, threshold=0.5), CAPTION)
    assert alone.reason == (
        "Frame 1 is the first that shows “the ball is blue” "
        "(similarity 0.900; the source has −0.250; calibrated gate)."
    )


def test_a_refusal_of_a_small_gain_says_the_similarity_that_would_do() -> None:
    scores = scores_of(0.48, 0.51, source=0.48, threshold=0.5)
    assert Earliest().choose(fading(0, 200), scores, CAPTION).reason == (
        "No frame shows “the ball is blue”; frame 1 comes closest "
        "(similarity 0.510, and 0.520 is needed; the source has 0.480; calibrated gate)."
    )


def test_a_refusal_says_how_much_is_missing() -> None:
    scores = scores_of(-0.2, 0.1, source=-0.25, threshold=0.5)
    assert Earliest().choose(fading(0, 200), scores, CAPTION).reason == (
        "No frame shows “the ball is blue”; frame 1 comes closest "
        "(similarity 0.100, and 0.500 is needed; the source has −0.250; calibrated gate)."
    )
