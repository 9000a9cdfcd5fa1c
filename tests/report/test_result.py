"""A result: shown in a few words, in a notebook, saved as a picture and as the way to it."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame.errors import InputError, WriteError
from frame2frame.media.canvas import Canvas
from frame2frame.media.source import load_picture
from frame2frame.report.animation import Animation
from frame2frame.report.result import Result
from frame2frame.report.terminal import watched
from frame2frame.values import Choice, Frames, Note, Progress, Take
from frame2frame.worlds.tabletop.example import EXAMPLE

from ..finished import a_step, drawn


def found(
    frames: Frames | None = None,
    index: int | None = 6,
    alpha: np.ndarray | None = None,
    folder: Path | None = None,
) -> Result:
    """What an edit that takes this frame gives; its pictures are the frames as they are."""
    frames = drawn() if frames is None else frames
    step = a_step(Choice(index, "Frame 6 is the first that shows it."), frames)
    step = replace(step, passed=() if index is None else tuple(range(1, index + 1)))
    source, image = load_picture(frames[0]), frames[index or 0]
    source = replace(source, alpha=alpha)
    return Result(
        image,
        frames,
        index,
        step.scores,
        step.choice.reason,
        (frames[0], image),
        {},
        folder,
        caption=step.caption,
        seed=42,
        alpha=alpha,
        animation=Animation.of_steps(Canvas.of(source.picture), source.alpha, image, (step,), True, None),
    )


def test_a_result_is_shown_in_one_short_line() -> None:
    shown = repr(found(folder=Path("outputs/run")))
    assert shown == (
        "Result(48×48, index=6 of 9, score=0.220, reason='Frame 6 is the first that shows it.', seed=42, "
        "folder='outputs/run')"
    )


def test_a_result_without_an_edit_is_shown_with_its_closest_frame() -> None:
    assert "index=None of 9, score=0.260" in repr(found(index=None))


def test_no_value_that_holds_pictures_is_shown_by_its_numbers() -> None:
    request = frame2frame.Request.of(EXAMPLE.picture, EXAMPLE.instruction)
    large = drawn(60, 256)
    step = a_step(Choice(6, "so"), large)
    step = replace(step, others=(Take(step.clip, step.scores),) * 9, passed=tuple(range(60)))
    for value in (request, request.source, step, step.clip, step.scores, step.others[0]):
        assert len(repr(value)) < 1_900 and "array(" not in repr(value)
    assert "frames=uint8[60, 256, 256, 3]" in repr(step.clip)
    assert "picture=uint8[128, 128, 3]" in repr(request)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def shown_in(result: Result) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in Tags(result._repr_html_()).found if tag == "img"]


def decoded(picture: dict[str, str | None]) -> np.ndarray:
    data = base64.b64decode(str(picture["src"]).partition(",")[2])
    return np.array(Image.open(io.BytesIO(data)).convert("RGB"))


def test_a_notebook_shows_before_and_after_and_the_frames_with_the_chosen_one_marked() -> None:
    result = found()
    after, before, *strip = shown_in(result)
    assert (after["alt"], before["alt"]) == ("After", "Before")
    assert np.array_equal(decoded(after), result.image) and np.array_equal(decoded(before), result.frames[0])
    assert [picture["alt"] for picture in strip] == [f"Frame {index}" for index in range(9)]
    assert [picture["alt"] for picture in strip if "outline:" in str(picture["style"])] == ["Frame 6"]


def test_a_notebook_is_shown_the_closest_frame_where_none_shows_the_edit() -> None:
    result = found(index=None)
    after = shown_in(result)[0]
    assert np.array_equal(decoded(after), result.frames[8])


def test_what_a_notebook_shows_needs_no_script_and_nothing_from_elsewhere() -> None:
    tags = Tags(found()._repr_html_()).found
    assert {tag for tag, _ in tags} <= {"div", "img", "span"}
    names = {name for _, attributes in tags for name in attributes}
    assert names <= {"style", "src", "alt", "title"}
    assert all(str(attributes["src"]).startswith("data:image/") for tag, attributes in tags if tag == "img")


def test_what_a_notebook_shows_of_a_large_run_stays_small_and_has_the_chosen_frame() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (81, 480, 720, 3)).astype(np.uint8)
    result = found(noise, index=67)
    assert len(result._repr_html_()) < 1_000_000
    strip = shown_in(result)[2:]
    assert len(strip) == 16 and "Frame 67" in [picture["alt"] for picture in strip]


def test_the_words_in_a_notebook_are_no_markup() -> None:
    result = replace(found(), reason="<b>so</b>")
    assert "&lt;b&gt;so&lt;/b&gt;" in result._repr_html_()


def test_a_result_is_a_picture_for_pillow_with_its_transparency() -> None:
    alpha = np.full((48, 48), 128, np.uint8)
    assert found().pil.mode == "RGB" and np.array_equal(np.array(found().pil), found().image)
    transparent = found(alpha=alpha).pil
    assert transparent.mode == "RGBA" and np.array_equal(np.array(transparent)[..., 3], alpha)


@pytest.mark.parametrize("name", ["edit.png", "edit.PNG", "edit.bmp", "edit.tif"])
def test_a_picture_is_saved_as_it_is(name: str, tmp_path: Path) -> None:
    result = found()
    assert result.save(tmp_path / name) == tmp_path / name
    assert np.array_equal(np.array(Image.open(tmp_path / name)), result.image)


@pytest.mark.parametrize("name", ["edit.jpg", "edit.webp", "edit.avif"])
def test_a_picture_is_saved_with_its_colours_where_some_is_lost(name: str, tmp_path: Path) -> None:
    result = found()
    saved = np.array(Image.open(result.save(tmp_path / name)).convert("RGB")).astype(int)
    assert np.abs(saved - result.image).mean() < 3


def test_transparency_is_white_where_a_file_has_none(tmp_path: Path) -> None:
    result = found(alpha=np.zeros((48, 48), np.uint8))
    assert np.array(Image.open(result.save(tmp_path / "edit.jpg"))).min() >= 253
    assert np.array(Image.open(result.save(tmp_path / "edit.png")))[..., 3].max() == 0


def test_a_png_is_the_one_of_the_run_folder_so_that_it_can_be_replayed(tmp_path: Path) -> None:
    (tmp_path / "final_frame.png").write_bytes(b"with settings")
    assert found(folder=tmp_path).save(tmp_path / "mine.png").read_bytes() == b"with settings"


def test_what_cannot_be_saved_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not saved as that; got edit\.txt; choose from \.png"):
        found().save(tmp_path / "edit.txt")
    with pytest.raises(InputError, match="named by a text; got 5"):
        found().save(5)  # type: ignore[arg-type]
    with pytest.raises(WriteError, match=r"cannot write .*; choose another folder$"):
        found().save(tmp_path / "no" / "edit.png")
    with pytest.raises(InputError, match="no frame shows the edit"):
        found(index=None).save(tmp_path / "edit.gif")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_printed_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(list(watched(iter([Note("A note."), Progress("denoise", 0, 2)])))) == 2
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")
