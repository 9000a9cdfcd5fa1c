"""What is said where no frame shows the edit, and what may help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.report.page import page
from frame2frame.report.verdict import advice, verdict
from frame2frame.runs.read import read_run
from frame2frame.runs.write import write_run
from frame2frame.values import BEFORE_DRAWING, Cause, Choice, Scores

from ..finished import NOON, finished
from .pages import Reader, report_of

NONE = Scores({"semantic": (0.1, 0.2)}, {"semantic": 0.1})
DRAWN = (Cause.UNKNOWN_PICTURE, Cause.BLURRED_PICTURE)
"""What only a model that draws can be to blame for."""


def refused(cause: str) -> Choice:
    return Choice(None, "No frame shows it.", 0, cause=cause)


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_has_advice_of_its_own_that_does_not_speak_of_what_cannot_be_had(cause: Cause) -> None:
    told = [advice(refused(cause)), advice(refused(cause), walks=True)]
    told += [] if cause in DRAWN else [given := advice(refused(cause), is_given=True)]
    assert all(one.endswith(".") and one[0].isupper() and ". " not in one for one in told)
    assert cause in DRAWN or not ("seed" in given or "frames may" in given)
    others = {advice(refused(other)) for other in Cause if other is not cause}
    assert advice(refused(cause)) not in others


def test_only_where_nothing_more_is_known_a_path_is_advised_otherwise() -> None:
    differing = {cause for cause in Cause if advice(refused(cause)) != advice(refused(cause), walks=True)}
    assert differing == {Cause.NOT_REACHED}


def test_what_a_later_version_calls_a_cause_has_the_usual_advice() -> None:
    assert advice(refused("too-hot")) == advice(refused(Cause.NOT_REACHED)) != ""
    assert verdict(refused("too-hot"), NONE, {}).advice == advice(refused("too-hot"))


def test_an_edit_that_was_found_needs_none() -> None:
    assert advice(Choice(1, "There it is.")) == verdict(Choice(1, "There it is."), NONE, {}).advice == ""


@pytest.mark.parametrize("cause", Cause)
def test_the_report_has_the_advice_that_the_terminal_has(cause: Cause, tmp_path: Path) -> None:
    whole = finished()
    step = replace(whole.steps[0], choice=refused(cause), passed=())
    folder = write_run(tmp_path, replace(whole, steps=(step,), path=()), now=NOON)
    html = page(read_run(folder)).replace("<code>", "`").replace("</code>", "`")
    assert advice(refused(cause)) in html


def test_a_thing_that_is_missed_in_a_clip_is_shown_beside_its_closest_frame() -> None:
    alone = Scores({"semantic": (0.1,)}, {"semantic": 0.1})
    assert "the closest frame" not in verdict(refused(Cause.NOT_THERE), alone, {}).kept
    assert "the closest frame" in verdict(refused(Cause.NOT_THERE), NONE, {}).kept


BEFORE = sorted({*BEFORE_DRAWING} - {Cause.UNKNOWN_PICTURE})


@pytest.mark.parametrize("cause", BEFORE)
def test_a_refusal_before_drawing_has_the_picture_alone_and_says_so_once(
    cause: Cause, tmp_path: Path
) -> None:
    whole, reason = finished(), "Nothing was drawn, for once."
    clip = replace(whole.steps[0].clip, frames=whole.steps[0].clip.frames[:1], frame_times=(0,))
    choice = Choice(None, reason, 0, cause=cause)
    step = replace(whole.steps[0], clip=clip, scores=Scores({"semantic": (0.1,)}), choice=choice, passed=())
    reader = Reader(report_of(replace(whole, steps=(step,), path=()), tmp_path))
    assert reader.text.lower().count("nothing was drawn") == 1 and reader.text.count("is unchanged") == 1
    assert not reader.named("button", "frame") and not reader.named("input")
    assert len(reader.named("img")) == 1
    assert "Closest" not in reader.text and "1 of 9 frames" not in reader.text


def test_a_picture_that_the_model_cannot_show_is_held_against_what_it_shows() -> None:
    alone = Scores({"semantic": (0.1,)}, {"semantic": 0.1})
    found = verdict(refused(Cause.UNKNOWN_PICTURE), alone, {})
    assert found.label == "As the model draws it" and "shown beside it" in found.kept
