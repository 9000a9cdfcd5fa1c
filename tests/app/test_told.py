"""What the page shows of a finished run."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame.app import film, told
from frame2frame.app.form import Written
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.values import Choice, Note, Progress, Step

from ..finished import a_round, a_step, drawn
from .forms import FORM, WRITTEN


def shown(choice: Choice, instruction: str = "roll it", strategy: str = "one-shot") -> told.Shown:
    frames = drawn()
    step = replace(a_step(choice, frames), passed=() if choice.index is None else (choice.index,))
    image = frames[0] if choice.index is None else frames[choice.index]
    path = (frames[0],) if choice.index is None else (frames[0], image)
    result = Result(image, frames, choice.index, step.scores, choice.reason, path, {"path_length": 1.5}, None)
    request = Request.of(frames[0], instruction, strategy=strategy, seed=7)
    return told.Shown(told.Asked.of(request), (step,), result)


def test_the_strip_marks_the_chosen_frame_and_shows_each_score() -> None:
    (strip,) = shown(Choice(6, "It is there.")).strips()
    html = film.strips_html([strip])
    assert [strip.badge(index) for index in range(9)].count("Chosen") == 1 and strip.badge(6) == "Chosen"
    assert html.count("f2f-frame chosen") == 1 and "<b>0.220</b>" in html


def test_without_a_chosen_frame_the_closest_is_marked_and_shown() -> None:
    page = shown(Choice(None, "Nothing rolls.", 3))
    (strip,) = page.strips()
    assert (strip.chosen, strip.closest) == (None, 3)
    name, picture = page.after()
    assert "no frame shows the edit" in name and np.array_equal(picture, drawn()[3])
    assert "Your picture was kept" in told.outcome_html(page, None)


def test_a_path_is_a_strip_of_its_own_before_the_rounds() -> None:
    path, first = shown(Choice(6, "It is there."), strategy="path").strips()
    assert path.names == ("Source", "State 1") and path.chosen == 1
    assert first.title == "Round 1" and first.chosen == 6


def test_a_round_of_a_path_shows_the_energies_that_its_reason_speaks_of() -> None:
    step = a_round(5, 1, (3,))
    page = shown(Choice(3, "It is there."), strategy="path")
    first = replace(page, steps=(step,)).strips()[1]
    assert first.scores == pytest.approx((0.9, 0.85, 0.8, 0.75, 0.7)) and "less is better" in first.title


def test_why_a_path_ended_stands_beside_the_reason() -> None:
    page = shown(Choice(6, "It is there."), strategy="path")
    told_so = replace(page, result=replace(page.result, ended="The path stopped after round 1 of 5."))
    assert "It is there. The path stopped after round 1 of 5." in told.outcome_html(told_so, None)


def test_a_large_frame_can_be_saved_without_loss() -> None:
    (strip,) = shown(Choice(6, "It is there.")).strips()
    html = film.large_html(strip, 4)
    address = re.search(r'href="data:image/png;base64,([^"]+)"', html)
    assert address is not None and 'download="frame_4.png"' in html
    assert np.array_equal(opened(address[1]), drawn()[4])


def opened(base64_text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    import base64

    return np.asarray(Image.open(io.BytesIO(base64.b64decode(base64_text))))


def test_the_slider_stands_where_the_change_begins_and_has_both_pictures() -> None:
    before = np.full((40, 100, 3), 90, np.uint8)
    after = before.copy()
    after[10:30, 60:90] = 200
    html = film.compare_html(before, after, "After <frame 3>")
    assert 'value="58"' in html and "--at:58%" in html
    assert 'alt="After &lt;frame 3&gt;"' in html and 'alt="Before: your picture"' in html
    sides = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert [np.array_equal(opened(side), one) for side, one in zip(sides, (after, before), strict=True)]
    assert film.change_begins(before, before) == 0.5


def test_a_picture_larger_than_a_screen_is_shown_smaller() -> None:
    large = np.random.default_rng(0).integers(0, 255, (3000, 4000, 3), np.uint8)
    html = film.compare_html(large, large, "After")
    assert len(html) < 8_000_000
    (shown, _) = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)
    assert opened(shown).shape == (1200, 1600, 3)


def test_words_of_a_stranger_stay_words() -> None:
    hostile = "<script>alert(1)</script>\"'"
    page = shown(Choice(6, hostile), instruction=hostile)
    everything = told.outcome_html(replace(page, notes=(Note(hostile),)), None) + told.failed(hostile)
    assert "<script>" not in everything and everything.count("&lt;script&gt;") == 4


def test_the_line_of_progress_counts_rounds() -> None:
    teller = told.Teller(told.Asked.of(replace(FORM, strategy="path").request(WRITTEN)))
    assert "round 1 of at most 2" in str(teller.hear(Progress("denoise", 1, 4)))
    step: Step = a_step(Choice(6, "It is there."), drawn())
    assert teller.hear(step) is None
    assert "round 2 of at most 2" in str(teller.hear(Progress("denoise", 1, 4)))
    assert "round" not in str(teller.hear(Progress("keep", 0, 1)))
    teller.hear(step)
    assert "round" not in str(teller.hear(Progress("denoise", 1, 4)))  # a refinement


def test_an_error_is_a_sentence_and_the_name_of_a_file_stays_as_it_is() -> None:
    assert "zero.png is empty." in told.failed("zero.png is empty") and ">There is" in told.failed(
        "there is none."
    )
    assert told.failed("there is none.").count(".") == 1


def test_what_the_user_should_know_of_a_caption_is_said_below_it() -> None:
    written = Written("a", "vlm", "b", "the <b>", ("No server is set.",), replaced="it <i>")
    html = told.written_html(written)
    assert "“the &lt;b&gt;”" in html and "No server is set." in html
    assert "Your own caption “it &lt;i&gt;” gave way to this one." in html
    assert told.written_html(Written()) == ""


def test_a_projected_path_lies_inside_its_drawing() -> None:
    svg = told.path_svg(np.array([[-1.0, 0.0], [0.0, 0.5], [2.0, 0.0]]))
    box = re.search(r'viewBox="0 0 300 (\d+)"', svg)
    assert box is not None and svg.count("<circle") == 3
    for x, y in re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', svg):
        assert 0 < float(x) < 300 and 0 < float(y) < int(box[1])
