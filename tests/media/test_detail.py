"""An edit of focus or grain made in the source at its own size, against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from frame2frame.media.pictures import resized
from frame2frame.media.transfer import grain, rows
from frame2frame.media.transfer.carry import Carried
from frame2frame.media.transfer.detail import cleared_over, refocused_over
from frame2frame.values import Picture

SIZE = 96, 128


def sharp() -> Picture:
    """(480, 640, 3): a smooth sky above ground with texture, the finer the weaker."""
    draw = np.random.default_rng(5).normal
    ground = np.zeros((480, 640))
    for size in (2, 4, 8, 16, 32, 80):
        spots = Image.fromarray(draw(0, 5 * size**0.4, (480 // size, 640 // size)).astype(np.float32))
        ground += np.asarray(spots.resize((640, 480), Image.Resampling.BILINEAR))
    picture = np.full((480, 640, 3), (110, 140, 180.0))
    picture[160:] = 110 + ground[160:, :, None]
    return np.asarray(picture.clip(0, 255), dtype=np.uint8)


def blurred(picture: Picture, radius: float) -> Picture:
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(radius)))


def grainy(picture: Picture, strength: float) -> Picture:
    noise = np.random.default_rng(3).normal(0, strength, picture.shape)
    return np.asarray((picture + noise).clip(0, 255), dtype=np.uint8)


def as_drawn(picture: Picture) -> Picture:
    """What a small model might make of it: small and soft."""
    return blurred(resized(picture, *SIZE), 0.5)


def error(one: Picture, other: Picture) -> float:
    return float(np.sqrt(np.mean((one.astype(float) - other) ** 2)))


def refocused(source: Picture, truth: Picture) -> Carried:
    made = refocused_over(source, as_drawn(source), as_drawn(truth))
    assert made is not None
    return made


def picture_of(made: Carried | None) -> Picture:
    assert made is not None and made.picture is not None and made.transfer.made, made
    return made.picture


def test_a_blurred_picture_comes_into_focus_as_far_as_the_frame_shows_it() -> None:
    truth = sharp()
    source = blurred(truth, 8)
    made = picture_of(refocused(source, truth))
    enlarged = resized(as_drawn(truth), 480, 640)
    assert error(made, truth) < 0.9 * error(source, truth)
    assert error(made, truth) < 1.1 * error(enlarged, truth)


@pytest.mark.parametrize("strength", [1.0, 1.6])
def test_a_sharp_picture_has_nothing_to_gain_from_a_frame_however_sharp(strength: float) -> None:
    shown = as_drawn(sharp())
    detail = shown.astype(float) - blurred(shown, 2)
    frame = np.asarray((shown + (strength - 1) * detail).clip(0, 255), dtype=np.uint8)
    made = refocused_over(sharp(), shown, frame)
    assert made is not None and made.picture is None
    assert made.transfer.kept and not made.transfer.made
    assert "all the detail already" in made.transfer.reason and "128 × 96" in made.transfer.reason


def test_where_the_background_blurs_the_rest_keeps_its_own_pixels() -> None:
    source = sharp()
    truth = source.copy()
    truth[:, :320] = blurred(source, 8)[:, :320]
    made = picture_of(refocused(source, truth))
    assert np.array_equal(made[:, 420:], source[:, 420:])
    assert error(made[:, :220], truth[:, :220]) < 0.5 * error(source[:, :220], truth[:, :220])


def test_what_shows_more_than_another_focus_is_not_taken_for_one() -> None:
    source = sharp()
    night, moved, patched = source // 4, np.ascontiguousarray(source[:, ::-1]), source.copy()
    patched[300:380, 200:300] = 255, 0, 0
    for truth in (night, moved, patched):
        assert refocused_over(source, as_drawn(source), as_drawn(truth)) is None
        assert cleared_over(grainy(source, 12), as_drawn(source), as_drawn(truth)) is None


@pytest.mark.parametrize("strength", [8, 15, 30])
def test_grain_goes(strength: float) -> None:
    truth = sharp()
    source = grainy(truth, strength)
    shown = as_drawn(truth)
    made = picture_of(cleared_over(source, shown, shown))
    assert error(made, truth) < 0.5 * error(source, truth)


def test_detail_stays_where_grain_goes() -> None:
    truth = sharp()
    shown = as_drawn(truth)
    made = picture_of(cleared_over(grainy(truth, 8), shown, shown))
    assert error(made, truth) < 0.8 * error(resized(shown, 480, 640), truth)


def test_a_picture_without_grain_stays_as_it_is() -> None:
    source = sharp()
    made = cleared_over(source, as_drawn(source), as_drawn(source))
    assert made is not None and made.picture is None
    assert made.transfer.kept and made.transfer.reason == "Your picture shows no grain at its own size."


@pytest.mark.parametrize("shape", [(9, 300), (300, 9), (61, 83), (1100, 40)])
def test_pictures_of_any_shape_are_cleared(shape: tuple[int, int]) -> None:
    source = grainy(np.full((*shape, 3), 120, np.uint8), 12)
    made = grain.cleared(source)
    if min(shape) < 16:  # too little to tell grain by
        assert made is None
    else:
        assert made is not None and made.std() < 0.3 * source.std()


def test_strips_of_rows_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = sharp()
    source, noisy = blurred(truth, 8), grainy(truth, 15)
    focused, cleared = picture_of(refocused(source, truth)), grain.cleared(noisy)
    monkeypatch.setattr(rows, "ROWS", 17)
    monkeypatch.setattr(grain, "STRIP", 64)
    again, once_more = picture_of(refocused(source, truth)), grain.cleared(noisy)
    assert cleared is not None and once_more is not None
    assert np.abs(again.astype(int) - focused).max() <= 1
    assert np.abs(once_more.astype(int) - cleared).max() <= 1
