"""The page's line of progress, and what is said in its place."""

from __future__ import annotations

from frame2frame.app import answer, status
from frame2frame.app.form import Written
from frame2frame.values import Choice, Progress, Sampling, Started

from ..finished import a_step, drawn
from .forms import FORM, WRITTEN


def listener() -> status.Listener:
    return status.Listener(answer.Asked.of(FORM.but(strategy="path").request(WRITTEN)))


def test_the_line_of_progress_counts_rounds() -> None:
    own, step = listener(), a_step(Choice(6, "It is there."), drawn())
    assert "round 1 of at most 2" in str(own.take(Progress("denoise", 1, 4)))
    assert own.take(step) is None
    assert "round 2 of at most 2" in str(own.take(Progress("denoise", 1, 4)))
    assert "round" not in str(own.take(Progress("keep", 0, 1)))
    own.take(step)
    assert "round" not in str(own.take(Progress("denoise", 1, 4)))  # a refinement


def test_it_says_how_far_the_stage_is_and_what_runs() -> None:
    own = listener()
    own.take(Started("tabletop", 5, Sampling(9, 128, 128, 4, (2.0,) * 4), "cpu"))
    shown = str(own.take(Progress("denoise", 1, 4)))
    assert "<b>Denoising · " in shown and "1 of 4" in shown and "width:25%" in shown
    assert "tabletop on cpu: 9 frames of 128×128, 4 steps, guidance 2, seed 5" in shown


def test_words_of_a_stranger_stay_words() -> None:
    assert "&lt;b&gt;" in status.failed("<b>") and "<b></b>" not in status.line("<b></b>")


def test_an_error_is_a_sentence_and_the_name_of_a_file_stays_as_it_is() -> None:
    assert "zero.png is empty." in status.failed("zero.png is empty")
    assert ">There is none.<" in status.failed("there is none.")


def test_what_the_user_should_know_of_a_caption_is_said_below_it() -> None:
    written = Written("a", "vlm", "b", "the <b>", ("No server is set.",), replaced="it <i>")
    html = status.caption_html(written)
    assert "“the &lt;b&gt;”" in html and "No server is set." in html
    assert "Your own caption “it &lt;i&gt;” gave way to this one." in html
    assert status.caption_html(Written()) == ""
