"""What answers are measured by: the right value of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from frame2frame.errors import InputError, ModelError
from frame2frame.evaluation.answers.asked import Measures
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.measures.apart import Apart
from frame2frame.evaluation.measures.encoded import Faces, Likeness, Words
from frame2frame.evaluation.measures.panel import panel_of
from frame2frame.evaluation.measures.pixels import Changed, Kept, ssim
from frame2frame.evaluation.measures.seen import Seen, Truth, common_shape
from frame2frame.evaluation.sets.case import Case
from frame2frame.score.sharpness import sharpness
from frame2frame.values import Frames, Picture, Vectors

from ..sets.drawn import put, scene


class Colours:
    """An encoder of the mean colour; texts are names of colours."""

    threshold = None

    def images(self, frames: Frames) -> Vectors:
        means = frames.reshape(len(frames), -1, 3).mean(axis=1)
        return np.asarray(means / np.linalg.norm(means, axis=-1, keepdims=True), np.float32)

    def texts(self, texts: Sequence[str]) -> Vectors:
        return np.eye(3, dtype=np.float32)[[("red", "green", "blue").index(text) for text in texts]]


class OneFace(Colours):
    """The same of bright pictures; a dark one shows no face."""

    def images(self, frames: Frames) -> Vectors:
        vectors = super().images(np.maximum(frames, 1))
        vectors[frames.reshape(len(frames), -1).mean(axis=1) < 10] = np.nan
        return vectors


def plain(*colour: int, side: int = 32) -> Picture:
    return np.full((side, side, 3), colour, np.uint8)


def seen(picture: Picture) -> Seen:
    return Seen(picture, picture)


RED, BLUE, BLACK = seen(plain(200, 0, 0)), seen(plain(0, 0, 200)), seen(plain(0, 0, 0))
PURPLE = seen(plain(100, 0, 100))


def test_an_encoder_of_pictures_gives_cosines_with_source_and_target() -> None:
    found = Likeness(Colours(), "DINO").values(Truth(RED, BLUE), [RED, PURPLE])
    half = 2**-0.5
    assert found[0] == pytest.approx({"DINO": 1, "DINO to target": 0})
    assert found[1] == pytest.approx({"DINO": half, "DINO to target": half})


def test_an_encoder_of_words_gives_those_and_the_cosines_of_text_and_of_direction() -> None:
    truth = Truth(RED, target_text="blue", source_text="red")
    source, whole, half = Words(Colours(), "CLIP").values(truth, [RED, BLUE, PURPLE])
    assert source == pytest.approx({"CLIP-I": 1, "CLIP-T": 0}, abs=1e-6)
    assert whole == pytest.approx({"CLIP-I": 0, "CLIP-T": 1, "CLIP-D": 1}, abs=1e-6)
    assert half["CLIP-T"] == pytest.approx(2**-0.5) and half["CLIP-D"] > 0.9


def test_what_no_text_says_has_no_value() -> None:
    assert Words(Colours(), "CLIP").values(Truth(RED, target_text="blue"), [BLUE])[0].keys() == {
        "CLIP-I",
        "CLIP-T",
    }
    assert Words(Colours(), "CLIP").values(Truth(RED), [BLUE])[0].keys() == {"CLIP-I"}


def test_a_face_that_is_gone_counts_as_a_strangers_and_no_face_in_the_source_as_nothing() -> None:
    faces = Faces(OneFace())
    assert faces.values(Truth(RED), [RED, BLACK])[0]["face"] == pytest.approx(1)
    assert faces.values(Truth(RED), [RED, BLACK])[1] == {"face": 0.0}
    assert faces.values(Truth(BLACK), [RED]) == [{}]


def test_equal_pictures_are_kept_whole() -> None:
    source = seen(scene())
    (found,) = Kept().values(Truth(source, seen(scene(shift=6))), [source])
    assert found["PSNR"] == 99 and found["PSNR to target"] < 30
    if find_spec("torchmetrics"):
        assert found["SSIM"] == pytest.approx(1) and found["SSIM to target"] < 0.95


def test_a_known_error_has_its_decibels() -> None:
    (found,) = Kept().values(Truth(seen(plain(100, 100, 100))), [seen(plain(110, 110, 110))])
    assert found["PSNR"] == pytest.approx(20 * np.log10(255 / 10))


def test_the_source_has_not_changed() -> None:
    source = seen(scene())
    (found,) = Changed().values(Truth(source), [source])
    assert found == {"sharpness": 1.0, "camera": 0.0, "colour": pytest.approx(0), "magnitude": 0.0}


def test_a_change_is_told_by_what_it_is() -> None:
    source = scene(96)
    brighter = np.clip(source.astype(int) + 12, 0, 255).astype(np.uint8)
    blurred = (source // 2 + np.roll(source, 1, 1) // 4 + np.roll(source, -1, 1) // 4).astype(np.uint8)
    light, soft = Changed().values(Truth(seen(source)), [seen(brighter), seen(blurred)])
    assert light["magnitude"] == pytest.approx(12) and light["colour"] == pytest.approx(12, abs=0.5)
    assert (
        soft["sharpness"] == pytest.approx(sharpness(blurred) / sharpness(source)) and soft["sharpness"] < 1
    )


def test_a_flat_source_has_no_sharpness_to_keep() -> None:
    assert "sharpness" not in Changed().values(Truth(RED), [BLUE])[0]


def test_a_perceptual_distance_is_told_under_the_name_of_its_network() -> None:
    mean = perceptual.Network("", lambda one, other: (one - other).abs().mean((1, 2, 3)), ())
    found = Apart(mean, "ST-LPIPS").values(Truth(RED, BLUE), [RED, BLUE])
    assert found[0]["ST-LPIPS"] == 0 and found[0]["ST-LPIPS to target"] > 0.5
    assert found[1]["ST-LPIPS"] == pytest.approx(found[0]["ST-LPIPS to target"])


def test_pictures_are_compared_in_the_shape_of_the_source() -> None:
    assert common_shape(np.zeros((100, 200, 3), np.uint8), 512) == (256, 512)
    assert common_shape(np.zeros((600, 600, 3), np.uint8), 32) == (32, 32)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    source, target = put(tmp_path / "a.png", scene()), put(tmp_path / "b.png", scene(shift=6))
    return Case("a", source, "move it", "the cab", target)


def test_a_panel_measures_with_the_networks_that_are_here_and_names_the_others(
    case: Case, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perceptual, "lpips", lambda trunk: None)
    panel = panel_of(Measures(clip=str(encoder), side=64), "cpu")
    source, moved = panel.values(panel.truth(case), [scene(), scene(shift=6)])
    assert source["CLIP-I"] == pytest.approx(1) and moved["CLIP-I to target"] == pytest.approx(1)
    assert source["magnitude"] == 0 < moved["magnitude"]
    assert {"CLIP-I", "CLIP-T", "CLIP-D", "PSNR", "camera"} <= set(panel.names())
    assert [told.partition(":")[0] for told in panel.missing] == ["LPIPS", "DINO", "face"]
    assert "f2f models pull facebook/dinov2-base" in panel.missing[1]
    (digest,) = panel.networks["CLIP (clip0)"].values()
    assert len(digest) == 64


def test_a_network_that_is_named_has_to_be_here() -> None:
    with pytest.raises(ModelError, match="nobody/nothing is not here"):
        panel_of(Measures(clip="nobody/nothing"), "cpu")
    with pytest.raises(InputError, match="sees pictures only"):
        panel_of(Measures(clip="dino"), "cpu")
    with pytest.raises(InputError, match="reads texts too"):
        panel_of(Measures(dino="siglip2"), "cpu")


@pytest.mark.skipif(not find_spec("torchmetrics"), reason="SSIM is torchmetrics'")
def test_a_picture_is_wholly_similar_to_itself() -> None:
    """Even areas are the hard ones: in 32 bits their variance comes out below 0."""
    levels = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    picture = levels.repeat(64, axis=0).repeat(64, axis=1)
    assert ssim(picture, picture) == pytest.approx(1, abs=1e-9)
