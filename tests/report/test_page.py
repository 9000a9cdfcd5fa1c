"""The report shows the run, needs nothing from outside, and shows a stranger's words as words."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.media.source import load_picture
from frame2frame.report.curves import plots
from frame2frame.report.page import page, write_report
from frame2frame.runs.read import read_run
from frame2frame.runs.record import RunRecord
from frame2frame.runs.write import Finished, write_run
from frame2frame.score.degree import COLUMN as DEGREE
from frame2frame.score.degree import UNIT
from frame2frame.score.limits import ANY
from frame2frame.select.gate import Gate
from frame2frame.values import Caption, Choice, Clip, Column, Scores, Step, Take

from ..finished import a_step, drawn, finished, recorded, walked
from .pages import Reader, picture_in, report_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;$instruction ${x} </title></style>"


@pytest.fixture
def html(tmp_path: Path) -> str:
    return report_of(finished(), tmp_path)


def test_before_and_after_are_lossless(html: str) -> None:
    before, after = (Reader(html).named("img", kind)[0]["src"] for kind in ("before", "after"))
    assert np.array_equal(picture_in(before), finished().source.picture)
    assert np.array_equal(picture_in(after), finished().image)


def test_every_frame_has_its_score_and_the_chosen_one_is_marked(html: str) -> None:
    reader = Reader(html)
    frames = reader.named("button", "frame")
    assert len(frames) == 9
    assert [index for index, frame in enumerate(frames) if "chosen" in (frame["class"] or "")] == [6]
    assert all(f"{score:.3f}" in reader.text for score in finished().steps[0].scores.columns["semantic"])


def test_reason_captions_other_frame_and_notes_are_said(html: str) -> None:
    text = Reader(html).text
    for words in ("earliest that is good enough", "rolls to the left", "A red ball at the left", "A note."):
        assert words in text
    assert "Frame 8" in text


def test_the_frame_that_the_choice_looks_like_is_called_settled(html: str) -> None:
    text = Reader(html).text  # it scores higher than the chosen one
    assert text.count("Settled") == 2 and "the chosen frame already looks like it" in text


def test_the_unit_of_preservation_is_said(tmp_path: Path) -> None:
    whole = finished()
    columns = dict(whole.steps[0].scores.columns) | {"preservation": (-0.5,) * 9}
    step = replace(whole.steps[0], scores=Scores(columns))
    text = Reader(report_of(replace(whole, steps=(step,)), tmp_path)).text
    assert "0 is the source itself" in text


@pytest.mark.parametrize(("threshold", "is_drawn"), [(0.3, True), (ANY, False), (None, False)])
def test_a_threshold_that_every_frame_passes_is_no_line(
    threshold: float | None, is_drawn: bool, tmp_path: Path
) -> None:
    whole = finished()
    step = replace(whole.steps[0], scores=replace(whole.steps[0].scores, threshold=threshold))
    text = Reader(report_of(replace(whole, steps=(step,)), tmp_path)).text
    assert ("edit shown from" in text) == is_drawn


def test_the_threshold_is_lower_by_what_the_contrast_of_the_shown_frame_is_worth() -> None:
    columns = {"semantic": (-0.2, 0.1, 0.1), "contrast": (0.0, 1.25, 6.0)}
    scores = Scores(columns, source={"semantic": -0.2, "contrast": 0.0}, threshold=0.13)
    for shown, needed in ((0, "0.130"), (1, "0.030"), (2, "−0.190")):
        plot = plots(scores, (0, 1, 2), shown, accepted=True, gate=Gate())[0]
        assert plot.limit is not None and plot.limit.text == f"edit shown from {needed}, with this contrast"
    lower = replace(scores, threshold=0.0)  # all have more than is needed with a contrast of 6
    assert plots(lower, (0, 1, 2), 2, accepted=True, gate=Gate())[0].limit is None
    without = plots(scores, (0, 1, 2), 1, accepted=True, gate=Gate(weight=0.0))[0]
    assert without.limit is not None and "from 0.130" in without.limit.text
    assert plots(scores, (0, 1, 2), 1, accepted=True, gate=Gate(calibrated=False))[0].limit is None


def test_the_stages_stand_in_the_order_in_which_they_ran(tmp_path: Path) -> None:
    whole = finished()
    seconds = {"encode": 1.0, "denoise": 3.0, "decode": 2.0}
    execution = replace(whole.record.execution, seconds=seconds)
    folder = write_run(tmp_path, replace(whole, record=replace(whole.record, execution=execution)))
    text = Reader(page(read_run(folder))).text
    places = [text.index(f"{value:.2f} s") for value in seconds.values()]
    assert places == sorted(places)


def test_the_model_that_ran_and_each_stage_are_named(html: str) -> None:
    text = Reader(html).text
    for words in ("tabletop", "float32", "transformer.safetensors", "generate", "1.50 s", "score"):
        assert words in text


def test_the_commands_that_repeat_the_run_can_be_copied(html: str) -> None:
    reader = Reader(html)
    assert "f2f replay final_frame.png" in reader.text
    assert "f2f edit --model tabletop --frames 9 --steps 20 --guidance 6 --seed 42" in reader.text
    targets = {button["data-of"] for button in reader.named("button", "copy")}
    assert targets == {pre["id"] for pre in reader.named("pre")}


def test_no_frame_shows_the_edit_is_said_at_the_top(tmp_path: Path) -> None:
    reader = Reader(report_of(finished(choice=Choice(None, "No frame reaches 0.300.")), tmp_path))
    assert reader.text.count("No frame shows the edit") == 1
    assert reader.text.count("No frame reaches 0.300.") == 1
    assert not reader.named("button", "chosen")
    assert len(reader.named("button", "closest")) == 1


def test_with_a_choice_nothing_says_that_there_is_none(html: str) -> None:
    assert "No frame shows the edit" not in html


def test_nothing_is_loaded_from_outside(html: str) -> None:
    for tag, given in Reader(html).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form", "a")
        assert (given.get("src") or "data:image/").startswith("data:image/")
    assert not re.search(r"url\(|@import|https?://", html.replace("http-equiv", ""))


def test_a_path_needs_nothing_from_outside_either(tmp_path: Path) -> None:
    test_nothing_is_loaded_from_outside(report_of(walked((3,), ()), tmp_path))


def test_only_the_pages_own_script_may_run(html: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = Reader(html).named("meta")[3]["content"] or ""
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def hostile() -> Finished:
    """Every text that a user, a model or a stranger's file can bring is an attack."""
    record, frames = recorded(load_picture(drawn()[0]), HOSTILE), drawn()
    source = replace(record.settings.source, path=HOSTILE)
    settings = replace(record.settings, source=source, model=HOSTILE, caption=HOSTILE, select=HOSTILE)
    execution = replace(
        record.execution,
        model_resolved=HOSTILE,
        model_revision=HOSTILE,
        encoder=HOSTILE,
        device=HOSTILE,
        dtype=HOSTILE,
        weights={HOSTILE: HOSTILE},
        versions={HOSTILE: HOSTILE},
        seconds={HOSTILE: 1.0},
    )
    columns = {HOSTILE: tuple(float(index) for index in range(len(frames)))}
    step = Step(
        Caption(HOSTILE, HOSTILE, HOSTILE),
        Clip(frames, tuple(range(len(frames))), 1),
        Scores(columns),
        Choice(3, HOSTILE, 2),
    )
    whole = finished()
    return replace(whole, record=RunRecord(settings, execution), steps=(step,), notes=(HOSTILE,))


