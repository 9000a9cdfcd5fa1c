"""A frame in its place in the source."""

import numpy as np
import pytest

from frame2frame.media.canvas import Canvas
from frame2frame.values import CROP, Picture


def ramp(height: int, width: int) -> Picture:
    return np.arange(height * width * 3, dtype=np.uint32).astype(np.uint8).reshape(height, width, 3)


def test_a_frame_of_the_whole_picture_is_brought_to_its_size() -> None:
    source = ramp(64, 96)
    for canvas in (Canvas.of(source), Canvas.of(source, "pad-black", (32, 32))):
        assert canvas.is_whole and np.array_equal(canvas.part, source)
        assert canvas.placed(ramp(32, 48)).shape == source.shape


def test_what_is_beside_a_cropped_middle_stays_the_pictures_own() -> None:
    source = ramp(64, 96)
    canvas = Canvas.of(source, CROP, (32, 32))
    assert (canvas.top, canvas.left, canvas.size) == (0, 16, (64, 64))
    assert np.array_equal(canvas.part, source[:, 16:80])
    placed = canvas.placed(np.full((32, 32, 3), 7, np.uint8))
    assert (placed[:, 16:80] == 7).all()
    assert np.array_equal(placed[:, :16], source[:, :16]) and np.array_equal(placed[:, 80:], source[:, 80:])
    assert np.array_equal(source, ramp(64, 96))


def test_the_part_in_its_place_is_the_picture() -> None:
    source = ramp(50, 33)
    canvas = Canvas.of(source, CROP, (480, 720))
    assert canvas.size == (22, 33) and np.array_equal(canvas.placed(canvas.part), source)


def test_a_mask_of_the_part_lets_nothing_change_beside_it() -> None:
    spread = Canvas.of(ramp(64, 96), CROP, (1, 1)).spread(np.ones((64, 64), np.float32))
    assert spread.sum() == 64 * 64 and not spread[:, :16].any()


@pytest.mark.parametrize("side", [200, 48, 7])
def test_a_smaller_picture_has_the_part_in_the_same_place(side: int) -> None:
    canvas = Canvas.of(ramp(64, 96), CROP, (32, 32)).within(side)
    height, width = canvas.picture.shape[:2]
    assert canvas.size[0] == height and canvas.size[1] == pytest.approx(width * 64 / 96, abs=1)
    assert canvas.left == pytest.approx(width / 6, abs=1)
    assert canvas.placed(ramp(8, 8)).shape == canvas.picture.shape


@pytest.mark.parametrize("shape", [(0, 0), (1, 10**9), (10**9, 1)])
def test_a_shape_that_no_clip_has_leaves_a_part_of_a_pixel_at_least(shape: tuple[int, int]) -> None:
    assert min(Canvas.of(ramp(4, 6), CROP, shape).size) >= 1
