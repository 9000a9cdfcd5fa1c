"""Where an answer at the source's size comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
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


def ended(frames: Frames, folder: Path | None = None, **how: object) -> tuple[Result, list[str]]:
    """The result of a run that drew these frames, and what was said of it."""
    picture = load_picture(source())
    step = replace(a_step(Choice(8, "the light is dim"), frames), passed=tuple(range(1, 9)))
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
