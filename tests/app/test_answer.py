"""What the page shows of a finished run."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from frame2frame.app import answer
from frame2frame.app.advice import on_page
from frame2frame.app.questions import SELECTORS, questions
from frame2frame.report.comparison import change_begins
from frame2frame.report.result import Result
from frame2frame.request import Request
from frame2frame.values import Cause, Choice, Note

from ..finished import a_round, a_step, drawn


def answered(choice: Choice, instruction: str = "roll it", strategy: str = "one-shot") -> answer.Answer:
    frames = drawn()
    step = replace(a_step(choice, frames), passed=() if choice.index is None else (choice.index,))
    image = frames[0] if choice.index is None else frames[choice.index]
    path = (frames[0],) if choice.index is None else (frames[0], image)
    result = Result(image, frames, choice.index, step.scores, choice.reason, path, {"path_length": 1.5}, None)
    request = Request.of(frames[0], instruction, strategy=strategy, seed=7)
    return answer.Answer(answer.Asked.of(request), (step,), result)


def opened(base64_text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(base64_text))))


def test_the_strip_marks_the_chosen_frame_and_shows_each_score() -> None:
    page = answered(Choice(6, "It is there."))
    (strip,) = page.strips
    assert [frame.badge for frame in strip.frames].count("Chosen") == 1 and strip.frames[6].kind == "chosen"
    html = answer.strips_html(page)
    assert html.count('class="frame chosen"') == 1 and "<b>0.220</b>" in html
    assert html.count('data-strip="0" data-frame="6"') == 1


def test_without_a_chosen_frame_the_closest_is_marked_and_shown() -> None:
    page = answered(Choice(None, "Nothing rolls.", 3))
    (strip,) = page.strips
    assert [frame.kind for frame in strip.frames] == ["", "", "", "closest", "", "", "", "", ""]
    assert page.comparison.after_label == "Closest · frame 3"
    address = page.comparison.after.partition("base64,")[2]
    assert np.array_equal(opened(address), drawn()[3])
    assert "Your picture is unchanged; the closest frame is shown" in answer.outcome_html(page, None)


def test_a_path_is_a_strip_of_its_own_before_the_rounds() -> None:
    path, first = answered(Choice(6, "It is there."), strategy="path").strips
    assert [frame.name for frame in path.frames] == ["source", "state 1"] and path.frames[1].kind == "chosen"
    assert first.title == "Round 1" and first.frames[6].kind == "chosen"


def test_the_least_energy_route_of_a_path_is_a_strip_too_unless_it_is_the_path() -> None:
    page = answered(Choice(6, "It is there."), strategy="path")
    route = (page.result.path[0], drawn()[3], page.result.image)
    shown = replace(page, result=replace(page.result, route=route))
    assert [strip.title for strip in shown.strips] == ["The path", "The least-energy route", "Round 1"]
    first = shown.picture(1, 0)
    assert first is not None and np.array_equal(first, drawn()[3])
    itself = replace(page, result=replace(page.result, route=page.result.path))
    assert [strip.title for strip in itself.strips] == ["The path", "Round 1"]


def test_a_round_of_a_path_shows_the_energies_that_its_reason_speaks_of() -> None:
    page = replace(answered(Choice(3, "It is there."), strategy="path"), steps=(a_round(5, 1, (3,)),))
    first = page.strips[1]
    assert [frame.line[1] for frame in first.frames] == ["0.900", "0.850", "0.800", "0.750", "0.700"]
    assert first.unit == "energy, less is better"


def test_why_a_path_ended_stands_beside_the_reason() -> None:
    page = answered(Choice(6, "It is there."), strategy="path")
    ended = replace(page, result=replace(page.result, ended="The path stopped after round 1 of 5."))
    assert "It is there. The path stopped after round 1 of 5." in answer.outcome_html(ended, None)


def test_a_large_frame_can_be_saved_without_loss() -> None:
    page = answered(Choice(6, "It is there."))
    html = answer.large_html(page, 0, 4)
    address = re.search(r'href="data:image/png;base64,([^"]+)"', html)
    assert address is not None and 'download="frame_4.png"' in html
    assert np.array_equal(opened(address[1]), drawn()[4])


@pytest.mark.parametrize(("place", "index"), [(0, 9), (0, -1), (1, 0), (-1, 0)])
def test_a_frame_that_is_not_there_is_not_shown(place: int, index: int) -> None:
    assert answer.large_html(answered(Choice(6, "It is there.")), place, index) == ""


def test_the_slider_stands_where_the_change_begins_and_has_both_pictures() -> None:
    page = answered(Choice(6, "It is there."))
    html, start = answer.compare_html(page), page.comparison.start
    assert f'value="{start}"' in html and f"--split:{start}%" in html
    assert 'alt="The edited picture, frame 6"' in html and 'alt="Your picture"' in html
    sides = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    expected = (page.result.image, page.asked.source.picture)
    assert all(np.array_equal(opened(side), one) for side, one in zip(sides, expected, strict=True))


def test_left_of_where_the_change_begins_hardly_anything_differs() -> None:
    before = np.full((40, 100, 3), 90, np.uint8)
    after = before.copy()
    after[10:30, 60:90] = 200
    assert change_begins(before, after) == 58
    assert change_begins(before, before) == 50


def test_a_change_of_all_of_the_picture_is_shown_half_beside_the_source() -> None:
    before = np.full((40, 100, 3), 90, np.uint8)
    after = before // 4
    assert change_begins(before, after) == 50
    after[:, 80:] = before[:, 80:]
    assert change_begins(before, after) == 0, "on the right nothing has changed"


def test_a_picture_larger_than_a_screen_is_shown_smaller() -> None:
    large = np.random.default_rng(0).integers(0, 255, (3000, 4000, 3), np.uint8)
    page = answered(Choice(6, "It is there."))
    source = replace(page.asked.source, picture=large)
    whole = replace(page, asked=replace(page.asked, source=source), result=replace(page.result, image=large))
    html = answer.compare_html(whole)
    assert len(html) < 8_000_000
    sides = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)
    assert [opened(side).shape for side in sides] == [(960, 1280, 3)] * 2


def test_words_of_a_stranger_stay_words() -> None:
    hostile = "<script>alert(1)</script>\"'"
    page = replace(answered(Choice(6, hostile), instruction=hostile), notes=(Note(hostile),))
    everything = answer.outcome_html(page, None)
    assert "<script>" not in everything and everything.count("&lt;script&gt;") == 3


def test_the_figures_of_a_run_are_its_curves_and_its_time() -> None:
    page = answered(Choice(6, "It is there."))
    html = answer.figures_html(replace(page, result=replace(page.result, seconds={"denoise": 1.5})))
    assert "Similarity to the target text" in html and "1.50 s" in html and "how far the path goes" in html


def test_the_plane_of_a_path_has_every_frame_of_every_candidate() -> None:
    pytest.importorskip("sklearn")
    page = replace(answered(Choice(3, "It is there."), strategy="path"), steps=(a_round(5, 1, (3,)),))
    assert "11 frames in the plane, and the path over 2 of them" in answer.figures_html(page)


def test_of_a_picture_that_the_model_cannot_draw_no_caption_was_written() -> None:
    assert answered(Choice(None, "It comes out blurred.", 0)).has_caption
    refused = Choice(None, "It comes out blurred.", 0, cause=Cause.UNKNOWN_PICTURE)
    assert not answered(refused).has_caption


@pytest.mark.parametrize("cause", Cause)
def test_the_page_advises_nothing_that_is_typed_but_what_a_terminal_has_beside_it(cause: Cause) -> None:
    page = answered(Choice(None, "Nothing rolls.", 3, cause=cause))
    advice = page.verdict.advice
    assert advice and "--" not in advice and not re.search(r"\w+\.\w+=", advice)
    commands = re.findall(r"`(.+?)`", advice)
    assert all(command.startswith("f2f models ") for command in commands)


def test_what_the_page_advises_is_there() -> None:
    labels = {question.widget.label for question in questions().values()} | set(SELECTORS.values())
    advised = [name for cause in Cause for name in re.findall("“(.+?)”", on_page(cause))]
    assert set(advised) - labels == {"Advanced", "paint the ball blue"}
