"""Previews by a tiny autoencoder's file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tests.engine.tiny_decoder import WIDTHS, Block, Grow, decoder, saved
from torch import Tensor, nn
from torch.nn import functional

from frame2frame.engine.sampling.tiny_vae import read
from frame2frame.errors import ModelError

CPU = torch.device("cpu")


def by_the_module(made: nn.Sequential, latents: Tensor) -> Tensor:
    """Frame by frame, each block remembering its last input."""
    values = torch.tanh(latents / 3) * 3
    for layer in made:
        if isinstance(layer, Block):
            before, rows = torch.zeros_like(values[:1]), []
            for row in (values[i : i + 1] for i in range(len(values))):
                rows.append(functional.relu(layer.conv(torch.cat([row, before], dim=1)) + row))
                before = row
            values = torch.cat(rows)
        elif isinstance(layer, Grow):
            count = layer.conv.out_channels // layer.conv.in_channels
            values = torch.cat([torch.stack(row.chunk(count)) for row in layer.conv(values)])
        else:
            values = layer(values)
    return values


@torch.inference_mode()
def test_a_preview_is_the_last_frame_of_each_latent(tmp_path: Path) -> None:
    made = decoder()
    latents = torch.randn(2, 3, 5, 4, 6)
    tiny = read(saved(made, tmp_path), CPU, torch.float32, channels=5, pixels=8, frames=4)
    found = tiny.frames(latents)
    assert found.shape == (2, 3, 32, 48, 3)
    for clip, shown in zip(latents, found, strict=True):
        wanted = by_the_module(made, clip)[3::4].clamp(0, 1).permute(0, 2, 3, 1) * 255
        assert np.abs(shown - wanted.numpy()).max() <= 0.51
    assert found.std() > 0


@torch.inference_mode()
@pytest.mark.parametrize(("latent_frames", "first_alone"), [(5, True), (4, True), (4, False), (1, True)])
def test_the_chunks_of_a_clip_are_the_whole_of_it(
    tmp_path: Path, latent_frames: int, first_alone: bool
) -> None:
    made, latents = decoder(), torch.randn(2, latent_frames, 5, 4, 6)
    tiny = read(saved(made, tmp_path), CPU, torch.float32, channels=5, pixels=8, frames=4)
    found = np.concatenate(list(tiny.decode(latents, first_alone)), axis=1)
    assert found.shape == (2, 4 * latent_frames - (3 if first_alone else 0), 32, 48, 3)
    for clip, shown in zip(latents, found, strict=True):
        wanted = by_the_module(made, clip)[-len(shown) :].clamp(0, 1).permute(0, 2, 3, 1) * 255
        assert np.abs(shown - wanted.numpy()).max() <= 0.51


@torch.inference_mode()
def test_the_first_growth_counts_by_its_last_part_where_the_file_has_too_many_frames(tmp_path: Path) -> None:
    fast, latents = decoder(growth=(2, 2, 2)), torch.randn(1, 3, 5, 2, 2)
    found = read(saved(fast, tmp_path), CPU, torch.float32, channels=5, pixels=8, frames=4).frames(latents)
    slow = decoder()
    weights = fast.state_dict()
    weights["7.conv.weight"] = weights["7.conv.weight"][WIDTHS[0] :]
    slow.load_state_dict(weights)
    same = read(saved(slow, tmp_path), CPU, torch.float32, channels=5, pixels=8, frames=4).frames(latents)
    assert np.array_equal(found, same)


def test_the_sides_follow_from_the_file(tmp_path: Path) -> None:
    tiny = read(saved(decoder(patch=2), tmp_path), CPU, torch.float32, channels=5, pixels=16, frames=4)
    assert tiny.frames(torch.zeros(1, 1, 5, 2, 3)).shape == (1, 1, 32, 48, 3)


def test_one_for_other_latents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match="5 channels, each 8 pixels a side and 4 frames; use one for latents of 16 channels"
    ):
        read(saved(decoder(), tmp_path), CPU, torch.float32, channels=16, pixels=8, frames=4)


@pytest.mark.parametrize("content", [b"", b"a pickle"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.pth").write_bytes(content)
    with pytest.raises(ModelError, match="no tiny autoencoder of the TAEHV kind"):
        read(tmp_path / "other.pth", CPU, torch.float32, channels=16, pixels=8, frames=4)
    save_file({"encoder.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match="no tiny autoencoder of the TAEHV kind"):
        read(tmp_path / "other.pth", CPU, torch.float32, channels=16, pixels=8, frames=4)
