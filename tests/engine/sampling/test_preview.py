"""Previews by a linear fit to the checkpoint's own autoencoder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from frame2frame.engine.models import catalogue
from frame2frame.engine.sampling import preview
from frame2frame.engine.sampling.preview import Sketch, fit, shipped
from frame2frame.values import Picture, Sampling


def by_hand(picture: Picture, sampling: Sampling) -> torch.Tensor:
    """An autoencoder whose latents are the mean colours of 8 × 8 pixels, and a channel of no use."""
    means = torch.from_numpy(picture.astype(np.float32) / 255).view(16, 8, 16, 8, 3).mean((1, 3))
    latents = torch.cat([means, torch.full((16, 16, 1), 0.5)], dim=2).permute(2, 0, 1)
    return latents.expand(3, -1, -1, -1)


def test_a_fit_finds_the_colours_that_the_latents_hold() -> None:
    weights = fit(by_hand)
    picture = shipped()[0]
    (frames,) = Sketch(torch.from_numpy(weights)).frames(
        by_hand(picture, Sampling(9, 128, 128, 1, (1.0,)))[None]
    )
    shown, wanted = (clip.reshape(16, 8, 16, 8, 3).mean((1, 3)) for clip in (frames[0], picture))
    assert np.abs(shown - wanted).mean() < 2.0


@pytest.fixture
def vae(tmp_path: Path) -> Path:
    """A folder of an autoencoder that is not the package's own."""
    folder = tmp_path / "model" / "vae"
    shutil.copytree(catalogue.WEIGHTS / "vae", folder)
    return folder


class Counting:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, picture: Picture, sampling: Sampling) -> torch.Tensor:
        self.calls += 1
        return by_hand(picture, sampling)


def test_the_fit_is_made_once_and_kept_beside_the_weights(vae: Path) -> None:
    still = Counting()
    first = preview.of(vae, still)
    made = still.calls
    again = preview.of(vae, still)
    assert made > 0 and still.calls == made
    assert torch.equal(first.weights, again.weights)
    assert len(list(vae.glob("sketch-*.npy"))) == 1


def test_a_damaged_file_is_made_anew(vae: Path) -> None:
    still = Counting()
    preview.of(vae, still)
    made = still.calls
    (file,) = vae.glob("sketch-*.npy")
    file.write_bytes(file.read_bytes()[:100])
    preview.of(vae, still)
    assert still.calls == 2 * made


def test_nothing_is_written_into_the_package() -> None:
    before = sorted(catalogue.WEIGHTS.rglob("*"))
    preview.of(catalogue.WEIGHTS / "vae", Counting())
    assert sorted(catalogue.WEIGHTS.rglob("*")) == before
    assert list(catalogue.user_cache("sketches").glob("sketch-*.npy"))


def test_another_scale_of_the_latents_is_another_fit(vae: Path) -> None:
    still = Counting()
    preview.of(vae, still)
    made = still.calls
    config = json.loads((vae / "config.json").read_text(encoding="utf-8"))
    config["scaling_factor"] /= 2
    (vae / "config.json").write_text(json.dumps(config), encoding="utf-8")
    preview.of(vae, still)
    assert still.calls == 2 * made
