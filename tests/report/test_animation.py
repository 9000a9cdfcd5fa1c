"""The way from the source to the edit as a moving picture."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from frame2frame.errors import InputError
from frame2frame.media.canvas import Canvas
from frame2frame.media.video import read_clip
from frame2frame.report import animation
from frame2frame.report.animation import Animation
from frame2frame.runs.read import read_run
from frame2frame.runs.write import write_run
from frame2frame.values import Choice, Frames

from ..command import f2f
from ..finished import NOON, drawn, finished, walked

RED = (200, 30, 40)


def moving(count: int = 9, side: int = 64) -> Frames:
    """A red square that goes down a grey picture, four pixels a frame."""
    frames = np.full((count, side, side, 3), (120, 140, 160), np.uint8)
    for index in range(count):
        frames[index, 4 * index : 4 * index + 16, 24:40] = RED
    return frames


def soft(frames: Frames) -> Frames:
    """As a model draws them: a little off everywhere."""
    return (frames.astype(np.int16) + 3).astype(np.uint8)


def of(frames: Frames, keep: bool = True) -> Animation:
    return Animation(Canvas.of(frames[0]), frames[-1], soft(frames), keep)


def shown(data: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.array(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)]


def test_it_begins_with_the_source_and_ends_with_the_edit() -> None:
    frames = moving()
    pictures = of(frames).pictures()
    assert len(pictures) == 9
    assert np.array_equal(pictures[0], frames[0]) and np.array_equal(pictures[-1], frames[-1])


def test_the_sources_own_pixels_stay_wherever_a_frame_changes_nothing() -> None:
    frames = moving()
    for index, picture in enumerate(of(frames).pictures()):
        assert np.array_equal(picture[:, :8], frames[0][:, :8])
        square = picture[4 * index + 4 : 4 * index + 12, 28:36].astype(int)
        assert np.abs(square - RED).max() <= 3


def test_they_do_not_where_they_were_not_kept() -> None:
    frames = moving()
    assert np.array_equal(of(frames, keep=False).pictures()[4], soft(frames)[4])


def test_a_mask_says_where_every_frame_may_change() -> None:
    frames = moving()
    mask = np.zeros_like(frames[0])
    mask[:, :32] = 255
    pictures = Animation(Canvas.of(frames[0]), frames[-1], soft(frames), mask=mask).pictures()
    assert np.array_equal(pictures[4][:, 34:], frames[0][:, 34:])
    assert np.array_equal(pictures[4][:, :30], soft(frames)[4][:, :30])


@pytest.mark.parametrize("form", ["gif", "webp"])
def test_a_moving_picture_loops_with_source_and_edit_held(form: str) -> None:
    frames = moving()
    data = of(frames).encoded(form)
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["loop"] == 0 and image.n_frames == 9  # type: ignore[attr-defined]
        times = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            times.append(frame.info["duration"])
    assert times == [1000, *[120] * 7, 2000]


@pytest.mark.parametrize("form", ["gif", "webp"])
def test_the_colours_of_a_moving_picture_are_those_of_the_edit(form: str) -> None:
    frames = moving()
    first, *_, last = shown(of(frames).encoded(form))
    for seen, truth in ((first, frames[0]), (last, frames[-1])):
        assert np.abs(seen - truth).mean() < 2
        assert np.abs(seen[2, 2] - truth[2, 2]).max() <= 3
    assert np.abs(last[40, 32] - RED).max() <= 6


def test_nothing_flickers_in_a_gif_where_nothing_changes() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    frames = np.stack([noise] * 9)
    for index in range(9):
        frames[index, 4 * index : 4 * index + 16, 24:40] = RED
    pictures = shown(of(frames).encoded("gif"))
    assert all(np.array_equal(picture[:, :8], pictures[0][:, :8]) for picture in pictures)


def test_a_video_holds_source_and_edit_by_repeating_them(tmp_path: Path) -> None:
    frames = moving()
    film = read_clip(of(frames).save(tmp_path / "edit.mp4")).astype(int)
    assert len(film) == 8 + 7 + 17  # of 120 ms: one second, the way, two seconds
    assert np.abs(film[0] - frames[0]).mean() < 3 and np.abs(film[-1] - frames[-1]).mean() < 3
    assert np.abs(film[7] - film[0]).mean() < 1 < np.abs(film[15] - film[0]).mean()


def test_a_long_way_is_shown_by_a_part_of_its_frames() -> None:
    frames = np.repeat(moving(), 12, axis=0)
    pictures = of(frames).pictures()
    assert len(pictures) == animation.MOST_FRAMES + 2
    assert np.array_equal(pictures[-1], frames[-1])


def test_large_pictures_become_smaller_and_so_does_a_file_that_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (3, 600, 800, 3)).astype(np.uint8)
    way = Animation(Canvas.of(noise[0]), noise[-1], noise, keep=False)
    assert {picture.shape for picture in way.pictures()} == {(540, 720, 3)}
    monkeypatch.setattr(animation, "MOST_BYTES", 400_000)
    data = way.encoded("gif")
    assert len(data) <= 400_000
    with Image.open(io.BytesIO(data)) as image:
        assert 160 <= max(image.size) < 720


def test_what_is_transparent_is_shown_on_white() -> None:
    frames = moving()
    alpha = np.full((64, 64), 255, np.uint8)
    alpha[:, :8] = 0
    pictures = replace(of(frames), alpha=alpha).pictures()
    assert {tuple(picture[20, 4]) for picture in pictures} == {(255, 255, 255)}
    assert tuple(pictures[0][20, 12]) == (120, 140, 160)


def test_a_run_folder_gives_the_frames_up_to_the_chosen_one(tmp_path: Path) -> None:
    whole = finished()
    step = replace(whole.steps[0], passed=tuple(range(1, 7)))
    folder = write_run(tmp_path, replace(whole, steps=(step,)), now=NOON)
    way = Animation.of_run(read_run(folder))
    assert len(way.film) == 7 and np.array_equal(way.source.picture, whole.source.picture)
    assert np.array_equal(way.image, whole.image)
    assert np.abs(way.film[6].astype(int) - drawn()[6]).mean() < 3


def test_the_rounds_of_a_path_follow_each_other(tmp_path: Path) -> None:
    folder = write_run(tmp_path, walked((3,), (), (2,)), now=NOON)
    assert len(Animation.of_run(read_run(folder)).film) == 4 + 3


def test_a_run_without_an_edit_has_no_way_to_show(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished(choice=Choice(None, "None shows it.", 3)), now=NOON)
    with pytest.raises(InputError, match="no frame of this run shows the edit"):
        Animation.of_run(read_run(folder))


@pytest.mark.parametrize(
    ("name", "form", "says"),
    [
        ("edit.avi", None, "no such form of an animation; got 'avi'"),
        ("edit", None, "choose from gif, webp, mp4"),
        ("edit.gif", "mp4", r"ends otherwise; got edit\.gif for mp4"),
    ],
)
def test_another_form_is_refused(name: str, form: str | None, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=says):
        of(moving()).save(tmp_path / name, form)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder whose edit was found."""
    whole = finished()
    step = replace(whole.steps[0], passed=tuple(range(1, 7)))
    return write_run(tmp_path / "outputs", replace(whole, steps=(step,)), now=NOON)


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        ((), "outputs/{run}/animation.gif", "GIF"),
        (("--as", "webp"), "outputs/{run}/animation.webp", "WEBP"),
        (("--out", "dog.webp"), "dog.webp", "WEBP"),
    ],
)
def test_the_command_writes_it_and_says_where(
    words: tuple[str, ...],
    name: str,
    kind: str,
    run: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = run.relative_to(Path.cwd())
    assert f2f(monkeypatch, "animate", str(folder), *words) == 0
    out = capsys.readouterr()
    assert out.out == name.format(run=run.name) + "\n" and "kB" in out.err
    with Image.open(out.out.strip()) as image:
        assert image.format == kind


def test_the_picture_of_a_run_stands_for_its_folder(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f2f(monkeypatch, "animate", str(run / "final_frame.png")) == 0
    assert (run / "animation.gif").is_file()


def test_the_command_says_in_one_line_that_there_is_no_way_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path, finished(choice=Choice(None, "None shows it.", 3)), now=NOON)
    assert f2f(monkeypatch, "animate", str(folder)) == 2
    err = capsys.readouterr().err
    assert err.startswith("f2f: no frame of this run shows the edit") and err.count("\n") == 1
    assert not (folder / "animation.gif").exists()
