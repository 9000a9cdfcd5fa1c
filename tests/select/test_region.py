"""What an edit leaves alone, on drawn clips that went through something like a video model's autoencoder."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from frame2frame.errors import InputError
from frame2frame.media.canvas import Canvas
from frame2frame.media.pictures import fit
from frame2frame.select.region import Keep, Region, composed, mask_from, settled
from frame2frame.values import CROP, Clip, Frames, Picture
from frame2frame.worlds.tabletop import KINDS, Episode, episode
from frame2frame.worlds.tabletop.edits import WHOLE_SCENE
from frame2frame.worlds.tabletop.measures import dilated

from ..clips import clip_of, drawn_frames

FIRST_SEED = 1_000_700_000
LOCAL = [kind for kind in KINDS if kind not in WHOLE_SCENE]


def a_picture_of(height: int, width: int) -> Canvas:
    return Canvas.of(np.zeros((height, width, 3), np.uint8))


def softened(picture: Picture, seed: int) -> Picture:
    """As an autoencoder leaves it: edges softened, and noise that the eye does not see."""
    small = Image.fromarray(picture).resize((96, 96), Image.Resampling.LANCZOS)
    soft = np.asarray(small.resize((128, 128), Image.Resampling.LANCZOS)).astype(np.float64)
    noise = np.random.default_rng(seed).normal(0.0, 1.5, soft.shape)
    return (soft + noise).round().clip(0, 255).astype(np.uint8)


def generated(frames: Frames) -> Clip:
    made = np.stack([softened(frame, seed) for seed, frame in enumerate(frames)])
    return Clip(made, tuple(range(len(made))), seed=0)


def region_of(one: Episode, keep: Keep | None = None) -> Region:
    assert one.complete_index is not None
    repeated = softened(one.source, seed=100)
    return (keep or Keep()).region(generated(one.frames), one.complete_index, repeated, (128, 128))


def disc(size: int, level: int) -> Picture:
    """A grey disc on grey."""
    rows, columns = np.mgrid[:size, :size] - size / 2
    picture = np.full((size, size, 3), 90, np.uint8)
    picture[rows**2 + columns**2 < (size / 5) ** 2] = level
    return picture


@pytest.mark.parametrize("kind", LOCAL)
def test_the_region_of_a_local_edit_covers_what_changed_and_little_else(kind: str) -> None:
    one = episode(FIRST_SEED, kind)
    found = region_of(one)
    inside = found.mask > 0.5
    assert not found.whole
    assert (inside & one.changed).sum() / one.changed.sum() >= 0.95  # shadows included
    assert (inside & dilated(one.changed, 4)).sum() / inside.sum() >= 0.6


@pytest.mark.parametrize("kind", WHOLE_SCENE)
@pytest.mark.parametrize("seed", range(3))
def test_an_edit_of_the_whole_picture_is_left_whole(kind: str, seed: int) -> None:
    found = region_of(episode(FIRST_SEED + seed, kind, frames=9))
    assert found.whole and (found.mask == 1).all()
    assert "whole picture" in found.reason


@pytest.mark.parametrize(
    "style", [lambda levels: levels * 0.5, lambda levels: 255 - levels, lambda levels: levels * (1, 0.8, 0.6)]
)
def test_another_style_is_an_edit_of_the_whole_picture(
    style: Callable[[np.ndarray], np.ndarray],
) -> None:
    source = drawn_frames(FIRST_SEED, "left")[0]
    other = style(source.astype(np.float64)).astype(np.uint8)
    clip = clip_of(softened(source, 1), softened(other, 2))
    assert Keep().region(clip, 1, softened(source, 3), (128, 128)).whole


def test_a_new_texture_of_the_same_colours_is_an_edit_of_the_whole_picture() -> None:
    draws = np.random.default_rng(0)
    blotches = draws.normal(0.0, 9.0, (16, 16)).astype(np.float32)
    texture = np.asarray(Image.fromarray(blotches).resize((128, 128)))[..., None]
    plain = np.full((128, 128, 3), 120, np.uint8)
    painted = (plain + texture).clip(0, 255).astype(np.uint8)
    found = Keep().region(clip_of(plain, painted), 1, plain, (128, 128))
    assert found.whole
    beside = Canvas.of(np.zeros((128, 256, 3), np.uint8), CROP, (128, 128))
    assert "all of the part" in found.on(beside).reason and found.on(Canvas.of(plain)).reason == found.reason


def test_a_clip_in_which_nothing_changed_gives_the_source() -> None:
    source = drawn_frames(FIRST_SEED, "left")[0]
    clip = generated(np.stack([source] * 5))
    found = Keep().region(clip, 3, softened(source, 100), (128, 128))
    assert found.share == 0 and not found.whole and "unchanged" in found.reason
    assert (composed(source, clip.frames[3], found) == source).all()


def test_a_faint_edit_is_still_found() -> None:
    plain, faint = disc(128, 90), disc(128, 97)
    found = Keep().region(clip_of(plain, faint), 1, plain, (128, 128))
    assert (found.mask[(faint != plain).any(axis=-1)] == 1).mean() > 0.95


def test_a_thing_that_drifts_a_little_beside_the_edit_is_put_back() -> None:
    source = disc(128, 200)
    edited = source.copy()
    edited[:20, :20] = 255
    edited[60:70, 60:70] -= 14
    found = Keep().region(clip_of(source, edited), 1, source, (128, 128))
    assert (found.mask[:20, :20] == 1).all() and (found.mask[55:75, 55:75] == 0).all()


def test_noise_of_one_frame_is_outvoted_by_the_frames_that_show_the_same() -> None:
    plain, edited = disc(128, 90), disc(128, 255)
    flaw = edited.copy()
    flaw[5:9, 5:9] = 120
    alone = Keep().region(clip_of(plain, flaw), 1, plain, (128, 128))
    among = Keep(sure_change=10, sure_share=0).region(
        clip_of(plain, flaw, *[edited] * 9), 1, plain, (128, 128)
    )
    assert (alone.mask[5:9, 5:9] == 1).all() and (among.mask[5:9, 5:9] == 0).all()


def test_only_frames_like_the_chosen_one_count_as_settled() -> None:
    plain, half, edited = disc(64, 90), disc(64, 170), disc(64, 250)
    clip = clip_of(plain, half, edited, edited)
    assert (settled(clip.frames, 2, plain) == edited).all()


def test_a_noisy_first_frame_raises_what_counts_as_a_change() -> None:
    plain = np.full((128, 128, 3), 100, np.uint8)
    first, edited = plain + np.uint8(4), plain.copy()
    edited[40:60, 40:60] += 60
    edited[40:60, 60:80] += 6
    quiet = Keep().region(clip_of(plain, edited), 1, plain, (128, 128))
    noisy = Keep().region(clip_of(first, edited), 1, plain, (128, 128))
    assert (quiet.mask[45:55, 65:75] == 1).all() and (noisy.mask[45:55, 65:75] == 0).all()


def test_the_border_is_soft_and_lies_outside_the_change() -> None:
    plain, edited = disc(128, 90), disc(128, 255)
    found = Keep().region(clip_of(plain, edited), 1, plain, (128, 128))
    sharp = replace(Keep(), softness=0.0).region(clip_of(plain, edited), 1, plain, (128, 128))
    assert set(np.unique(sharp.mask)) == {0.0, 1.0}
    assert (found.mask[sharp.mask == 1] == 1).all()
    assert ((found.mask > 0) & (found.mask < 1)).any()


@pytest.mark.parametrize("size", [(301, 517), (97, 64), (129, 127), (1000, 333)])
def test_outside_the_region_every_pixel_is_the_source_s_own_at_any_size(size: tuple[int, int]) -> None:
    draws = np.random.default_rng(5)
    source = draws.integers(0, 256, (*size, 3)).astype(np.uint8)
    before = source.copy()
    fitted = fit(source, 128, 128)
    repeated = fitted.crop(fitted.picture)
    frame = repeated.copy()
    rows, columns = frame.shape[0] // 3, frame.shape[1] // 3
    frame[:rows, :columns] = 255 - frame[:rows, :columns]
    found = Keep().region(clip_of(repeated, frame), 1, repeated, size)
    result = composed(source, fitted.restore(frame), found)
    untouched = found.mask == 0
    assert found.mask.shape == size and untouched.mean() > 0.5 and (found.mask == 1).any()
    assert (result[untouched] == source[untouched]).all()
    assert (result[found.mask == 1] == fitted.restore(frame)[found.mask == 1]).all()
    assert (source == before).all()


def test_the_same_clip_gives_the_same_region() -> None:
    one = episode(FIRST_SEED, "float", frames=5)
    assert (region_of(one).mask == region_of(one).mask).all()


def test_the_border_mixes_both_pictures() -> None:
    source, edited = np.zeros((1, 3, 3), np.uint8), np.full((1, 3, 3), 200, np.uint8)
    region = Region(np.array([[0, 0.25, 1]], np.float32), False, "")
    assert composed(source, edited, region)[0, :, 0].tolist() == [0, 50, 200]


def test_a_mask_says_what_may_change() -> None:
    mask = np.zeros((20, 30, 3), np.uint8)
    mask[5:10, 5:10] = 255
    found = mask_from(mask, a_picture_of(20, 30))
    source, edited = np.full((20, 30, 3), 7, np.uint8), np.full((20, 30, 3), 200, np.uint8)
    result = composed(source, edited, found)
    assert (result[5:10, 5:10] == 200).all() and (result == 200).sum() == 75 and (result == 7).sum() == 1725
    assert "4%" in found.reason


def test_a_mask_may_be_of_another_resolution() -> None:
    mask = np.zeros((40, 60, 3), np.uint8)
    mask[:, 30:] = 255
    found = mask_from(mask, a_picture_of(101, 151))
    assert found.mask.shape == (101, 151)
    assert (found.mask[:, :70] == 0).all() and (found.mask[:, 80:] == 1).all()


def test_what_jpeg_leaves_of_black_and_white_counts_as_such() -> None:
    mask = np.tile(np.array([3, 252], np.uint8)[None, :, None], (2, 1, 3))
    assert mask_from(mask, a_picture_of(2, 2)).mask.tolist() == [[0, 1], [0, 1]]


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="30 × 20 for a picture of 20 × 20"):
        mask_from(np.full((20, 30, 3), 255, np.uint8), a_picture_of(20, 20))


def test_a_mask_that_allows_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="paint white"):
        mask_from(np.zeros((20, 30, 3), np.uint8), a_picture_of(20, 30))


def test_pictures_of_other_sizes_are_refused() -> None:
    source = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(InputError, match="differ in size"):
        Keep().region(clip_of(source), 0, np.zeros((8, 9, 3), np.uint8), (8, 8))
    with pytest.raises(InputError, match="differ in size"):
        composed(source, source, Region(np.ones((8, 9), np.float32), True, ""))
