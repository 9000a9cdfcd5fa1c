"""Frames that are given the detail of the picture back, by a network beside the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter
from safetensors.torch import save_file

from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.models.catalogue import EMBEDDED, find
from frame2frame.engine.sampling.restorer import OWN, PATCH, Restorer, packed, read
from frame2frame.errors import ModelError
from frame2frame.evaluation.bundle.edits import FOGGY
from frame2frame.media.pictures import resized
from frame2frame.media.source import load_picture
from frame2frame.values import Frames

from ..drafts import ANY, MakeItem, drafted

CPU = torch.device("cpu")
WIDTH, WIDER, DEEP, NEAR = 8, 16, 3, 4
SHAPES = {
    "stem": (WIDTH, 6 * PATCH**2, 1, 1),
    "blocks.0.around": (WIDTH, 1, 7, 7),
    "blocks.0.wider": (WIDER, WIDTH, 1, 1),
    "blocks.0.back": (WIDTH, WIDER, 1, 1),
    "head": (DEEP * PATCH**2, WIDTH, 1, 1),
    "near": (NEAR, DEEP + 6, 3, 3),
    "last": (3, NEAR, 3, 3),
}


def weights() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    found = {}
    for name, shape in SHAPES.items():
        found[f"{name}.weight"] = torch.randn(shape, generator=generator) / 4
        found[f"{name}.bias"] = torch.randn(shape[0], generator=generator) / 4
    return found


@pytest.fixture
def model(copied: Path) -> CogVideoX:
    """One with a restorer beside it."""
    save_file(packed(weights()), copied / OWN)
    return CogVideoX(str(copied), steps=4, guidance=1.0, device="cpu")


def decoded(model: CogVideoX, item: MakeItem, candidate: int = 0, keep: list[int] | None = None) -> Frames:
    draft, _ = drafted(model, item)
    draft.advance(4)
    if keep:
        draft.keep(keep)
    return np.concatenate(list(draft.decode(candidate)))


def test_each_frame_is_restored_by_the_picture_that_its_clip_begins_with(
    model: CogVideoX, item: MakeItem
) -> None:
    plain, found = (decoded(replace(model, restore=on), item, candidate=1) for on in (False, True))
    source = item(2, model.sampling(ANY)).picture
    wanted = read(Path(model.model) / OWN, CPU, torch.float32).frames(plain[None], source[None])[0]
    # of fewer frames at once a sum may round otherwise
    assert np.abs(found.astype(int) - wanted).max() <= 1 and not np.array_equal(found, plain)
    other = read(Path(model.model) / OWN, CPU, torch.float32).frames(plain[None], 255 - source[None])[0]
    assert not np.array_equal(other, wanted)


def test_no_mesh_of_single_pixels_is_drawn_where_the_picture_does_not_tell_the_detail() -> None:
    restorer = read(Path(find(EMBEDDED).repository) / OWN, CPU, torch.float32)
    source = resized(load_picture(FOGGY.picture).picture, 128, 128)
    wanted = np.roll(source, 24, axis=1)
    soft = np.array(Image.fromarray(wanted).filter(ImageFilter.BoxBlur(3)))
    added = restorer.frames(soft[None, None], source[None])[0, 0].astype(float) - soft
    sign = 1 - 2 * (np.indices((128, 128)).sum(axis=0) % 2)
    mesh = (added.mean(axis=-1) * sign).reshape(16, 8, 16, 8).mean(axis=(1, 3))
    assert np.abs(mesh).max() < 2  # levels of 255, in places of 8 by 8 pixels
    # nor one that wavers: no more of what nearly alternates, across and down, than the truth has
    assert alternating(added) < alternating(wanted)


def alternating(picture: np.ndarray[Any, Any]) -> float:
    """The energy of what alternates from pixel to pixel both across and down, or nearly so."""
    spectrum = np.fft.fft2(picture.mean(axis=-1))
    down, across = (np.abs(np.fft.fftfreq(side)) > 0.4 for side in spectrum.shape)
    return float(np.square(np.abs(spectrum[np.ix_(down, across)])).mean())


def test_a_candidate_keeps_its_picture_when_others_go(model: CogVideoX, item: MakeItem) -> None:
    assert np.array_equal(decoded(model, item, candidate=2), decoded(model, item, 0, keep=[2, 0]))


def test_a_draft_that_was_put_back_decodes_the_same(model: CogVideoX, item: MakeItem) -> None:
    draft, _ = drafted(model, item)
    draft.advance(2)
    state = draft.state()
    draft.advance(2)
    wanted = np.concatenate(list(draft.decode(1)))
    draft.keep([0])
    draft.restore(state)
    draft.advance(2)
    assert np.array_equal(np.concatenate(list(draft.decode(1))), wanted)


def test_a_model_without_one_is_left_as_it_decodes(copied: Path, item: MakeItem) -> None:
    model = CogVideoX(str(copied), steps=4, guidance=1.0, device="cpu")
    assert np.array_equal(decoded(model, item), decoded(replace(model, restore=False), item))


def test_eight_bits_are_near_the_weights(tmp_path: Path) -> None:
    save_file(packed(weights()), tmp_path / OWN)
    found = read(tmp_path / OWN, CPU, torch.float32)
    frames = np.random.default_rng(0).integers(0, 256, (2, 3, 16, 24, 3), dtype=np.uint8)
    exact = Restorer(weights()).frames(frames, frames[:, 0])
    ours = found.frames(frames, frames[:, 0])
    assert ours.shape == frames.shape and np.abs(ours.astype(int) - exact).mean() < 4


@pytest.mark.parametrize("fault", ["text", "missing", "shape", "not finite"])
def test_a_file_that_is_none_is_one_line(copied: Path, item: MakeItem, fault: str) -> None:
    stored = packed(weights())
    if fault == "missing":
        del stored["head.weight"]
    if fault == "shape":
        stored["stem.weight"] = torch.zeros((WIDTH, 5, 1, 1), dtype=torch.int8)
    if fault == "not finite":
        stored["last.bias"] = torch.full((3,), float("nan")).half()
    save_file(stored, copied / OWN)
    if fault == "text":
        (copied / OWN).write_text("no weights", encoding="utf-8")
    with pytest.raises(ModelError, match=OWN) as raised:
        decoded(CogVideoX(str(copied), steps=4, guidance=1.0, device="cpu"), item)
    assert "\n" not in str(raised.value)


def test_a_candidate_whose_picture_is_to_lose_detail_is_not_given_it_back(
    model: CogVideoX, item: MakeItem
) -> None:
    sampling = model.sampling(ANY)
    items = [item(seed, sampling) for seed in (1, 2)]
    draft = model.draft([items[0], replace(items[1], restored=False)], sampling)
    draft.advance(4)
    mixed = np.stack([np.concatenate(list(draft.decode(row))) for row in (0, 1)])
    restored, plain = (decoded(replace(model, restore=on), item, row) for row, on in ((0, True), (1, False)))
    assert np.array_equal(mixed[0], restored) and np.array_equal(mixed[1], plain)
