"""Whether the parts of a Wan can be run at all, tried on the smallest clip.

A configuration may be possible field by field, fill its weights, and still make layers that do not fit each
other, which shows only when something passes through. So each network goes through this once before its
weights are read, on PyTorch's meta device (`building`): nothing is computed but the shapes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_FRAMES = 5
"""The picture's latent and one more."""


def try_text_encoder(encoder: Any) -> None:
    """Raises ValueError, or what a layer does, unless it makes features of words."""
    words = torch.ones(1, 3, dtype=torch.long)
    _expect("features", encoder(words)[0], (1, 3, encoder.config.d_model))


def try_vae(vae: Any) -> None:
    """Raises ValueError, or what a layer does, unless it encodes frames and decodes them again."""
    config = vae.config
    frames = torch.empty(1, 3, _FRAMES, config.scale_factor_spatial, config.scale_factor_spatial)
    latents = vae.encode(frames).latent_dist.mode()
    places = (_FRAMES - 1) // config.scale_factor_temporal + 1
    _expect("latents", latents, (1, config.z_dim, places, 1, 1))
    _expect("frames", vae.decode(latents).sample, tuple(frames.shape))


def try_transformer(transformer: Any) -> None:
    """Raises ValueError, or what a layer does, unless it answers latents with latents."""
    config = transformer.config
    transformer.blocks = transformer.blocks[:1]  # all are made alike
    _, height, width = config.patch_size
    latents = torch.empty(1, config.in_channels, 2, height, width)
    answer = transformer(latents, torch.ones(1), torch.empty(1, 3, config.text_dim), return_dict=False)[0]
    _expect("latents", answer, (1, config.out_channels, 2, height, width))


def _expect(name: str, found: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(found.shape) != shape:
        raise ValueError(f"{name} of shape {tuple(found.shape)} for {shape}")
