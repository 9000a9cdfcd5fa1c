"""Measures with real networks, where the small packages that ship them are installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frame2frame.evaluation import bundle
from frame2frame.evaluation.answers.asked import Measures
from frame2frame.evaluation.measures import perceptual
from frame2frame.evaluation.measures.panel import panel_of
from frame2frame.evaluation.sets.case import Case
from frame2frame.media.pictures import resized
from frame2frame.media.source import load_picture
from frame2frame.plugins import registry
from frame2frame.values import Picture

PHOTOGRAPHS = Path(bundle.__file__).with_name("photographs")
CAT, DOG = PHOTOGRAPHS / "cat.jpg", PHOTOGRAPHS / "dog.jpg"

composed = pytest.mark.skipif(
    "composed" not in registry.names("encoders"), reason="benchmarks/composed-encoder is not installed"
)
shift_tolerant = pytest.mark.skipif(
    perceptual.shift_tolerant_lpips() is None, reason="stlpips-pytorch is not installed"
)


def picture(path: Path) -> Picture:
    return load_picture(path).picture


@composed
@shift_tolerant
def test_a_picture_of_the_wanted_scene_scores_higher_and_lies_further_from_the_source() -> None:
    panel = panel_of(Measures(clip="composed", side=128), "cpu")
    truth = panel.truth(Case("a", DOG, None, "a cat", CAT, source_text="a dog"))
    coarse = resized(resized(picture(DOG), 32, 32), *picture(DOG).shape[:2])
    same, blurred, cat = panel.values(truth, [picture(DOG), coarse, picture(CAT)])
    assert cat["composed-T"] > same["composed-T"] + 0.2
    assert cat["composed-D"] > 0.3 and "composed-D" not in same
    assert cat["composed-I"] < blurred["composed-I"] < same["composed-I"] + 1e-6
    assert 0 == same["ST-LPIPS"] < blurred["ST-LPIPS"]
    assert cat["ST-LPIPS to target"] == pytest.approx(0) and np.isclose(cat["composed-I to target"], 1)


@composed
@shift_tolerant
def test_real_networks_go_by_their_own_names_with_their_hashes() -> None:
    panel = panel_of(Measures(clip="composed"), "cpu")
    assert {"composed-I", "ST-LPIPS"} <= set(panel.names())
    assert "CLIP-I" not in panel.names()
    assert panel.networks["ST-LPIPS (AlexNet)"] == {
        "alex_shift_tolerant.pth": perceptual.SHIFT_TOLERANT_SHA256
    }
    assert len(panel.networks["composed (composed)"]) == 2
