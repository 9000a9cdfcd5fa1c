"""What the changes of photographs look like, drawn by either library and at any size."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tests.landscape import HORIZON, landscape

from frame2frame.values import Picture
from frame2frame.worlds.photoworld import KINDS, changed_throughout, draw, draw_plan
from frame2frame.worlds.photoworld.looks import LOOKS
from frame2frame.worlds.photoworld.maps import Maps, maps_of
from frame2frame.worlds.tabletop.draws import Draws

PHOTOGRAPH = landscape()


def luminance(picture: Picture) -> float:
    return float(picture.mean())


def maps(picture: Picture) -> Maps:
    return maps_of(np, picture[None].transpose(0, 3, 1, 2).astype(np.float32) / 255)


@pytest.mark.parametrize("kind", KINDS)
def test_numpy_and_torch_draw_the_same_within_a_level(kind: str) -> None:
    plan = draw_plan(Draws(2), PHOTOGRAPH.shape[:2], kind, frames=5, seed=2)
    assert plan is not None
    wanted = [*plan.wanted(), *plan.pictures()]
    one = draw(np, PHOTOGRAPH, plan.shot, wanted)
    other = draw(torch, torch.from_numpy(PHOTOGRAPH), plan.shot, wanted).numpy()
    gap = np.abs(one.astype(int) - other)
    assert one.shape == other.shape == (8, 128, 128, 3)
    assert gap.max() <= 1 and (gap > 0).mean() < 0.002


@pytest.mark.parametrize("kind", (*LOOKS, "background-blur"))
def test_a_change_is_the_same_at_each_size(kind: str) -> None:
    def small(picture: Picture) -> NDArray[np.float64]:
        halved: NDArray[np.float64] = picture.reshape(120, 2, 160, 2, 3).mean((1, 3))
        return halved

    reduced = small(PHOTOGRAPH).round().astype(np.uint8)
    gap = np.abs(small(changed_throughout(PHOTOGRAPH, kind)) - changed_throughout(reduced, kind))
    whole = np.abs(changed_throughout(reduced, kind).astype(float) - reduced)
    assert gap.mean() < 0.25 * whole.mean() + 1.5


def test_the_sky_is_found_above_the_meadow_and_behind_nothing() -> None:
    sky = maps(PHOTOGRAPH).sky[0, 0]
    assert sky[:60].mean() > 0.9 and sky[HORIZON + 20 :].mean() < 0.05
    assert sky[80:95, 70:120].mean() < 0.2, "the hut stands before it"


def test_a_sky_goes_on_behind_a_cable_and_between_its_clouds() -> None:
    picture = PHOTOGRAPH.copy()
    picture[30:34, :] = picture[:60, 200:204] = 40
    picture[10:20:2, 100:120:2] = 230
    sky = maps(picture).sky[0, 0]
    for part in (sky[:28, :190], sky[44:56, :60], sky[44:56, 150:190], sky[:28, 214:300]):
        assert part.mean() > 0.95
    assert sky[31:33, 20:180].mean() < 0.5, "the cable is none of it"


def test_what_ends_nowhere_or_is_a_strip_is_no_sky() -> None:
    down = np.linspace(0.0, 1.0, 240)[:, None, None]
    fading = np.broadcast_to((40, 90, 140) + down * (200, 40, -110), (240, 320, 3))
    strip = np.full((240, 320, 3), (70, 110, 50), np.uint8)
    strip[:3] = (140, 190, 240)
    for picture in (fading.astype(np.uint8), strip):
        assert maps(picture).sky.max() < 0.05


@pytest.mark.parametrize(
    ("colour", "is_sky"), [((240, 90, 170), False), ((60, 200, 90), False), ((110, 160, 235), True)]
)
def test_what_is_magenta_or_green_is_no_sky(colour: tuple[int, int, int], is_sky: bool) -> None:
    picture = np.full((96, 128, 3), (40, 45, 35), np.uint8)
    picture[:40] = colour
    share = maps(picture).sky[0, 0, :38].mean()
    assert share > 0.9 if is_sky else share < 0.05


def test_a_lamp_shines_in_the_dark_only() -> None:
    assert maps(landscape(dark=0.3)).lamps.max() > 0.5
    assert maps(landscape(dark=1.6)).lamps.max() < 0.1


def test_leaves_are_what_is_green() -> None:
    leaves = maps(PHOTOGRAPH).leaves[0, 0]
    assert leaves[170:].mean() > 0.8 and leaves[:60].mean() < 0.05


def test_fog_thickens_with_distance() -> None:
    foggy = changed_throughout(PHOTOGRAPH, "fog")
    far, near = foggy[HORIZON + 5 : HORIZON + 20, 200:], foggy[-15:, 200:]
    assert far.std() < 0.6 * near.std()
    assert far.mean() > near.mean() + 40


def test_the_same_colour_becomes_another_in_the_sky_than_on_the_ground() -> None:
    picture = PHOTOGRAPH.copy()
    picture[200:220, 240:300] = picture[30, 10]
    for kind in ("night", "dusk", "golden-hour", "fog"):
        changed = changed_throughout(picture, kind).astype(int)
        gap = np.abs(changed[210, 270] - changed[30, 270]).max()
        assert gap > 12, kind


def test_autumn_turns_the_meadow_and_leaves_the_sky() -> None:
    autumn = changed_throughout(PHOTOGRAPH, "autumn").astype(int)
    meadow, sky = autumn[180:].mean((0, 1)), autumn[:60].mean((0, 1))
    assert meadow[0] > meadow[1] and sky[2] > sky[0]


def test_light_goes_the_way_that_the_words_say() -> None:
    light = {kind: luminance(changed_throughout(PHOTOGRAPH, kind)) for kind in LOOKS}
    before = luminance(PHOTOGRAPH)
    assert light["night"] < light["dusk"] < before < light["brighter"]
    assert light["darker"] < before


def test_the_background_blurs_and_the_subject_stays_as_it_is() -> None:
    picture = np.full((160, 160, 3), 90, np.uint8)
    picture[::2] += 20
    picture[60:110, 60:100] = np.random.default_rng(0).integers(0, 255, (50, 40, 1))
    blurred = changed_throughout(picture, "background-blur").astype(int)
    assert np.abs(blurred[75:95, 70:90] - picture[75:95, 70:90]).max() <= 1
    assert blurred[:20].std() < 0.2 * picture[:20].std()
