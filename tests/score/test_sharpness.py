"""The sharpness of a picture."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from frame2frame.score.sharpness import sharpness
from frame2frame.worlds.tabletop import episode


def test_a_flat_picture_and_an_even_slope_have_no_sharpness() -> None:
    slope = np.repeat(np.arange(0, 160, 10, dtype=np.uint8)[None, :, None], 16, axis=0).repeat(3, axis=2)
    assert sharpness(np.full((16, 16, 3), 77, np.uint8)) == pytest.approx(0.0, abs=1e-6)
    assert sharpness(slope) == pytest.approx(0.0, abs=1e-6)


def test_a_chessboard_has_eight_times_its_contrast_in_every_pixel() -> None:
    board = ((np.indices((6, 6)).sum(axis=0) % 2) * 10).astype(np.uint8)
    assert sharpness(board[..., None].repeat(3, axis=2)) == pytest.approx(40.0**2, rel=1e-5)


def test_the_more_a_picture_is_blurred_the_less_sharp_it_is() -> None:
    picture = Image.fromarray(episode(1_000_000_011, "left", frames=2).source)
    found = [sharpness(np.asarray(picture.filter(ImageFilter.GaussianBlur(r)))) for r in (0, 1, 2, 3)]
    assert found == sorted(found, reverse=True) and found[0] > 5 * found[1]


@pytest.mark.parametrize("shape", [(2, 2, 3), (1, 9, 3), (9, 2, 3)])
def test_a_picture_without_an_inner_pixel_has_no_sharpness(shape: tuple[int, ...]) -> None:
    assert sharpness(np.zeros(shape, np.uint8)) == 0.0
