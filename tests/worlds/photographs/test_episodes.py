"""Clips drawn from photographs: their truth is what the pictures show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.coloured import folder_of

from frame2frame.errors import InputError
from frame2frame.values import Picture
from frame2frame.worlds.photographs import KINDS, Photographs, episode
from frame2frame.worlds.tabletop import COURSES, FLAWS, Episode, edit_error
from frame2frame.worlds.tabletop.episodes import COMPLETE_ERROR

FRAMES = 9


@pytest.fixture
def shown(tmp_path: Path) -> Photographs:
    return Photographs.of(folder_of(tmp_path / "photos"))


def error(one: Episode, picture: Picture) -> float:
    return edit_error(picture, one.source, one.target, one.changed)


def test_the_same_seed_and_files_give_the_same_clip(shown: Photographs) -> None:
    one, again = (episode(7, shown, frames=FRAMES) for _ in range(2))
    assert np.array_equal(one.frames, again.frames) and one.instruction == again.instruction
    assert not np.array_equal(one.frames, episode(8, shown, one.kind, frames=FRAMES).frames)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_clip_goes_from_the_source_to_the_target(shown: Photographs, kind: str) -> None:
    one = episode(3, shown, kind, "whole", FRAMES)
    assert np.array_equal(one.frames[0], one.source) and error(one, one.frames[-1]) < COMPLETE_ERROR
    complete = one.complete_index
    assert complete is not None and error(one, one.frames[complete]) < COMPLETE_ERROR
    assert all(error(one, frame) >= COMPLETE_ERROR for frame in one.frames[:complete])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("course", COURSES[1:])
def test_a_clip_runs_as_its_course_says(shown: Photographs, kind: str, course: str) -> None:
    one = episode(4, shown, kind, course, FRAMES)
    assert (one.complete_index is None) == (course in ("never", "other"))
    assert error(one, one.frames[-1]) >= COMPLETE_ERROR


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_leaves_the_first_complete_frame_as_it_was(shown: Photographs, flaw: str) -> None:
    one = episode(5, shown, "darker", flaw, FRAMES)
    whole = one.complete_index
    assert whole is not None and whole < FRAMES - 1
    if flaw != "flicker":
        assert error(one, one.frames[whole]) < COMPLETE_ERROR
        assert not np.array_equal(one.frames[-1], one.target)


def test_each_kind_changes_what_its_words_say(shown: Photographs) -> None:
    pictures = {kind: episode(6, shown, kind, frames=FRAMES) for kind in KINDS}
    light = {kind: one.target.mean() - one.source.mean() for kind, one in pictures.items()}
    assert light["darker"] < -20 and light["brighter"] > 20

    def warmth(picture: Picture) -> float:
        return float(picture[..., 0].mean() - picture[..., 2].mean())

    assert warmth(pictures["warmer"].target) > warmth(pictures["warmer"].source) + 20
    assert warmth(pictures["colder"].target) < warmth(pictures["colder"].source) - 20
    assert np.ptp(pictures["grey"].target.astype(int), axis=-1).max() <= 1

    def disc(picture: Picture) -> int:
        return int((np.abs(picture.astype(int) - (230, 30, 40)).max(axis=-1) < 20).sum())

    assert disc(pictures["closer"].target) > 2 * disc(pictures["closer"].source)
    assert disc(pictures["away"].target) < disc(pictures["away"].source) / 2


def test_photographs_that_cannot_show_a_change_are_told(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100, 3), 128, np.uint8)).save(tmp_path / "grey.png")
    with pytest.raises(InputError, match="no photograph of the folder can show the change 'grey'"):
        episode(1, Photographs.of(tmp_path), "grey", frames=FRAMES)


def test_a_folder_without_usable_photographs_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        Photographs.of(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there is no photograph in the folder"):
        Photographs.of(tmp_path)
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "small.png")
    with pytest.raises(InputError, match=r"small\.png is too small; got 20 × 20 pixels"):
        episode(1, Photographs.of(tmp_path), frames=FRAMES)
    (tmp_path / "small.png").write_bytes(b"no picture")
    with pytest.raises(InputError):
        episode(1, Photographs.of(tmp_path), frames=FRAMES)


def test_a_kind_or_course_that_there_is_not_is_refused(shown: Photographs) -> None:
    for kind, course in (("recolour", "whole"), ("darker", "sideways")):
        with pytest.raises(InputError, match="there is no such clip of photographs"):
            episode(1, shown, kind, course)


def test_the_photographs_are_parted_in_two_halves_that_share_none(shown: Photographs) -> None:
    one, other = shown.halves()
    assert {*one.files, *other.files} == {*shown.files} and not {*one.files} & {*other.files}
    with pytest.raises(InputError, match="one photograph cannot both be fitted to and measured on"):
        Photographs(shown.files[:1]).halves()


def test_the_contents_of_the_files_tell_folders_apart(shown: Photographs, tmp_path: Path) -> None:
    copy = Photographs.of(folder_of(tmp_path / "copy"))
    assert copy.sha256 == shown.sha256
    copy.files[0].write_bytes(copy.files[1].read_bytes())
    assert copy.sha256 != shown.sha256
