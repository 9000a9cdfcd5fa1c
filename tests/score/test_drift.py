"""How far a frame has drifted from the first, on drawn clips that are moved, enlarged, blurred and tinted."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from frame2frame.score.drift import Drift, Reference, drifts
from frame2frame.values import Frames, Picture
from frame2frame.worlds.tabletop import KINDS

from ..clips import drawn_frames

LOCAL = tuple(kind for kind in KINDS if kind not in ("night", "zoom", "orbit"))


def moved(picture: Picture, right: float = 0, down: float = 0, zoom: float = 1) -> Picture:
    """The picture enlarged about its middle, then shifted; black comes in at the border."""
    height, width = picture.shape[:2]
    x, y = width / 2 * (1 - 1 / zoom) - right / zoom, height / 2 * (1 - 1 / zoom) - down / zoom
    way, matrix = Image.Transform.AFFINE, (1 / zoom, 0, x, 0, 1 / zoom, y)
    image = Image.fromarray(picture)
    return np.asarray(image.transform((width, height), way, matrix, Image.Resampling.BILINEAR))


def last_drift(drawn: Frames, last: Picture) -> Drift:
    return Reference.of(drawn[0]).drift(last)


@pytest.mark.parametrize("kind", [*LOCAL, "night"])
def test_an_edit_alone_is_no_movement_of_the_camera(kind: str) -> None:
    drawn = drawn_frames(1_000_000_021, kind, frames=5)
    assert {(drift.shift, drift.zoom) for drift in drifts(drawn, [1, 2, 3, 4])} == {(0.0, 1.0)}


@pytest.mark.parametrize("kind", LOCAL)
def test_a_shift_is_measured_beside_an_edit(kind: str) -> None:
    drawn = drawn_frames(1_000_000_022, kind)
    assert last_drift(drawn, moved(drawn[-1], right=6)).shift == pytest.approx(6 / 128)


@pytest.mark.parametrize("zoom", [0.92, 1.08, 1.14])
def test_a_zoom_is_measured_beside_an_edit(zoom: float) -> None:
    for kind in ("recolour", "left", "grow"):
        drawn = drawn_frames(1_000_000_023, kind)
        assert last_drift(drawn, moved(drawn[-1], zoom=zoom)).zoom == pytest.approx(zoom, abs=0.021)


def test_a_shift_is_a_share_of_the_picture_at_any_size() -> None:
    drawn = drawn_frames(1_000_000_024, "recolour")
    large = [np.asarray(Image.fromarray(frame).resize((384, 384))) for frame in drawn]
    drift = Reference.of(large[0]).drift(moved(large[1], down=18))
    assert drift.shift == pytest.approx(6 / 128)


def test_a_movement_is_seen_at_night_too() -> None:
    drawn = drawn_frames(1_000_000_025, "night")
    assert last_drift(drawn, moved(drawn[-1], right=-6)).shift == pytest.approx(6 / 128)


def test_blur_takes_fine_detail_where_the_pictures_agree() -> None:
    drawn = drawn_frames(1_000_000_026, "left")
    blurred = Image.fromarray(drawn[-1]).filter(ImageFilter.GaussianBlur(1.5))
    assert last_drift(drawn, drawn[-1]).sharpness == pytest.approx(1.0, abs=0.4)
    assert last_drift(drawn, np.asarray(blurred)).sharpness < 0.1


def test_a_tint_is_the_change_that_all_pixels_share() -> None:
    drawn = drawn_frames(1_000_000_027, "recolour")
    yellower = (drawn[-1] * np.array([1, 1, 0.7])).astype(np.uint8)
    expected = 0.3 * float(drawn[0][..., 2].mean())
    assert last_drift(drawn, drawn[-1]).colour == pytest.approx(0.0, abs=1e-6)
    assert last_drift(drawn, yellower).colour == pytest.approx(expected, abs=2)


def test_a_large_thing_that_moves_over_a_still_ground_is_no_camera() -> None:
    ground = np.random.default_rng(0).integers(0, 255, (16, 16, 3)).astype(np.uint8)
    first = np.asarray(Image.fromarray(ground).resize((128, 128), Image.Resampling.BICUBIC))
    last = first.copy()
    last[14:-14, 14:-14] = moved(first, right=8)[14:-14, 14:-14]
    assert Reference.of(first).drift(last).shift == 0.0
    assert Reference.of(first).drift(moved(first, right=8)).shift == pytest.approx(8 / 128)


def test_a_thing_recoloured_over_most_of_the_picture_is_no_tint() -> None:
    first = np.random.default_rng(0).integers(60, 120, (64, 64, 3)).astype(np.uint8)
    last = first.copy()
    last[:, :50] += 90
    assert Reference.of(first).drift(last).colour == pytest.approx(0.0, abs=1e-6)


def test_a_flat_picture_has_nothing_to_hold_on_to() -> None:
    flat = np.full((4, 4, 3), 9, np.uint8)
    assert Reference.of(flat).drift(flat + np.uint8(200)) == Drift()


def test_the_first_frame_has_not_drifted_from_itself() -> None:
    drawn = drawn_frames(1_000_000_028, "left")
    (drift,) = drifts(drawn, [0])
    assert (drift.shift, drift.zoom, drift.sharpness) == (0.0, 1.0, 1.0)
    assert drift.colour == pytest.approx(0.0, abs=1e-6)
