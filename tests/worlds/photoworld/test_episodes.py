"""The photograph world: its clips run as asked, and its truth depends on what the picture shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.landscape import folder_of

from frame2frame.errors import InputError
from frame2frame.values import Picture
from frame2frame.worlds.photoworld import (
    GROUPS,
    KINDS,
    PhotographEpisode,
    Photographs,
    can_show,
    episode,
)
from frame2frame.worlds.photoworld.drawing import CAMERA
from frame2frame.worlds.tabletop import COURSES, FLAWS, edit_error
from frame2frame.worlds.tabletop.episodes import COMPLETE_ERROR
from frame2frame.worlds.tabletop.measures import judge

FRAMES = 9


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Photographs:
    return Photographs.of(folder_of(tmp_path_factory.mktemp("photos")))


@cache
def whole(shown: Photographs, kind: str) -> PhotographEpisode:
    return episode(3, shown, kind, "whole", FRAMES)


def error(one: PhotographEpisode, picture: Picture) -> float:
    return edit_error(picture, one.source, one.target, one.changed)


def test_the_same_seed_and_files_give_the_same_clip(shown: Photographs) -> None:
    one, again = (episode(7, shown, frames=FRAMES) for _ in range(2))
    assert np.array_equal(one.frames, again.frames) and one.instruction == again.instruction
    assert not np.array_equal(one.frames, episode(8, shown, one.kind, frames=FRAMES).frames)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_clip_goes_from_the_source_to_the_target(shown: Photographs, kind: str) -> None:
    one = whole(shown, kind)
    assert np.array_equal(one.frames[0], one.source) and error(one, one.frames[-1]) < COMPLETE_ERROR
    complete = one.complete_index
    assert complete is not None and error(one, one.frames[complete]) < COMPLETE_ERROR
    assert all(error(one, frame) >= COMPLETE_ERROR for frame in one.frames[:complete])


@pytest.mark.parametrize("kind", KINDS)
def test_the_target_is_a_success_and_neither_the_source_nor_a_rival_is(shown: Photographs, kind: str) -> None:
    one = whole(shown, kind)
    pictures = [one.target, one.source, *one.rivals.values()]
    success = judge(np.stack(pictures), one).success
    assert success[0] and not success[1:].any()


@pytest.mark.parametrize("course", COURSES[1:])
@pytest.mark.parametrize("kind", [kinds[0] for kinds in GROUPS.values()])
def test_a_clip_runs_as_its_course_says(shown: Photographs, kind: str, course: str) -> None:
    one = episode(4, shown, kind, course, FRAMES)
    assert (one.complete_index is None) == (course in ("never", "other"))
    assert error(one, one.frames[-1]) >= COMPLETE_ERROR


@pytest.mark.parametrize("flaw", FLAWS)
@pytest.mark.parametrize("kind", ("fog", "focus"))
def test_a_flaw_leaves_the_first_complete_frame_as_it_was(shown: Photographs, kind: str, flaw: str) -> None:
    one = episode(5, shown, kind, flaw, FRAMES)
    complete = one.complete_index
    assert complete is not None and complete < FRAMES - 1
    if flaw != "flicker":
        assert error(one, one.frames[complete]) < COMPLETE_ERROR
        assert not np.array_equal(one.frames[-1], one.target)


@pytest.mark.parametrize("kind", CAMERA)
def test_what_the_camera_uncovers_is_that_of_the_larger_photograph_and_no_part_of_success(
    shown: Photographs, kind: str
) -> None:
    one = whole(shown, kind)
    for side, kinds in (
        (one.changed[:, :10], ("zoom-in", "pan-right")),
        (one.changed[:, -10:], ("zoom-in", "pan-left")),
    ):
        assert side.any() == (kind in kinds)
    edge = one.target[:, -1] if kind == "pan-right" else one.target[:, 0]
    assert edge.std(axis=0).max() > 5, "the photograph goes on there"


def test_where_an_episode_was_drawn_from_is_known(shown: Photographs) -> None:
    names = {episode(seed, shown, "darker", frames=FRAMES).photograph for seed in range(8)}
    assert names <= {file.name for file in shown.files} and len(names) > 1


def test_photographs_that_cannot_show_a_change_are_told(tmp_path: Path) -> None:
    Image.fromarray(np.full((120, 120, 3), 128, np.uint8)).save(tmp_path / "grey.png")
    with pytest.raises(InputError, match="no photograph of the folder can show the change 'black-and-white'"):
        episode(1, Photographs.of(tmp_path), "black-and-white", frames=FRAMES)


def test_what_photographs_can_show_depends_on_what_is_in_them(shown: Photographs, tmp_path: Path) -> None:
    assert all(can_show(shown, kind) for kind in KINDS)
    noise = np.random.default_rng(0).integers(0, 256, (120, 120, 1), dtype=np.uint8)
    Image.fromarray(np.repeat(noise, 3, axis=2)).save(tmp_path / "grey.png")
    grey = Photographs.of(tmp_path)
    assert can_show(grey, "darker") and not can_show(grey, "autumn")


def test_a_kind_or_course_that_there_is_not_is_refused(shown: Photographs) -> None:
    with pytest.raises(InputError, match="unknown kind of edit; got 'recolour'"):
        episode(1, shown, "recolour")
    with pytest.raises(InputError, match="unknown course; got 'sideways'"):
        episode(1, shown, "fog", "sideways")
