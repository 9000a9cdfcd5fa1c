"""Where an answer at the source's size comes from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from tests.finished import a_step, recorded
from tests.landscape import landscape

from frame2frame.files.as_json import rendered, to_json
from frame2frame.media.canvas import Canvas
from frame2frame.media.pictures import resized
from frame2frame.media.source import load_picture
from frame2frame.media.transfer.ways import AUTO, OFF
from frame2frame.report.finish import Drawn, finish
from frame2frame.report.result import Result
from frame2frame.runs.read import read_run
from frame2frame.runs.record import record_from
from frame2frame.select.region import Keep
from frame2frame.values import Choice, Frames, Note, Picture

SIZE = 72, 96


def source() -> Picture:
    """(240, 320, 3)."""
    return np.asarray(landscape(1))


def dimmed(picture: Picture, share: float) -> Picture:
    return np.asarray(np.rint(picture * (1 - share * np.array([0.6, 0.4, 0.2]))), dtype=np.uint8)


def dimming(picture: Picture) -> Frames:
    """A clip in which the light of all of the picture fades."""
    return np.stack([resized(dimmed(picture, share), *SIZE) for share in np.linspace(0, 1, 9)])


def with_a_patch(picture: Picture) -> Frames:
    """A clip in which a small thing appears."""
    frames = np.stack([resized(picture, *SIZE)] * 9)
    frames[4:, 30:40, 30:42] = (230, 20, 30)
    return frames


def ended(
    frames: Frames, folder: Path | None = None, target: str = "", **how: object
) -> tuple[Result, list[str]]:
    """The result of a run that drew these frames, and what was said of it."""
    picture = load_picture(source())
    step = replace(a_step(Choice(8, "the light is dim"), frames), passed=tuple(range(1, 9)))
    step = replace(step, caption=replace(step.caption, target=target or step.caption.target))
    record = recorded(picture)
    settings = replace(record.settings, transfer=str(how.get("transfer", AUTO)))
    drawn = Drawn(
        source=picture,
        steps=(step,),
        notes=(),
        record=lambda: replace(record, settings=settings),
        repeated=lambda: frames[0],
        **{"canvas": Canvas.of(picture.picture), "keep": Keep(), "transfer": AUTO, **how},  # type: ignore[arg-type]
    )
    said: list[str] = []
    events = finish(drawn, folder)
    while True:
        try:
            event = next(events)
        except StopIteration as done:
            return done.value, said
        if isinstance(event, Note):
            said.append(event.text)


def test_a_change_of_all_of_it_is_made_at_its_own_size() -> None:
    result, said = ended(dimming(source()))
    assert result.transfer is not None and result.transfer.made
    assert said == [result.transfer.reason] and "carried over to your picture at its own size" in said[0]
    truth, enlarged = dimmed(source(), 1).astype(float), result.path[-1].astype(float)
    assert np.abs(result.image - truth).mean() < 3 < 2 * np.abs(enlarged - truth).mean()


def test_it_is_not_where_that_is_off_or_nothing_is_kept() -> None:
    for how in ({"transfer": OFF}, {"keep": None}):
        result, _ = ended(dimming(source()), **how)
        assert result.transfer is None
        assert np.array_equal(result.image, result.path[-1])


def test_a_local_edit_is_as_it_was() -> None:
    with_it, said = ended(with_a_patch(source()))
    without, _ = ended(with_a_patch(source()), transfer=OFF)
    assert with_it.transfer is None and "the rest is the source's own pixels" in said[0]
    assert np.array_equal(with_it.image, without.image)


def test_a_picture_no_larger_than_the_clip_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.report.test_finish.source", lambda: resized(landscape(1), *SIZE))
    result, said = ended(dimming(source()))
    assert result.transfer is None and "none of your own pixels" in said[0]
    assert np.array_equal(result.image, result.frames[-1])


def test_why_it_was_not_made_is_said() -> None:
    other = np.ascontiguousarray(source()[::-1, ::-1])
    shown, frame = resized(source(), *SIZE), resized(other, *SIZE)
    result, said = ended(np.stack([shown] * 4 + [frame] * 5))
    assert result.transfer is not None and not result.transfer.made
    assert said[-1] == result.transfer.reason and "enlarged" in said[-1]
    assert np.array_equal(result.image, result.path[-1])


def blurring(picture: Picture, *amounts: float) -> Frames:
    """A clip with as much blur in its first eight frames and in its last."""
    image = Image.fromarray(resized(picture, *SIZE))
    frames = [np.asarray(image.filter(ImageFilter.GaussianBlur(amount))) for amount in amounts]
    return np.stack([frames[0]] * 8 + [frames[1]])


def test_a_blurred_picture_comes_into_focus_and_keeps_its_light(monkeypatch: pytest.MonkeyPatch) -> None:
    blurred = np.asarray(Image.fromarray(landscape(1)).filter(ImageFilter.GaussianBlur(4)))
    monkeypatch.setattr("tests.report.test_finish.source", lambda: blurred)
    result, said = ended(blurring(landscape(1), 1.2, 0.4), target="The picture is in focus.")
    assert result.index == 8 and result.transfer is not None and result.transfer.made
    assert said == [result.transfer.reason] and "The focus" in said[0]
    truth = landscape(1).astype(float)
    assert np.abs(result.image - truth).mean() < 0.8 * np.abs(source() - truth).mean()


@pytest.mark.parametrize("target", ["The picture is in focus.", "The picture without grain."])
def test_a_picture_that_shows_more_than_the_frame_is_the_answer_itself(target: str, tmp_path: Path) -> None:
    result, said = ended(blurring(source(), 0.7, 0.4), tmp_path, target=target)
    assert result.index is None and np.array_equal(result.image, source())
    assert result.transfer is not None and result.transfer.kept and not said
    assert result.reason == result.transfer.reason and "larger frames" in result.advice
    assert len(result.path) == 1
    assert result.folder is not None
    run = read_run(result.folder)
    assert run.record.execution.transfer == result.transfer
    assert result.reason in (result.folder / "report.html").read_text("utf-8")


def test_a_view_from_farther_back_has_the_pictures_own_pixels_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.asarray(landscape(1))
    box = (48, 36, 272, 204)
    near = np.asarray(Image.fromarray(whole).resize((320, 240), Image.Resampling.BICUBIC, box))
    monkeypatch.setattr("tests.report.test_finish.source", lambda: near)
    frames = np.stack([resized(near, *SIZE)] * 8 + list(blurring(whole, 0, 1.5)[-1:]))
    result, said = ended(frames, target="The scene seen from far.")
    assert result.transfer is not None and result.transfer.made and said == [result.transfer.reason]
    inner = slice(60, 180), slice(80, 240)
    missed = [
        float(np.abs(one[inner].astype(float) - whole[inner]).mean())
        for one in (result.image, result.path[-1])
    ]
    assert missed[0] < 0.5 * missed[1]


def seen_from_far(monkeypatch: pytest.MonkeyPatch) -> Frames:
    """A clip of a small picture, whose last frame shows more around it; soft, as frames are."""
    whole = resized(landscape(1), *SIZE)
    near = np.asarray(Image.fromarray(whole).resize(SIZE[::-1], Image.Resampling.BICUBIC, (14, 11, 82, 61)))
    monkeypatch.setattr("tests.report.test_finish.source", lambda: near)
    soft = np.asarray(Image.fromarray(whole).filter(ImageFilter.GaussianBlur(1)))
    return np.stack([near] * 8 + [soft])


def test_a_view_from_farther_back_of_a_small_picture_has_its_own_pixels_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = seen_from_far(monkeypatch)
    result, said = ended(frames, target="The scene seen from far.")
    assert result.transfer is not None and result.transfer.made and said == [result.transfer.reason]
    assert "patches of your picture" in said[0]
    truth, inner = resized(landscape(1), *SIZE), (slice(16, 56), slice(22, 74))
    made, drawn = (
        float(np.abs(one[inner].astype(float) - truth[inner]).mean()) for one in (result.image, frames[-1])
    )
    assert made < 0.6 * drawn


def test_from_nearer_by_a_small_picture_is_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = resized(landscape(1), *SIZE)
    near = np.asarray(Image.fromarray(picture).resize(SIZE[::-1], Image.Resampling.BICUBIC, (14, 11, 82, 61)))
    monkeypatch.setattr("tests.report.test_finish.source", lambda: picture)
    result, _ = ended(np.stack([picture] * 8 + [near]), target="The scene seen from near.")
    assert result.transfer is None and np.array_equal(result.image, near)


def test_what_a_small_picture_does_not_show_is_said_to_be_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = seen_from_far(monkeypatch)
    result, said = ended(frames, target="The scene seen from far.", transfer=OFF)
    assert result.transfer is None and "none of your own pixels" in said[0]
    share = re.fullmatch(
        r"(\d+)% of the result is not in your picture: that is the model's, .+ frame\.", said[1]
    )
    assert share is not None and abs(int(share[1]) / 100 - (1 - 68 * 50 / (72 * 96))) < 0.12
    assert len(ended(frames, target="The scene at night.")[1]) == 1


def test_what_is_not_to_be_carried_over_is_the_frame_in_another_focus_too() -> None:
    frames = blurring(source(), 0.4, 2)
    for how in ({"transfer": OFF}, {"keep": None}):
        result, _ = ended(frames, target="The picture is blurred.", **how)
        assert result.transfer is None and result.index == 8


def test_a_mask_says_where_the_focus_may_change() -> None:
    mask = np.zeros_like(source())
    mask[:, :160] = 255
    result, said = ended(
        blurring(source(), 0.4, 1.5), target="The picture is blurred.", mask=load_picture(mask)
    )
    assert "The mask lets" in said[0] and "The focus" in said[1]
    assert np.array_equal(result.image[:, 160:], source()[:, 160:])
    assert not np.array_equal(result.image[:, :160], source()[:, :160])


def test_only_the_part_that_the_clip_shows_is_changed() -> None:
    picture = load_picture(source())
    part = Canvas.of(picture.picture, "crop", (96, 96))
    frames = np.stack([resized(dimmed(part.part, share), 96, 96) for share in np.linspace(0, 1, 9)])
    result, _ = ended(frames, canvas=part)
    assert result.transfer is not None and result.transfer.made
    beside = part.spread(np.ones(part.size, np.float32)) == 0
    assert np.array_equal(result.image[beside], picture.picture[beside])
    assert np.abs(part.part_of(result.image).astype(float) - dimmed(part.part, 1)).mean() < 3


def test_the_run_folder_says_what_became_of_it(tmp_path: Path) -> None:
    result, said = ended(dimming(source()), tmp_path)
    assert result.folder is not None
    run = read_run(result.folder)
    assert run.record.settings.transfer == AUTO and run.record.execution.transfer == result.transfer
    assert said[0] in run.told and said[0].split(";")[0] in (result.folder / "report.html").read_text("utf-8")
    assert np.array_equal(np.asarray(Image.open(result.folder / "generated_frame.png")), result.path[-1])


def test_records_from_before_are_repeated_without_it() -> None:
    data = json.loads(rendered({"schema": 2, **to_json(recorded(load_picture(source())))}))
    assert data["settings"].pop("transfer") == OFF
    assert record_from(data).settings.transfer == OFF
