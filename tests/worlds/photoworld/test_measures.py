"""Success in the photograph world, what a filter can do, and which photographs are quoted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.landscape import folder_of

from frame2frame.worlds.photoworld import Photographs, episode, filters, judge
from frame2frame.worlds.photoworld.colour_maps import best_map
from frame2frame.worlds.photoworld.episodes import BLIND, LEAST_APART
from frame2frame.worlds.photoworld.filters import filled, fitted
from frame2frame.worlds.photoworld.measures import means, uncovered
from frame2frame.worlds.photoworld.split import QUOTED, STEERING, side_of


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Photographs:
    return Photographs.of(folder_of(tmp_path_factory.mktemp("photos")))


def test_light_is_judged_without_the_grain_and_focus_with_it(shown: Photographs) -> None:
    grain = np.random.default_rng(0).normal(0, 30, (128, 128, 3))

    def error(kind: str) -> float:
        one = episode(3, shown, kind, frames=2)
        noisy = (one.target + grain).clip(0, 255).astype(np.uint8)
        changed = np.square(one.target[one.changed].astype(float) - one.source[one.changed]).mean()
        return float(judge(noisy[None], one).edit_error[0] * changed / 900)

    assert error("night") < 0.3 < 0.6 < error("zoom-in")


def test_what_the_camera_uncovers_is_seen_by_itself_and_no_part_of_success(shown: Photographs) -> None:
    one = episode(3, shown, "pan-left", frames=2)
    view = filled(one.source, "pan-left", mirrored=False)
    assert judge(view[None], one).success[0]
    alone = uncovered(view[None], one)[0]
    assert np.array_equal(alone[:, 60:], one.target[:, 60:]) and np.array_equal(alone[:, :40], view[:, :40])


@pytest.mark.parametrize("kind", ("night", "brighter", "darker", "fog"))
def test_what_depends_on_the_scene_counts_and_no_colour_map_has_it(shown: Photographs, kind: str) -> None:
    one = episode(3, shown, kind, frames=2)
    filtered = best_map([(one.source, one.target)])(one.source).astype(float)

    def is_success(share: float) -> bool:
        picture = filtered + share * (one.target - filtered)
        return bool(judge(picture.round().astype(np.uint8)[None], one).success[0])

    assert [is_success(share) for share in (0.0, 0.3, 0.7, 1.0)] == [False, False, True, True]


def test_a_change_that_is_one_colour_map_has_no_rival_of_that_name(shown: Photographs) -> None:
    one = episode(3, shown, "night", frames=2)
    inverted = 255 - one.source
    assert BLIND in one.rivals
    assert np.abs(best_map([(one.source, inverted)])(one.source).astype(int) - inverted).mean() < LEAST_APART


def test_what_was_blurred_beyond_knowing_is_not_asked_for(shown: Photographs) -> None:
    one = episode(3, shown, "focus", frames=2)
    soft = np.stack([one.target[y::2, x::2] for y in (0, 1) for x in (0, 1)]).mean(0)
    picture = soft.round().astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    assert judge(picture[None], one).success[0]


def test_means_are_those_of_blocks() -> None:
    picture = np.arange(16 * 3, dtype=np.uint8).reshape(1, 4, 4, 3)
    assert means(picture, 4).tolist() == [[[[23, 24, 25]]]]


def test_a_colour_map_turns_a_picture_grey_and_does_not_know_what_is_where(
    shown: Photographs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "EPISODES", 6)
    source = episode(3, shown, "black-and-white", frames=2).source
    own = fitted("black-and-white", shown)
    assert np.ptp(own(source).astype(int), axis=-1).max() < 30
    order = np.random.default_rng(0).permutation(128)
    assert np.array_equal(own(source[order]), own(source)[order])


@pytest.mark.parametrize("mirrored", (True, False))
def test_a_filled_view_has_the_source_where_it_belongs(shown: Photographs, mirrored: bool) -> None:
    one = episode(3, shown, "pan-left", frames=2)
    view = filled(one.source, "pan-left", mirrored=mirrored).astype(int)
    assert np.abs(view[:, 45:] - one.target[:, 45:]).mean() < 4
    edge = view[:, :20].std(axis=1).mean()
    assert (edge > 5) == mirrored
    assert filled(one.source, "night", mirrored=mirrored) is one.source


def test_the_photographs_that_steer_are_not_those_that_are_quoted(tmp_path: Path) -> None:
    assert len(STEERING) == len(QUOTED) == 30 and not set(STEERING) & set(QUOTED)
    names = (STEERING[0], QUOTED[0], "another")
    folder = Photographs(tuple(tmp_path / f"{name}.webp" for name in names))
    assert [file.stem for file in side_of(folder, "development").files] == [STEERING[0]]
    assert [file.stem for file in side_of(folder, "test").files] == [QUOTED[0]]
    assert [file.stem for file in side_of(folder, "12345").files] == [STEERING[0], QUOTED[0]]
    others = Photographs((tmp_path / "mine.jpg",))
    assert side_of(others, "test") == others
