"""Which frames show the edit at all, by an encoder that is calibrated and by one that is not."""

from dataclasses import replace

import numpy as np
import pytest
from tests.clips import clip_of

from frame2frame.score.degree import COLUMN, Asked
from frame2frame.score.limits import ANY
from frame2frame.select.gate import Basis, Gate
from frame2frame.select.rules import Earliest
from frame2frame.select.sharpest import SharpestLate
from frame2frame.values import Caption, Cause, Choice, Clip, Scores, Take

CAPTION = Caption("the ball slowly turns blue", "the ball is blue", "test")
HIGH, LOW = 3.0, 0.3


def scores_of(*contrast: float, threshold: float | None = None, presence: float | None = None) -> Scores:
    semantic = tuple(0.2 for _ in contrast)
    columns = {"semantic": semantic, "contrast": contrast}
    return Scores(columns, {"semantic": 0.19}, threshold=threshold, presence=presence)


def fading(*levels: int) -> Clip:
    return clip_of(*(np.full((4, 4, 3), level, np.uint8) for level in levels))


def test_without_a_threshold_the_frames_whose_change_stands_out_show_the_edit() -> None:
    shows = Gate().shows(scores_of(0.0, 0.5, HIGH, HIGH, HIGH))
    assert shows.tolist() == [False, False, True, True, True]


def test_without_a_threshold_a_clip_that_stands_out_nowhere_shows_nothing() -> None:
    assert not Gate(contrast=1.4).shows(scores_of(0.0, LOW, 1.2, 1.4, 1.2)).any()


def test_of_several_clips_the_one_is_taken_that_shows_the_edit_most_surely() -> None:
    """By similarity and contrast together, with every encoder."""
    similar, sure = scores_of(0.0, 2.0, 2.0), scores_of(0.0, 2.0, HIGH)
    similar = replace(similar, columns={**similar.columns, "semantic": (0.2, 0.21, 0.21)})
    takes = [Take(fading(0, 200, 200), scores) for scores in (similar, sure)]
    choices = [Choice(2, "shown"), Choice(2, "shown")]
    calibrated = [replace(take, scores=replace(take.scores, threshold=0.1)) for take in takes]
    assert Earliest().compare(takes, choices, CAPTION) == (1, choices[1])
    assert Earliest().compare(calibrated, choices, CAPTION) == (1, choices[1])
    for own in (takes, calibrated):
        assert Earliest(gate=Gate(weight=0.0)).compare(own, choices, CAPTION) == (0, choices[0])


def test_a_single_frame_that_stands_out_is_an_accident() -> None:
    assert not Gate().shows(scores_of(0.0, 0.0, 2.5, 0.0, 0.0)).any()


def test_a_calibrated_encoder_decides_by_its_threshold_and_says_so() -> None:
    scores = replace(scores_of(LOW, LOW, LOW, threshold=0.15), source={"semantic": 0.0})
    assert Gate().basis(scores) is Basis.CALIBRATED and Gate().shows(scores).all()
    reason = Earliest().choose(fading(0, 200, 200), scores, CAPTION).reason
    assert "calibrated gate" in reason


def test_any_encoder_can_be_treated_as_unknown() -> None:
    scores = replace(scores_of(LOW, LOW, LOW, threshold=0.15), source={"semantic": 0.0})
    unknown = Gate(calibrated=False)
    assert unknown.basis(scores) is Basis.CONTRAST and not unknown.shows(scores).any()
    refusal = unknown.refused(fading(0, 200, 200), scores, CAPTION)
    assert f"contrast with other wishes 0.3, and {unknown.contrast:g} is needed" in refusal.reason


def test_where_the_source_itself_passes_no_frame_that_has_changed_is_refused() -> None:
    """Of a pan an encoder may see nothing: its similarity wanders below that of the source."""
    columns = {"semantic": (-0.2, -0.4, -0.6), "preservation": (0.0, -0.3, -0.5)}
    scores = Scores(columns, {"semantic": -0.2}, threshold=-0.3)
    assert Gate().shows(scores).tolist() == [False, True, True]
    assert not Gate().shows(replace(scores, threshold=-0.1)).any()
    of_a_thing = replace(scores, presence=2.0)
    assert Gate().shows(of_a_thing).tolist() == [False, False, False]


