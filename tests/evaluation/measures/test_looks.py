"""How answers look: sharp or blurred, drawn or cross-faded."""

import numpy as np
import pytest
import torch

from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.measures.looks import FADE, looked
from frame2frame.evaluation.results.columns import Results, Table
from frame2frame.evaluation.tasks.truth import LOOKS, Answer
from frame2frame.values import Picture
from frame2frame.worlds.tabletop import Episode, episode

needs_network = pytest.mark.skipif(
    perceptual.network() is None, reason="no perceptual network is here, such as that of stlpips-pytorch"
)


@pytest.fixture(scope="module")
def one() -> Episode:
    return episode(DEVELOPMENT, "recolour", frames=2)


def blurred(picture: Picture) -> Picture:
    around = [np.roll(picture, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return np.asarray(np.mean(around, axis=0), dtype=np.uint8)


def test_sharpness_is_a_share_of_the_targets_and_a_blurred_answer_has_less(one: Episode) -> None:
    found = looked(np.stack([one.target, blurred(one.target)]), one).sharpness
    assert found[0] == 1.0 and found[1] < 0.5


@needs_network
def test_the_target_is_clean_and_neither_a_blur_of_it_nor_a_cross_fade_is(one: Episode) -> None:
    found = looked(np.stack([one.target, blurred(one.target), one.rivals[FADE], one.source]), one)
    assert found.perceptual[0] == 0 and found.perceptual[2] < found.perceptual[3]
    assert found.clean.tolist() == [True, False, False, False]


def test_without_a_network_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch, one: Episode) -> None:
    monkeypatch.setattr(perceptual, "network", lambda: None)
    answer = Answer.of(looked(one.target[None], one))
    assert answer.success and answer.sharpness == 1.0 and answer.perceptual is answer.clean is None
    table = Table.of("", "", {"all": [answer]}, LOOKS)
    assert table.rows == (("all", "1.00", "–", "–"),)
    told = Results({}, [], (table,), {"perceptual": perceptual.name(), **ABOUT}).text()
    assert "perceptual: no network is here" in told


def test_the_distance_of_a_single_picture_is_one_number(one: Episode) -> None:
    network = perceptual.Network("", lambda one, other: (one - other).abs().mean((1, 2, 3)).squeeze())
    assert network.distances(one.target[None], one.target).tolist() == [0.0]


ABOUT = {
    "machine": {"device": "cpu", "processor": "x", "threads": 1},
    "plan": {"count": 1},
    "model": {"name": "tabletop"},
    "first_seed": 0,
}


def weights() -> dict[str, torch.Tensor]:
    """Of the layout that stlpips-pytorch has, with few channels."""
    torch.manual_seed(0)
    channels, sides = (3, 4, 5, 6, 5, 4), (11, 5, 3, 3, 3)
    names = ("slice1.0", "slice2.5", "slice3.9", "slice4.11", "slice5.13")
    made = {"scaling_layer.shift": torch.zeros(1, 3, 1, 1), "scaling_layer.scale": torch.ones(1, 3, 1, 1)}
    for number, (name, side) in enumerate(zip(names, sides, strict=True)):
        made[f"net.{name}.weight"] = torch.randn(channels[number + 1], channels[number], side, side) / side
        made[f"net.{name}.bias"] = torch.zeros(channels[number + 1])
        made[f"lin{number}.model.1.weight"] = torch.rand(1, channels[number + 1], 1, 1)
    for name, count in (("slice1.1", 4), ("slice2.4", 4), ("slice3.8", 5)):
        made[f"net.{name}.filt"] = torch.full((count, 1, 3, 3), 1 / 9)
    return made


def test_the_distance_of_a_picture_from_itself_is_nothing_and_grows_with_what_differs(one: Episode) -> None:
    network = perceptual.Network("", lambda *both: perceptual.shift_tolerant(weights(), *both))
    same, near, far = network.distances(np.stack([one.target, one.rivals[FADE], one.source]), one.target)
    assert same == 0 and 0 < near < far