def test_hostile_words_are_shown_and_never_run(tmp_path: Path, html: str) -> None:
    attacked = report_of(hostile(), tmp_path)
    expected = {tag for tag, _ in Reader(html).tags}
    assert {tag for tag, _ in Reader(attacked).tags} == expected
    assert len(re.findall(r"<script", attacked)) == 1
    assert not [given for _, given in Reader(attacked).tags if any(name.startswith("on") for name in given)]
    assert "<script>alert(1)</script>" in Reader(attacked).text


def test_hostile_words_in_a_refusal_are_escaped_too(tmp_path: Path) -> None:
    whole = hostile()
    step = replace(whole.steps[0], choice=Choice(None, HOSTILE))
    assert len(re.findall(r"<script", report_of(replace(whole, steps=(step,)), tmp_path))) == 1


def test_every_picture_and_control_has_a_name(html: str) -> None:
    reader = Reader(html)
    assert all(image.get("alt") for image in reader.named("img"))
    assert all(given.get("aria-label") for given in reader.named("input") if given["type"] == "range")
    assert all(given.get("aria-label") for given in reader.named("div", "plot"))


def test_scores_that_are_missing_or_all_equal_are_drawn(tmp_path: Path) -> None:
    whole = finished()
    columns = {"semantic": (math.nan,) * 9, "flat": (0.5,) * 9, "broken": (0.1, math.nan) * 4 + (0.3,)}
    step = replace(whole.steps[0], scores=Scores(columns))
    html = report_of(replace(whole, steps=(step,)), tmp_path)
    assert "nan" not in html.lower().partition("<script>")[0].replace("banana", "")


def test_a_wish_that_is_measured_is_shown_by_its_measure(tmp_path: Path) -> None:
    """Under the frames, and in a curve with the line from which on a frame counts."""
    made = finished()
    (step,) = made.steps
    levels = tuple(60.0 + 5.0 * index for index in range(9))
    described = {DEGREE: Column(DEGREE, "Brightness", UNIT)}
    scores = replace(
        step.scores,
        columns={**step.scores.columns, DEGREE: levels},
        source={**step.scores.source, DEGREE: 60.0},
        described=described,
    )
    text = Reader(report_of(replace(made, steps=(replace(step, scores=scores),)), tmp_path)).text
    assert "brightness in levels of 255, more is better" in text and "similarity to the target" not in text
    assert all(f"{level:.3f}" in text for level in levels)
    assert f"edit shown from {60 + Gate().degree:.3f}" in text


