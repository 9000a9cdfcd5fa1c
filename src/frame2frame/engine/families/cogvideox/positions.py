"""Where in space and time a CogVideoX transformer is told that its tokens are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.embeddings import get_3d_rotary_pos_embed
from diffusers.pipelines.cogvideo.pipeline_cogvideox_image2video import get_resize_crop_region_for_grid
from torch import Tensor


def rotary(
    features: int, grid: tuple[int, int], own: tuple[int, int], units: int, *, scaled: bool
) -> tuple[Tensor, Tensor]:
    """Cosines and sines, (units · places, features), scaled to the model's own grid if `scaled`."""
    fit: Any = get_resize_crop_region_for_grid
    crop = fit(grid, own[1], own[0]) if scaled else None
    cosine, sine = get_3d_rotary_pos_embed(
        features, crop, grid, units, grid_type="linspace" if scaled else "slice", max_size=own
    )
    return cosine, sine


@contextmanager
def learned_table(transformer: Any, table: Tensor | None, frames: int) -> Iterator[None]:
    """Let the model add these rows of its learned table, which it would replace when frames are missing."""
    if table is None:
        yield
        return
    embed = transformer.patch_embed
    whole, counted = embed.pos_embedding, embed.sample_frames
    words = transformer.config.max_text_seq_length
    try:
        embed.pos_embedding = torch.cat([whole[:, :words], table[None]], dim=1)
        embed.sample_frames = (frames - 1) * embed.temporal_compression_ratio + 1
        yield
    finally:
        embed.pos_embedding, embed.sample_frames = whole, counted
