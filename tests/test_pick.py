"""Picking from clips that something else made, here the drawn ones, with the embedded encoder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import frame2frame
from frame2frame.errors import InputError, ModelError
from frame2frame.media.pictures import resized
from frame2frame.media.video import write_clip
from frame2frame.media.video_input import load_footage, natural
from frame2frame.picking import Pick
from frame2frame.runs.read import read_run
from frame2frame.runs.write import write_run
from frame2frame.score.redraw import shows_source

from .clips import is_edited
from .command import f2f
from .finished import finished
from .picks import FRAMES, HERE, as_folder, drawn


def test_the_first_frame_that_completes_the_edit_is_picked() -> None:
    one = drawn()
    result = frame2frame.pick(one.frames, one.source, one.target_caption, out=None, **HERE)
    assert result.index == one.complete_index and result.folder is None
    assert is_edited(result.image, one) and not is_edited(one.source, one)


def test_of_a_clip_that_never_gets_there_the_source_is_kept() -> None:
    one = drawn("never", "float")
    result = frame2frame.pick(one.frames, one.source, one.target_caption, out=None, **HERE)
    assert result.index is None and np.array_equal(result.image, one.source)
    assert "No frame shows" in result.reason


def test_an_instruction_will_do_for_a_target() -> None:
    one = drawn()
    result = frame2frame.pick(one.frames, one.source, instruction=one.instruction, out=None, **HERE)
    assert result.index is not None and is_edited(result.image, one)


def test_outside_the_edit_the_pixels_are_the_sources_own() -> None:
    one = drawn()
    rng = np.random.default_rng(0)
    noisy = (one.frames.astype(int) + rng.integers(-2, 3, one.frames.shape)).clip(0, 255).astype(np.uint8)
    kept = frame2frame.pick(noisy, one.source, one.target_caption, out=None, **HERE).image
    bare = frame2frame.pick(noisy, one.source, one.target_caption, out=None, keep=False, **HERE).image
    same = (kept == one.source).all(axis=-1)
    far = np.ones_like(one.changed)
    rows, columns = np.nonzero(one.changed)
    far[max(0, rows.min() - 12) : rows.max() + 13, max(0, columns.min() - 12) : columns.max() + 13] = False
    assert far.any() and same[far].all()
    assert not (bare == one.source).all(axis=-1)[far].all()
    assert is_edited(kept, one)


def test_a_frame_that_shows_the_edit_from_the_start_is_kept_against_the_source() -> None:
    one = drawn()
    ended = np.stack([one.target] * 5)
    result = frame2frame.pick(ended, one.source, one.target_caption, out=None, **HERE)
    assert result.index == 0 and is_edited(result.image, one)


def test_a_first_frame_is_the_source_only_if_no_part_of_it_is_edited() -> None:
    one = drawn()
    assert shows_source(one.frames[0], one.source)
    little = one.source.copy()
    little[40:48, 40:48] = 255 - little[40:48, 40:48]  # too little to matter over all pixels
    assert not shows_source(little, one.source)


def test_what_the_mask_does_not_let_change_is_the_sources_own() -> None:
    one = drawn()
    mask = np.zeros_like(one.source)
    mask[:, :40] = 255
    result = frame2frame.pick(
        one.frames, one.source, one.target_caption, out=None, mask=mask, select="best", **HERE
    )
    assert np.array_equal(result.image[:, 60:], one.source[:, 60:])


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["frame_10.png", "frame_2.png", "Frame_1.png", "10.png", "9b.png", "b.png"]
    assert sorted(names, key=natural) == [
        "9b.png",
        "10.png",
        "b.png",
        "Frame_1.png",
        "frame_2.png",
        "frame_10.png",
    ]


def test_a_folder_gives_its_pictures_in_order_and_nothing_else(tmp_path: Path) -> None:
    folder = as_folder(drawn().frames, tmp_path / "frames")
    (folder / "notes.txt").write_text("no picture", encoding="utf-8")
    (folder / ".frame_3.png").write_bytes(b"what a file manager left")
    (folder / "more.png").mkdir()
    assert np.array_equal(load_footage(folder).frames, drawn().frames)


def test_a_list_of_pictures_or_paths_and_an_array_are_the_same_clip(tmp_path: Path) -> None:
    frames = drawn().frames
    folder = as_folder(frames, tmp_path / "frames")
    paths = [folder / f"frame_{number}.png" for number in range(len(frames))]
    clips = (frames, list(frames), [Image.fromarray(frame) for frame in frames], paths, folder)
    assert len({load_footage(clip).sha256 for clip in (*clips, frames.astype(np.float32) / 255)}) == 1


def test_a_video_of_another_program_has_its_own_colours(tmp_path: Path) -> None:
    import av

    frames = np.empty((5, 320, 480, 3), dtype=np.uint8)
    frames[:, :, :160], frames[:, :, 160:320], frames[:, :, 320:] = (
        (200, 40, 40),
        (40, 180, 60),
        (30, 60, 200),
    )
    with av.open(str(tmp_path / "their.mp4"), "w") as container:  # no colour matrix is written down
        stream = container.add_stream("libx264", rate=8, options={"crf": "4"})
        stream.height, stream.width, stream.pix_fmt = 320, 480, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    read = load_footage(tmp_path / "their.mp4").frames
    assert read.shape == frames.shape
    inner = np.abs(read.astype(int) - frames)[:, :, [80, 240, 400]]
    assert inner.max() <= 4


def test_a_video_file_is_picked_from(tmp_path: Path) -> None:
    one = drawn()
    write_clip(tmp_path / "clip.mp4", one.frames)
    result = frame2frame.pick(tmp_path / "clip.mp4", one.source, one.target_caption, out=None, **HERE)
    assert result.index is not None and is_edited(result.image, one)
    assert len(result.frames) == len(one.frames)


def test_frames_of_another_size_give_a_result_of_the_sources() -> None:
    one = drawn()
    large = resized(one.source, 256, 256)
    result = frame2frame.pick(one.frames, large, one.target_caption, out=None, **HERE)
    assert result.image.shape == large.shape and result.frames.shape == one.frames.shape
    assert result.index is not None and is_edited(resized(result.image, *one.source.shape[:2]), one)


def test_frames_of_nearly_the_sources_shape_are_stretched_and_it_is_said(tmp_path: Path) -> None:
    one = drawn()
    frames = np.stack([resized(frame, 128, 126) for frame in one.frames])
    result = frame2frame.pick(frames, one.source, one.target_caption, out=tmp_path, **HERE)
    assert result.image.shape == one.source.shape and result.folder is not None
    assert any("126 × 128" in note for note in read_run(result.folder).notes)


def test_frames_of_another_shape_are_refused() -> None:
    one = drawn()
    with pytest.raises(InputError, match=r"another shape than the source; got 128 × 100 for .* 128 × 128"):
        frame2frame.pick(one.frames[:, :100], one.source, one.target_caption, out=None, **HERE)


def test_frames_of_several_sizes_are_refused_by_name(tmp_path: Path) -> None:
    folder = as_folder(drawn().frames, tmp_path / "frames")
    Image.fromarray(drawn().source[:64, :64]).save(folder / "frame_5.png")
    with pytest.raises(InputError, match=r"one size; got 64 × 64 for frame_5\.png"):
        load_footage(folder)


def test_a_clip_without_frames_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    clips: list[Any] = [tmp_path / "empty", [], np.empty((0, 128, 128, 3), dtype=np.uint8)]
    for clip in clips:
        with pytest.raises(InputError, match="has no frames"):
            load_footage(clip)


@pytest.mark.parametrize("clip", ["nowhere.mp4", "text.mp4", 3, np.zeros((128, 128, 3), dtype=np.uint8)])
def test_what_is_no_clip_is_one_line(clip: object, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_footage(clip)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_a_run_folder_is_no_clip_and_its_clip_is_named(tmp_path: Path) -> None:
    folder = write_run(tmp_path, finished())
    with pytest.raises(InputError) as caught:
        Pick.of(folder, drawn().source, "the ball is blue")
    clip = folder / "clip.mp4"
    assert (
        caught.value.remedy.startswith(f"give {clip}, or choose another frame of the run") and clip.is_file()
    )


def test_more_frames_than_a_report_can_show_are_refused() -> None:
    with pytest.raises(InputError, match="too many frames"):
        load_footage(np.zeros((1_001, 16, 16, 3), dtype=np.uint8))


def test_words_are_needed() -> None:
    one = drawn()
    for target in (None, " "):
        with pytest.raises(InputError, match='like "the ball is blue"'):
            frame2frame.pick(one.frames, one.source, target, out=None, **HERE)


def test_an_option_of_no_selector_is_refused() -> None:
    one = drawn()
    with pytest.raises(InputError, match=r"the option rounds \(strategy\.rounds\) has no part"):
        frame2frame.pick(one.frames, one.source, one.target_caption, out=None, options={"rounds": 3}, **HERE)


def test_an_option_that_is_misspelt_is_answered_with_the_nearest() -> None:
    one = drawn()
    with pytest.raises(InputError, match=r"did you mean keep\.growth"):
        frame2frame.pick(
            one.frames, one.source, one.target_caption, out=None, options={"keep.grwth": 0.1}, **HERE
        )


def test_an_option_of_the_kept_region_has_no_part_where_nothing_is_kept() -> None:
    one = drawn()
    options = {"keep.growth": 0.1}
    with pytest.raises(InputError, match=r"keep\.growth has no part"):
        frame2frame.pick(
            one.frames, one.source, one.target_caption, out=None, options=options, keep=False, **HERE
        )


def test_the_kept_region_takes_its_options() -> None:
    one = drawn()
    options = {"keep.least_change": 255}  # nothing differs by more, so all of the source comes back
    result = frame2frame.pick(one.frames, one.source, one.target_caption, out=None, options=options, **HERE)
    assert result.index is not None
    assert np.array_equal(result.image, one.source)


def test_an_encoder_that_is_not_here_says_how_to_get_it() -> None:
    one = drawn()
    with pytest.raises(ModelError, match="f2f models pull openai/clip-vit-base-patch16"):
        frame2frame.pick(one.frames, one.source, one.target_caption, out=None, device="cpu")


@pytest.mark.parametrize("name", ["dino", "face", "dino:someone/something"])
def test_an_encoder_without_words_is_refused(name: str) -> None:
    one = drawn()
    with pytest.raises(InputError, match="sees pictures only"):
        frame2frame.pick(one.frames, one.source, one.target_caption, out=None, encoder=name, device="cpu")


def test_a_scorer_gives_its_column_in_a_pick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = drawn()
    Image.fromarray(one.source).save(tmp_path / "source.png")
    clip = str(as_folder(one.frames, tmp_path / "frames"))
    words = ("--source", str(tmp_path / "source.png"), "--target", one.target_caption, "--device", "cpu")
    assert (
        f2f(monkeypatch, "pick", clip, *words, "--encoder", "tabletop", "--score", "sharpness", "--json") == 0
    )
    facts = json.loads(capsys.readouterr().out)
    assert len(facts["scores"]["sharpness"]) == FRAMES
    page = Path(facts["report"]).read_text("utf-8")
    assert "Sharpness" in page and "--score sharpness" in page


def test_the_command_answers_with_an_edits_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, never = drawn(), drawn("never", "float")
    Image.fromarray(one.source).save(tmp_path / "source.png")
    Image.fromarray(never.source).save(tmp_path / "other.png")
    words = ("--target", one.target_caption, "--encoder", "tabletop", "--device", "cpu")
    clip = str(as_folder(one.frames, tmp_path / "frames"))
    assert f2f(monkeypatch, "pick", clip, "--source", str(tmp_path / "source.png"), *words) == 0
    assert Path(capsys.readouterr().out.splitlines()[-1]).name == "report.html"
    words = ("--target", never.target_caption, "--encoder", "tabletop", "--device", "cpu")
    clip = str(as_folder(never.frames, tmp_path / "never"))
    assert f2f(monkeypatch, "pick", clip, "--source", str(tmp_path / "other.png"), *words) == 3
    assert f2f(monkeypatch, "pick", "nowhere", "--source", str(tmp_path / "source.png"), *words) == 2


def test_no_diffusers_is_loaded() -> None:
    code = (
        "import sys, numpy, frame2frame;"
        "frames = numpy.zeros((2, 32, 32, 3), numpy.uint8);"
        "wishes = dict(encoder='tabletop', device='cpu');"
        "result = frame2frame.pick(frames, frames[0], 'the ball is blue', **wishes);"
        "print(result.folder.is_dir(), 'transformers' in sys.modules, 'diffusers' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True", "False"]
