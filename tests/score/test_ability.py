"""How well an encoder tells known changes of a picture apart."""

from pathlib import Path

import numpy as np
import pytest

from frame2frame.engine.models.catalogue import EMBEDDED
from frame2frame.score.ability import abilities
from frame2frame.score.named import encoder_with_words
from frame2frame.score.similarity import similarities
from frame2frame.select.gate import Basis, Gate
from frame2frame.values import Caption, Scores
from frame2frame.worlds.tabletop import episode

CAPTION = Caption("the red ball slowly turns blue", "the ball is blue", "test")


@pytest.fixture(scope="module")
def source() -> np.ndarray:
    return episode(1_000_000_001, "recolour", frames=2).source


def scored(encoder: str, source: np.ndarray, *, unknown: bool) -> Scores:
    part = encoder_with_words(encoder, "cpu", None)
    return similarities(part, source[None], [CAPTION], unknown=unknown)[0].of_source(source)


def test_an_encoder_that_knows_the_world_stands_far_above_one_with_random_weights(
    source: np.ndarray, small_encoder: Path
) -> None:
    (able,) = abilities(encoder_with_words(EMBEDDED, "cpu", None), source[None])
    (guessing,) = abilities(encoder_with_words(str(small_encoder), "cpu", None), source[None])
    assert able > Gate().ability > 0.5 > abs(guessing)


def test_what_an_encoder_can_is_tried_only_where_it_is_unknown(
    source: np.ndarray, small_encoder: Path
) -> None:
    """The small one has the threshold of the embedded one."""
    assert scored(str(small_encoder), source, unknown=False).ability is None
    scores, gate = scored(str(small_encoder), source, unknown=True), Gate(calibrated=False)
    assert scores.ability is not None and gate.basis(scores) is Basis.UNJUDGED
    assert Gate().basis(scores) is Basis.CALIBRATED
