"""The fidelity of a redrawn picture is measured against the levels that the picture itself uses."""

from __future__ import annotations

import numpy as np
import pytest

from frame2frame.media.pictures import psnr
from frame2frame.score.redraw import fidelity, unchanged


def ramp(low: int, high: int) -> np.ndarray:
    return np.linspace(low, high, 128 * 128 * 3).round().astype(np.uint8).reshape(128, 128, 3)


def test_of_a_picture_with_all_levels_it_is_the_plain_psnr() -> None:
    source = ramp(0, 255)
    redrawn = source + np.where(source < 128, 4, -4).astype(np.int8).view(np.uint8)
    assert psnr(redrawn, source) == pytest.approx(36.09, abs=0.01)
    assert fidelity(redrawn, source) == pytest.approx(psnr(redrawn, source) - 0.18, abs=0.05)


def test_the_same_error_counts_six_decibels_more_at_half_the_contrast() -> None:
    full, half = ramp(0, 240), ramp(60, 180)
    lost = fidelity(full + np.uint8(4), full) - fidelity(half + np.uint8(4), half)
    assert lost == pytest.approx(6.02, abs=0.1)


def test_a_picture_of_one_colour_has_a_number_too() -> None:
    flat = np.full((16, 16, 3), 90, np.uint8)
    assert fidelity(flat + np.uint8(2), flat) < 0 < fidelity(flat, flat)


def test_the_first_frame_is_the_source_unchanged_where_detail_was_given_back() -> None:
    source = ramp(0, 240)
    redrawn, restored, other = source + np.uint8(4), source + np.uint8(1), source[::-1]
    assert unchanged(restored, redrawn, source) is restored
    assert unchanged(other, redrawn, source) is redrawn
    assert unchanged(restored[:8], redrawn, source) is redrawn