def of_a_degree(*levels: int) -> tuple[Clip, Scores]:
    """A grey clip that is to become brighter, by an encoder that sees nothing of it."""
    clip, caption = fading(*levels), Caption("", "the scene is brighter", "test")
    asked = Asked.of(clip.frames[0], caption)
    assert asked is not None
    return clip, asked.added(scores_of(*(0.0 for _ in levels), threshold=0.9), clip.frames)


def test_a_degree_is_measured_whatever_the_encoder_says() -> None:
    clip, scores = of_a_degree(80, 85, 110, 120, 120)
    assert Gate().basis(scores) is Basis.MEASURED and Gate(calibrated=False).basis(scores) is Basis.MEASURED
    assert Gate().shows(scores).tolist() == [False, False, True, True, True]
    assert not Gate(degree=50).shows(scores).any()
    choice = Earliest().choose(clip, scores, Caption("", "the scene is brighter", "test"))
    assert choice.index == 3
    assert "(brightness +40 levels of 255; measured)" in choice.reason


def test_a_clip_that_goes_the_other_way_is_refused_by_what_was_measured() -> None:
    clip, scores = of_a_degree(80, 70, 60, 60, 60)
    refusal = Earliest().choose(clip, scores, Caption("", "the scene is brighter", "test"))
    assert refusal.index is None
    assert "(brightness +0 levels of 255, and +16 is needed; measured)" in refusal.reason
    assert scores[COLUMN] == pytest.approx([80.0, 70.0, 60.0, 60.0, 60.0], abs=0.01)


def of_a_view(*distances: float) -> Scores:
    """With each frame's distance from the source, of a wish that no similarity judges."""
    columns = {
        "semantic": tuple(-0.2 for _ in distances),
        "preservation": tuple(-one for one in distances),
        "contrast": tuple(0.1 for _ in distances),
    }
    return Scores(columns, {"semantic": -0.2}, threshold=ANY)


def test_of_a_view_that_is_not_judged_every_frame_may_be_the_one_where_the_clip_settles() -> None:
    """Blurred by its motion, a view on its way looks less like the source than the one where it ends."""
    scores = of_a_view(0.0, 0.2, 0.3, 0.2, 0.2, 0.2, 0.2)
    assert not Gate().sees(scores) and Gate().shows(scores).all()
    choice = Earliest().choose(fading(0, 90, 150, 200, 200, 200, 200), scores, CAPTION)
    assert choice.index == 3
    assert choice.reason == (
        "Frame 3 is the first where the clip has settled "
        "(such a change is judged by where the clip settles, not by similarity)."
    )


def test_of_a_view_that_hardly_changes_no_frame_is_taken() -> None:
    choice = Earliest().choose(fading(0, 1, 1, 1), of_a_view(0.0, 0.1, 0.1, 0.1), CAPTION)
    assert choice.index is None and choice.cause == Cause.NOT_REACHED
    assert choice.reason == "The clip hardly changes, so no frame shows “the ball is blue”."


def test_an_encoder_that_is_set_aside_or_calibrated_anew_sees_as_any_other_does() -> None:
    scores = of_a_view(0.0, 0.3, 0.3)
    assert Gate(calibrated=False).sees(scores) and Gate().sees(replace(scores, threshold=0.1))


def over(*similarities: float) -> Scores:
    return Scores({"semantic": similarities}, {"semantic": -0.4}, threshold=0.1)


def test_a_frame_after_one_that_shows_the_edit_needs_a_little_less() -> None:
    """A clip that settles at the threshold is not taken where it lies over it by chance, on the way there."""
    wavers = over(-0.4, 0.11, 0.11, 0.08, 0.08, 0.08)
    assert Gate().shows(wavers).tolist() == [False, True, True, True, True, True]
    assert Earliest().choose(fading(0, 90, 200, 200, 200, 200), wavers, CAPTION).index == 2
    assert Gate(wavering=0.0).shows(wavers).tolist() == [False, True, True, False, False, False]


def test_what_is_hardly_below_the_threshold_is_nothing_before_a_frame_that_shows_the_edit() -> None:
    shown = Gate().shows(over(0.08, 0.08, 0.11, 0.11, 0.06, 0.08))
    assert shown.tolist() == [False, False, True, True, False, False]
    assert not Gate().shows(over(0.08, 0.09, 0.09)).any()


