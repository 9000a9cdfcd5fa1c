"""Success, half and spill as the benchmark defines them."""

import numpy as np
import pytest

from frame2frame.values import Picture
from frame2frame.worlds.tabletop import Episode, edit_error, episode, half, judge, spill, success
from frame2frame.worlds.tabletop.measures import dilated, nearest_to_target


@pytest.fixture(scope="module")
def one() -> Episode:
    return episode(1_500_000_003, "recolour", frames=9)


def _mixed(one: Episode, share: float) -> Picture:
    return np.rint((1 - share) * one.source.astype(float) + share * one.target).astype(np.uint8)


def test_the_target_succeeds_and_the_source_does_not(one: Episode) -> None:
    assert success(one.target, one) and half(one.target, one)
    assert not success(one.source, one) and not half(one.source, one)


def test_no_rival_succeeds(one: Episode) -> None:
    assert not judge(np.stack(list(one.rivals.values())), one).success.any()


def test_a_cross_fade_of_three_quarters_is_half_an_edit_but_no_success(one: Episode) -> None:
    fade = one.rivals["fade_75"]
    assert edit_error(fade, one.source, one.target, one.changed) < 0.25
    assert half(fade, one) and not success(fade, one)


def test_success_needs_to_be_nearer_to_the_target_than_to_the_fade(one: Episode) -> None:
    assert not success(_mixed(one, 0.85), one)
    assert success(_mixed(one, 0.92), one)


def test_the_error_of_a_clip_is_that_of_each_frame(one: Episode) -> None:
    expected = [edit_error(frame, one.source, one.target, one.changed) for frame in one.frames]
    assert judge(one.frames, one).edit_error == pytest.approx(expected, abs=1e-12)


def test_nearness_is_that_of_the_plain_distances(one: Episode) -> None:
    frames = np.stack([*one.frames, *one.rivals.values()])
    expected = [all(_nearer(frame, one, rival) for rival in one.rivals.values()) for frame in frames]
    assert nearest_to_target(frames, one).tolist() == expected


def _nearer(frame: Picture, one: Episode, rival: Picture) -> bool:
    differs = np.abs(one.source.astype(int) - rival.astype(int)).max(axis=-1) > 8
    where = one.changed | differs
    to_target, to_rival = (((frame.astype(int) - other)[where] ** 2).sum() for other in (one.target, rival))
    return bool(to_target < to_rival)


def test_spill_counts_only_what_is_more_than_3_pixels_outside(one: Episode) -> None:
    rows, columns = np.nonzero(one.changed)
    beside, away = one.target.copy(), one.target.copy()
    row, column = rows[columns.argmin()], columns.min()
    beside[row, column - 3] = 255 - beside[row, column - 3]
    away[row, column - 4] = 255 - one.source[row, column - 4]
    whole = ((one.target.astype(int) - one.source) ** 2).sum()
    changed = ((away[row, column - 4].astype(int) - one.source[row, column - 4]) ** 2).sum()
    clean = spill(one.target, one)
    assert spill(beside, one) == clean
    kept = ((one.target[row, column - 4].astype(int) - one.source[row, column - 4]) ** 2).sum()
    assert spill(away, one) - clean == pytest.approx((changed - kept) / whole)
    assert spill(one.source, one) == 0.0


def test_dilation_reaches_three_pixels_in_all_eight_directions() -> None:
    mask = np.zeros((9, 12), dtype=bool)
    mask[0, 5] = True
    expected = np.zeros_like(mask)
    expected[:4, 2:9] = True
    assert (dilated(mask, 3) == expected).all()
