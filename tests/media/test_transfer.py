"""An edit of light or place made in the source at its own size, against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter
from tests.landscape import landscape

from frame2frame.media.pictures import resized
from frame2frame.media.transfer import rows
from frame2frame.media.transfer.carry import Carried, carried_over
from frame2frame.media.transfer.place import Place, found
from frame2frame.media.transfer.tones import Tones
from frame2frame.values import Picture

SIDE = 96


def view(left: float, top: float, side: float) -> Picture:
    """(240, 240, 3): a part of a landscape of 320 × 240, given in shares of its height."""
    box = (240 * left, 240 * top, 240 * (left + side), 240 * (top + side))
    image = Image.fromarray(landscape(1)).resize((240, 240), Image.Resampling.BICUBIC, box)
    return np.asarray(image)


def as_drawn(picture: Picture, seed: int) -> Picture:
    """What a small model might make of it: small, soft and noisy."""
    image = Image.fromarray(resized(picture, SIDE, SIDE)).filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.default_rng(seed).normal(0, 4, (SIDE, SIDE, 3))
    return np.asarray((np.asarray(image) + noise).clip(0, 255), dtype=np.uint8)


def carried(source: Picture, truth: Picture) -> Carried:
    return carried_over(source, as_drawn(source, 0), as_drawn(truth, 1))


def picture_of(made: Carried) -> Picture:
    assert made.picture is not None, made.transfer.reason
    return made.picture


def error(one: Picture, other: Picture) -> float:
    return float(np.sqrt(np.mean((one.astype(float) - other) ** 2)))


def detail(picture: Picture) -> float:
    return float(np.var(np.diff(picture.astype(float).mean(-1), axis=1)))


def lit(picture: Picture) -> Picture:
    """Colder, and darker towards the top: no one map of colours does this."""
    rows = np.linspace(0.2, 1.0, len(picture))[:, None, None]
    return np.asarray(np.rint(picture * rows * np.array([0.7, 0.85, 1.0])), dtype=np.uint8)


def test_another_light_is_made_in_the_source_and_keeps_its_detail() -> None:
    source = view(0.1, 0.0, 1.0)
    truth = lit(source)
    made = carried(source, truth)
    assert made.place == Place() and made.transfer.made
    assert error(picture_of(made), truth) < 5 < 30 < error(source, truth)
    assert detail(picture_of(made)) == pytest.approx(detail(truth), rel=0.15)
    assert detail(resized(as_drawn(truth, 1), 240, 240)) < 0.6 * detail(truth)


@pytest.mark.parametrize(
    ("box", "place"),
    [
        ((0.35, 0.25, 0.5), Place(2.0, 0.0, 0.0)),
        ((0.3, 0.0, 1.0), Place(1.0, 0.2, 0.0)),
        ((0.1, 0.0, 1.0), Place()),
    ],
)
def test_the_place_is_found_in_another_light_too(box: tuple[float, float, float], place: Place) -> None:
    source = view(0.1, 0.0, 1.0)
    seen = found(source, as_drawn(source, 0), as_drawn(lit(view(*box)), 1))
    assert seen is not None
    assert seen.zoom == pytest.approx(place.zoom, rel=0.02)
    assert (seen.right, seen.down) == pytest.approx((place.right, place.down), abs=0.02)


def test_what_the_camera_uncovers_is_the_frames_own_and_counted() -> None:
    source, truth = view(0.0, 0.0, 1.0), view(0.3, 0.0, 1.0)
    made = carried(source, truth)
    assert made.transfer.anew == pytest.approx(0.3, abs=0.03)
    assert f"{made.transfer.anew:.0%} of the result" in made.transfer.reason
    # what the source shows is sharp, and the rest as soft as the frame
    assert detail(picture_of(made)[:, :150]) > 0.8 * detail(truth[:, :150])
    assert error(picture_of(made)[:, 180:], resized(as_drawn(truth, 1), 240, 240)[:, 180:]) < 2


def test_a_thing_that_moves_is_not_taken_for_light() -> None:
    source = view(0.1, 0.0, 1.0)
    truth = source.copy()
    truth[20:200, 20:220] = np.random.default_rng(0).integers(0, 255, (6, 5, 3)).repeat(30, 0).repeat(40, 1)
    made = carried(source, truth)
    assert made.picture is None and not made.transfer.made
    assert made.transfer.anew == 1 and "enlarged, and is soft" in made.transfer.reason


def test_another_picture_is_not_taken_for_another_light() -> None:
    source, other = view(0.1, 0.0, 1.0), np.ascontiguousarray(view(0.1, 0.0, 1.0)[::-1, ::-1])
    made = carried(source, other)
    assert made.picture is None and "does not show your picture" in made.transfer.reason


def test_another_focus_is_not_taken_for_another_light() -> None:
    source = view(0.1, 0.0, 1.0)
    blurred = np.asarray(Image.fromarray(source).filter(ImageFilter.GaussianBlur(8)))
    assert carried(source, blurred).picture is None
    assert carried(blurred, source).picture is None


def test_grain_in_a_sky_is_not_told_by_how_the_sky_changes_from_top_to_bottom() -> None:
    rows, grain = np.linspace(0, 1, 240)[:, None, None], np.random.default_rng(2).normal(0, 12, (240, 240, 3))
    source = view(0.1, 0.0, 1.0).copy()
    source[:160] = (60 + 90 * rows * np.array([1.0, 0.9, 0.6]) + grain)[:160].clip(0, 255)
    glow = rows**2 * np.array([150, 60, 20])
    truth = np.asarray((0.25 * source + glow).clip(0, 255), dtype=np.uint8)
    made = picture_of(carried(source, truth))[:150]
    assert 0.25 < detail(made) / detail(truth[:150]) < 1.5 < 0.5 * detail(source[:150]) / detail(truth[:150])


def test_a_clip_that_changes_nothing_has_nothing_to_carry() -> None:
    source = view(0.1, 0.0, 1.0)
    assert np.array_equal(picture_of(carried_over(source, as_drawn(source, 0), as_drawn(source, 0))), source)


@pytest.mark.parametrize("shape", [(24, 190), (190, 24), (61, 83)])
def test_pictures_of_any_shape_are_carried(shape: tuple[int, int]) -> None:
    source = np.ascontiguousarray(resized(view(0.1, 0.0, 1.0), 4 * shape[0], 4 * shape[1]))
    shown, frame = (resized(one, *shape) for one in (source, lit(source)))
    assert error(picture_of(carried_over(source, shown, frame)), lit(source)) < 4


def test_a_grey_picture_stays_grey_in_a_dimmer_light() -> None:
    source = view(0.1, 0.0, 1.0).mean(-1, keepdims=True).round().astype(np.uint8).repeat(3, axis=-1)
    shown, frame = resized(source, SIDE, SIDE), resized(source // 2, SIDE, SIDE)
    made = picture_of(carried_over(source, shown, frame)).astype(int)
    assert np.ptp(made, axis=-1).max() <= 1 and error(made, source // 2) < 2


def test_a_picture_of_one_colour_shows_nothing_to_go_by() -> None:
    flat = np.full((240, 240, 3), 120, np.uint8)
    made = carried_over(flat, flat[:SIDE, :SIDE], flat[:SIDE, :SIDE] // 2)
    assert made.picture is None and "does not show your picture" in made.transfer.reason


def test_strips_of_rows_leave_no_seam() -> None:
    source, truth = view(0.1, 0.0, 1.0), lit(view(0.3, 0.1, 0.8))
    shown, frame = resized(source, SIDE, SIDE), resized(truth, SIDE, SIDE)
    whole = picture_of(carried_over(source, shown, frame)).astype(int)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "ROWS", 17)
        assert np.abs(picture_of(carried_over(source, shown, frame)) - whole).max() <= 1


def test_the_maps_of_a_picture_that_shows_one_colour_are_of_that_colour() -> None:
    grey = np.full((24, 24, 3), 0.4)
    tones = Tones.fitted(grey, 0.5 * grey, np.ones((24, 24)))
    assert np.abs(tones.mapped(np.full((50, 70, 3), 0.4)) - 0.2).max() < 0.01