def test_one_frame_alone_shows_nothing_unless_the_clip_ends_with_it() -> None:
    assert not Gate().shows(over(-0.4, 0.2, -0.4, -0.4)).any()
    assert Gate().shows(over(-0.4, 0.2, 0.2, -0.4)).tolist() == [False, True, True, False]
    assert Gate().shows(over(-0.4, -0.4, 0.2)).tolist() == [False, False, True]


def test_contrast_helps_a_frame_over_a_calibrated_threshold() -> None:
    source = {"semantic": 0.0}
    without = replace(scores_of(0.0, 0.0, 0.0, threshold=0.25), source=source)
    beside = replace(scores_of(3.0, 3.0, 3.0, threshold=0.25), source=source)
    assert not Gate().shows(without).any() and Gate().shows(beside).all()


@pytest.mark.parametrize("threshold", (None, 0.1))
def test_a_thing_that_is_not_in_the_picture_is_named_and_nothing_is_chosen(threshold: float | None) -> None:
    scores = scores_of(HIGH, HIGH, HIGH, threshold=threshold, presence=-1.5)
    choice = Earliest().choose(fading(0, 200, 200), scores, CAPTION)
    assert choice.index is None and choice.cause == Cause.NOT_THERE
    assert choice.reason == "Your picture does not seem to show any ball."


def test_a_wish_that_was_not_reached_may_lack_its_thing_even_where_it_was_drawn() -> None:
    doubtful, sure = (scores_of(LOW, presence=presence) for presence in (0.5, 2.0))
    assert "does not seem to show any ball. Name the thing" in Gate().missing(doubtful, CAPTION)
    assert Gate().missing(sure, CAPTION) == "" == Gate().missing(scores_of(LOW), CAPTION)


def test_presence_may_be_left_to_the_user() -> None:
    scores = scores_of(HIGH, HIGH, HIGH, presence=-1.5)
    assert Gate(presence=-100).shows(scores).all()


def test_a_decode_stops_early_by_contrast_alone() -> None:
    clip = fading(0, 100, 200, 200, 200, 200)
    assert Earliest().enough(clip, scores_of(0.0, 1.0, *[HIGH] * 4))
    assert not Earliest().enough(clip, scores_of(0.0, 1.0, *[LOW] * 4))


def test_scores_of_earlier_versions_are_judged_by_the_clips_best_frame() -> None:
    scores = Scores({"semantic": (0.0, 0.1, 0.4, 0.4)}, {"semantic": 0.0})
    assert Gate().basis(scores) is Basis.RELATIVE and not Gate().tells(scores)
    assert Gate().shows(scores).tolist() == [False, False, True, True]


def test_a_clip_that_draws_the_source_badly_may_have_less_left_to_do() -> None:
    levels = (0, 100, 178, 200, 200, 200)
    scores = scores_of(0.0, 1.0, *[HIGH] * 4)
    exact = replace(fading(*levels), source=np.zeros((4, 4, 3), np.uint8))
    rough = replace(exact, source=np.full((4, 4, 3), 20, np.uint8))
    assert Earliest().choose(exact, scores, CAPTION).index == 2
    restored = replace(exact, source=np.full((4, 4, 3), 1, np.uint8))
    assert Earliest().choose(rough, scores, CAPTION).index == 3
    assert Earliest().choose(restored, scores, CAPTION).index == 3


def test_an_encoder_that_cannot_judge_refuses_nothing_and_the_choice_says_so() -> None:
    """Whatever it says of the change, and of what the picture shows."""
    scores = replace(scores_of(0.0, 0.0, 0.0, LOW, presence=-3.0), ability=0.2)
    assert Gate().basis(scores) is Basis.UNJUDGED and not Gate().tells(scores)
    assert Gate().foreseen(scores, CAPTION) is None
    for selector in (Earliest(), SharpestLate()):
        choice = selector.choose(fading(0, 100, 200, 200), scores, CAPTION)
        assert choice.index in (2, 3) and choice.cause == Cause.NOT_JUDGED and "“" not in choice.reason
        assert "not judged" in choice.notes[0] and f"0.2, and {Gate().ability:g} is needed" in choice.notes[0]
    able = replace(scores, ability=1.2)
    assert Earliest().choose(fading(0, 100, 200, 200), able, CAPTION).index is None
    assert Gate(ability=-100).basis(scores) is Basis.CONTRAST