def test_over_a_single_frame_there_is_no_curve_and_nothing_to_play(tmp_path: Path) -> None:
    whole = finished()
    alone = Reader(report_of(replace(whole, steps=(a_step(Choice(None, "why not"), drawn(1)),)), tmp_path))
    several = Reader(report_of(whole, tmp_path))
    for reader, curves, plays in ((alone, 0, 0), (several, 2, 1)):
        found = len(reader.named("div", "plot")), len(reader.named("button", "play"))
        assert found == (curves, plays)


def test_a_single_frame_without_scores_is_shown(tmp_path: Path) -> None:
    step = replace(a_step(Choice(None, "why not"), drawn(1)), scores=Scores({}))
    assert len(Reader(report_of(replace(finished(), steps=(step,)), tmp_path)).named("button", "frame")) == 1


def test_what_was_only_told_is_no_warning(tmp_path: Path) -> None:
    reader = Reader(report_of(replace(finished(), notes=("Beware.",), told=("It was so.",)), tmp_path))
    assert [note["class"] for note in reader.named("p", "note")] == ["note warn wrap", "note wrap"]


def test_of_several_candidates_the_winner_is_named_and_the_others_scores_are_listed(tmp_path: Path) -> None:
    whole = finished()
    others = tuple(Take(replace(whole.steps[0].clip, seed=seed), whole.steps[0].scores) for seed in (43, 44))
    html = report_of(replace(whole, steps=(replace(whole.steps[0], others=others),)), tmp_path)
    assert "Seed 42 won of 3 candidates." in html and '<span class="chip">3 candidates</span>' in html
    assert re.findall(r"Seed (\d+).*?</th><td>(.*?)</td>", html)[1:] == [("43", "0.260"), ("44", "0.260")]


def test_of_a_clip_whose_latent_frames_were_dropped_the_frames_that_are_there_are_counted(
    tmp_path: Path,
) -> None:
    whole = finished()
    step, count = whole.steps[0], whole.record.settings.frames
    thin = replace(
        step,
        clip=replace(step.clip, frames=step.clip.frames[:-2], frame_times=step.clip.frame_times[:-2]),
        scores=replace(step.scores, columns={name: of[:-2] for name, of in step.scores.columns.items()}),
        choice=replace(step.choice, runner_up=None),
    )
    assert f">{count} frames<" in report_of(whole, tmp_path / "whole")
    assert f">{count - 2} of {count} frames<" in report_of(replace(whole, steps=(thin,)), tmp_path / "thin")


def test_a_search_tells_of_finished_clips_and_of_no_rounds(tmp_path: Path) -> None:
    whole = finished()
    others = (Take(replace(whole.steps[0].clip, seed=43), whole.steps[0].scores),)
    ran = replace(whole.record.execution, batch_seeds=(42, 43, 44))
    record = RunRecord(replace(whole.record.settings, strategy="search"), ran)
    steps = (replace(whole.steps[0], others=others),)
    html = report_of(replace(whole, record=record, steps=steps), tmp_path)
    assert "Seed 42 won of 2 finished clips." in html and "a round" not in html
    assert "seeds from 42" in html


def test_the_result_can_be_held_against_what_the_model_made_and_the_mask(tmp_path: Path) -> None:
    mask = load_picture(np.full((48, 48, 3), 255, np.uint8))
    whole = replace(finished(), path=(drawn()[5],), is_composed=True, mask=mask)
    reader = Reader(report_of(whole, tmp_path))
    assert [given["value"] for given in reader.named("input") if given["type"] == "radio"] == [
        "source",
        "generated",
        "mask",
    ]
    assert np.array_equal(picture_in(reader.named("img", "generated")[0]["src"]), drawn()[5])


def test_an_edit_of_the_whole_picture_has_nothing_else_to_hold_against(tmp_path: Path) -> None:
    whole = replace(finished(), is_composed=True)
    html = report_of(whole, tmp_path)
    assert not [given for given in Reader(html).named("input") if given["type"] == "radio"]


def test_where_nothing_was_put_back_there_is_nothing_to_choose(html: str) -> None:
    assert not [given for given in Reader(html).named("input") if given["type"] == "radio"]


def test_a_large_picture_does_not_make_a_heavy_page(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:1500, 0:2000]
    large = np.stack([rows // 8, columns // 8, rows // 8], axis=-1).astype(np.uint8)
    reader = Reader(report_of(finished(load_picture(large)), tmp_path))
    assert max(picture_in(reader.named("img", "before")[0]["src"]).shape) == 1280


def test_a_transparent_source_is_shown_with_its_alpha(tmp_path: Path) -> None:
    array = np.dstack([drawn()[0], np.full((48, 48), 9, np.uint8)])
    reader = Reader(report_of(finished(load_picture(array)), tmp_path))
    assert picture_in(reader.named("img", "before")[0]["src"])[0, 0, 3] == 9


def test_a_report_is_written_into_its_folder_again(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished(), page=page)
    first = (folder / "report.html").read_bytes()
    assert write_report(folder).read_bytes() == first


def test_a_folder_that_is_not_finished_gets_no_report(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []
