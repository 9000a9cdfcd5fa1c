"""A view from elsewhere with the source's own pixels at its own size, against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter
from tests.landscape import landscape

from frame2frame.media.pictures import resized
from frame2frame.media.transfer import rows
from frame2frame.media.transfer.carry import Carried, placed_anew
from frame2frame.media.transfer.patches import Patches, chosen
from frame2frame.media.transfer.place import Place
from frame2frame.media.transfer.view import levelled
from frame2frame.values import Picture

SIDE = 96
ZOOM = 0.7


def all_of_it() -> Picture:
    """(240, 240, 3)."""
    return np.ascontiguousarray(landscape(1)[:, 40:280])


def middle(right: float = 0.0) -> Picture:
    """(240, 240, 3): the middle of it, or what lies by such a share of its own width to the right."""
    edge, side = 120 * (1 - ZOOM), 240 * ZOOM
    box = (edge + right * side, edge, edge + right * side + side, edge + side)
    return np.asarray(Image.fromarray(all_of_it()).resize((240, 240), Image.Resampling.BICUBIC, box))


def as_drawn(picture: Picture, blur: float = 0.6, darker: float = 0.0) -> Picture:
    image = Image.fromarray(resized(picture, SIDE, SIDE)).filter(ImageFilter.GaussianBlur(blur))
    noise = np.random.default_rng(0).normal(0, 4, (SIDE, SIDE, 3))
    return np.asarray((np.asarray(image) + noise - darker).clip(0, 255), dtype=np.uint8)


def made(source: Picture, frame: Picture) -> Carried:
    found = placed_anew(source, as_drawn(source), frame)
    assert found is not None and found.picture is not None
    return found


def inner(picture: Picture, within: int = 12) -> Picture:
    """What the source shows of a view from farther back, less its border."""
    edge = round(120 * (1 - ZOOM)) + within
    return picture[edge:-edge, edge:-edge]


def error(one: Picture, other: Picture) -> float:
    return float(np.sqrt(np.mean((one.astype(float) - other) ** 2)))


def detail(picture: Picture) -> float:
    return float(np.var(np.diff(picture.astype(float).mean(-1), axis=1)))


@pytest.mark.parametrize("blur", [0.6, 1.5])
def test_what_the_source_shows_is_its_own_however_soft_the_frame_is(blur: float) -> None:
    frame = as_drawn(all_of_it(), blur)
    carried = made(middle(), frame)
    assert carried.place is not None and carried.place.zoom == pytest.approx(ZOOM, rel=0.03)
    assert carried.picture is not None
    enlarged = resized(frame, 240, 240)
    expected = resized(middle(), 168, 168)[12:-12, 12:-12]
    missed, before = (error(inner(one), expected) for one in (carried.picture, enlarged))
    assert missed < 0.8 * before
    assert detail(inner(carried.picture)) > 0.85 * detail(expected) > 1.5 * detail(inner(enlarged))
    assert carried.transfer.anew == pytest.approx(1 - ZOOM**2, abs=0.08)
    assert f"{carried.transfer.anew:.0%} of the result is not in it" in carried.transfer.reason


def test_along_the_seam_the_frame_has_the_levels_of_the_source() -> None:
    frame = as_drawn(all_of_it(), darker=12)
    around = levelled(middle(), frame, Place(ZOOM))
    assert around is not None
    edge = round(120 * (1 - ZOOM))
    beside, far = slice(edge - 6, edge - 2), slice(0, 4)
    truth = all_of_it().astype(float)

    def missed(small: Picture, columns: slice) -> float:
        picture = resized(small, 240, 240)
        return abs(float((picture[60:180, columns] - truth[60:180, columns]).mean()))

    assert missed(around, beside) < 0.4 * missed(frame, beside)
    assert missed(around, far) > 0.6 * missed(frame, far)


def woven(right: int = 0) -> Picture:
    """(240, 240, 3): light cloth above dark, woven otherwise, from so many pixels to the right."""
    y, x = np.mgrid[:240, right : right + 240]
    light = 170 + 40 * np.sin(x / 2.5) * np.sin(y / 3)
    dark = 70 + 40 * np.sin((x + y) / 2)
    folds = 12 * np.sin(x / 19) * np.sin(y / 23)  # without these a place is like the next
    grey = np.where(y < 130, light, dark) + folds
    return np.asarray(grey[..., None] * np.array([1.0, 0.9, 0.8]), dtype=np.uint8)


def test_what_the_source_does_not_show_has_its_texture_in_the_layout_of_the_frame() -> None:
    source, truth = woven(), woven(right=72)
    frame = as_drawn(truth, blur=2.0)
    place = Place(right=0.3)
    around = levelled(source, frame, place)
    assert around is not None
    patches = chosen(source, as_drawn(source, blur=2.0), around, place)
    assert patches is not None
    laid, covered = patches.rows_of(patches.scaled(source), (240, 240), slice(0, 240))
    beyond = slice(180, 240)
    assert covered[:, beyond].all()
    soft = resized(frame, 240, 240)
    for strip in (slice(10, 110), slice(150, 230)):
        made, drawn, wanted = (one[strip, beyond] for one in (laid, soft, truth))
        assert detail(made) > 0.6 * detail(wanted) > 3 * detail(drawn)
        assert made.mean() == pytest.approx(wanted.mean(), abs=8)


def test_patches_come_from_the_source_and_are_the_same_in_any_strips() -> None:
    source = np.zeros((240, 240, 3), np.uint8)
    source[..., 0] = np.arange(240)[:, None]
    patches = Patches((96, 96), (96, 96), ((0, 0, 12, 24), (0, 12, 12, 24)))
    laid, covered = patches.rows_of(source, (240, 240), slice(0, 240))
    assert np.array_equal(covered.nonzero()[0], np.repeat(np.arange(30), 60))
    assert np.array_equal(laid[:30, :60, 0], np.broadcast_to(np.arange(30, 60)[:, None], (30, 60)))
    strips = [patches.rows_of(source, (240, 240), slice(at, at + 7))[0] for at in range(0, 28, 7)]
    assert np.array_equal(np.concatenate(strips), laid[:28])


def test_a_picture_smaller_than_a_patch_has_none() -> None:
    strip = np.ascontiguousarray(middle()[:9])
    small = resized(strip, 9, 96)
    assert chosen(strip, small, small, Place(right=0.3)) is None


def test_what_lies_to_the_side_is_the_frames_and_the_rest_the_sources_pixel_for_pixel() -> None:
    source, truth = middle(), middle(right=0.2)
    carried = made(source, as_drawn(truth))
    assert carried.picture is not None and carried.place is not None and carried.place.zoom == 1
    shift = round(240 * carried.place.right)
    assert shift == pytest.approx(48, abs=4)
    assert np.array_equal(carried.picture[:, : 216 - shift], source[:, shift:216])


@pytest.mark.parametrize("blur", [0.6, 1.5])
def test_from_nearer_by_all_of_it_is_the_sources_own(blur: float) -> None:
    truth = np.asarray(Image.fromarray(all_of_it()).resize((240, 240), box=(48, 48, 192, 192)))
    carried = made(all_of_it(), as_drawn(truth, blur))
    assert carried.picture is not None and carried.place is not None
    assert carried.place.zoom == pytest.approx(240 / 144, rel=0.02)
    assert carried.transfer.reason == "The camera's move was made with your picture's own pixels."
    assert carried.transfer.anew == 0 and detail(carried.picture) > 0.85 * detail(truth)
    assert detail(truth) > 1.5 * detail(resized(as_drawn(truth, blur), 240, 240))


def test_nothing_is_placed_where_the_frame_shows_no_move_or_another_light() -> None:
    source = middle()
    other = np.ascontiguousarray(all_of_it()[::-1, ::-1])
    for truth in (source, source // 2, other, all_of_it() // 3):
        assert placed_anew(source, as_drawn(source), as_drawn(truth)) is None


def test_a_large_frame_fills_what_the_source_does_not_show_itself() -> None:
    source, frame = woven(), resized(woven(right=72), 257, 257)
    assert chosen(source, resized(source, 257, 257), frame, Place(right=0.3)) is None


def test_strips_of_rows_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    source, frame = middle(), as_drawn(all_of_it())
    whole = made(source, frame).picture
    monkeypatch.setattr(rows, "ROWS", 17)
    again = made(source, frame).picture
    assert whole is not None and again is not None
    assert np.abs(again.astype(int) - whole).max() <= 1
