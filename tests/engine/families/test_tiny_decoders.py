"""Clips by a tiny decoder in place of a model's own autoencoder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.sampling.tiny_file import OWN
from frame2frame.engine.sampling.tiny_vae import TinyVae, read
from frame2frame.errors import InputError, ModelError

from ..drafts import ANY, MakeItem, drafted
from ..tiny_decoder import decoder, saved

Make = Callable[..., CogVideoX | Wan]

CPU = torch.device("cpu")
FORMS = {"1.0": (4, 8), "1.5": (4, 8), "rotary": (4, 8), "a14b": (16, 8), "5b": (48, 16)}
"""Channels of a latent and pixels a side, by layout."""


@pytest.fixture
def make(tiny: Callable[..., CogVideoX], tiny_wan: Callable[..., Wan]) -> Make:
    def made(layout: str, **options: Any) -> CogVideoX | Wan:
        return (tiny_wan if layout in ("a14b", "5b") else tiny)(layout, **options)

    return made


def file_for(layout: str, folder: Path) -> Path:
    channels, pixels = FORMS[layout]
    return saved(decoder(channels, pixels // 8), folder)


def decoder_in(file: Path, layout: str) -> TinyVae:
    channels, pixels = FORMS[layout]
    return read(file, CPU, torch.float32, channels, pixels, 4)


@pytest.mark.parametrize("layout", FORMS)
def test_it_makes_every_frame_of_the_clip_and_the_previews(
    make: Make, item: MakeItem, tmp_path: Path, layout: str
) -> None:
    file = file_for(layout, tmp_path)
    model = make(layout, tiny_vae=str(file), decoder="tiny")
    draft, sampling = drafted(model, item)
    draft.advance(4)
    latents, tiny = torch.stack([draft.latents(row) for row in range(3)]), decoder_in(file, layout)
    (wanted,) = (np.concatenate(list(tiny.decode(latents[1:2], first_alone=True)), axis=1),)
    found = np.concatenate(list(draft.decode(1)))
    assert found.shape == (len(draft.frame_times), sampling.height, sampling.width, 3)
    assert np.array_equal(found, wanted[0]) and found.std() > 0
    assert np.array_equal(draft.preview(), tiny.frames(latents))


@pytest.mark.parametrize("layout", ["1.0", "rotary", "a14b", "5b"])
@pytest.mark.parametrize("units", [(0, 2, 4), (1, 2), (3,)])
def test_a_thinned_clip_has_a_frame_for_each_of_its_times(
    make: Make, item: MakeItem, tmp_path: Path, layout: str, units: tuple[int, ...]
) -> None:
    model = make(layout, tiny_vae=str(file_for(layout, tmp_path)), decoder="tiny")
    draft, _ = drafted(model, item, seeds=(1,))
    draft.thin(units)
    draft.advance(4)
    assert len(np.concatenate(list(draft.decode(0)))) == len(draft.frame_times)


@pytest.mark.parametrize("layout", ["rotary", "a14b"])
def test_a_repeated_picture_comes_by_the_same_decoder(
    make: Make, item: MakeItem, tmp_path: Path, layout: str
) -> None:
    file = file_for(layout, tmp_path)
    model, plain = make(layout, tiny_vae=str(file), decoder="tiny"), make(layout)
    picture = item(4, model.sampling(ANY)).picture
    assert model.repeated(picture).shape == picture.shape
    assert not np.array_equal(model.repeated(picture), plain.repeated(picture))


def test_one_that_is_named_for_the_previews_leaves_the_frames_alone(
    make: Make, item: MakeItem, tmp_path: Path
) -> None:
    clips = []
    for options in ({}, {"tiny_vae": str(file_for("rotary", tmp_path))}):
        draft, _ = drafted(make("rotary", **options), item, seeds=(1,))
        draft.advance(4)
        clips.append(np.concatenate(list(draft.decode(0))))
    assert np.array_equal(clips[0], clips[1])


def test_the_model_s_own_needs_no_name(copied: Path, item: MakeItem) -> None:
    model = CogVideoX(str(copied), steps=4, guidance=1.0, device="cpu", decoder="tiny")
    with pytest.raises(InputError, match=r"no tiny decoder of its own; got generator\.decoder=tiny; name"):
        model.sampling(ANY)
    os.replace(file_for("rotary", copied), copied / OWN)
    draft, _ = drafted(model, item, seeds=(1,))
    draft.advance(4)
    wanted = decoder_in(copied / OWN, "rotary").decode(draft.latents(0)[None], first_alone=True)
    assert np.array_equal(np.concatenate(list(draft.decode(0))), np.concatenate(list(wanted), axis=1)[0])


@pytest.mark.parametrize("layout", ["rotary", "a14b"])
def test_one_for_other_latents_is_refused_before_any_step(
    make: Make, item: MakeItem, tmp_path: Path, layout: str
) -> None:
    model = make(layout, tiny_vae=str(saved(decoder(5), tmp_path)), decoder="tiny")
    with pytest.raises(ModelError, match=r"for another model; got .*5 channels"):
        drafted(model, item, seeds=(1,))
