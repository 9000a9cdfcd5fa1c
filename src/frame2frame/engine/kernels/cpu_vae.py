"""The same autoencoder, sooner on a CPU: convolutions over time and space, and the decoder's normalisations.

PyTorch has code of its own for convolutions that it takes for small, of a single clip: it writes each value
out once for each place of the kernel. For what a small autoencoder encodes and decodes at once that takes up
to four times as long as oneDNN does.

A normalisation of the decoder scales and shifts each place by what the latents say of it. diffusers enlarges
the latents to the clip's size and computes both there; they are the same all over a latent's pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
from diffusers.models.autoencoders.autoencoder_kl_cogvideox import (
    CogVideoXSafeConv3d,
    CogVideoXSpatialNorm3D,
)
from torch import Tensor, nn
from torch.nn import functional


def quicken(vae: nn.Module) -> None:
    """Let an `AutoencoderKLCogVideoX` in float32 on a CPU be quick, with oneDNN where PyTorch has that."""
    has_onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    for part in vae.modules():
        if isinstance(part, CogVideoXSpatialNorm3D):
            part.__class__ = SmallNorm
        elif has_onednn and isinstance(part, CogVideoXSafeConv3d) and max(part.kernel_size) > 1:
            part.__class__ = DirectConv  # the others are products


@contextmanager
def quickened(vae: nn.Module) -> Iterator[None]:
    """The same for as long as it lasts."""
    before = [(part, part.__class__) for part in vae.modules()]
    try:
        quicken(vae)
        yield
    finally:
        for part, kind in before:
            part.__class__ = kind


class DirectConv(CogVideoXSafeConv3d):
    """The same numbers up to rounding."""

    def _conv_forward(self, values: Tensor, weight: Tensor, bias: Tensor | None) -> Any:
        padding = cast("tuple[int, ...]", self.padding)
        return torch.mkldnn_convolution(
            values, weight, bias, padding, self.stride, self.dilation, self.groups
        )


class SmallNorm(CogVideoXSpatialNorm3D):
    """The same numbers up to rounding, where a side of the values is a multiple of the latents'."""

    def forward(self, f: Tensor, zq: Tensor, conv_cache: Any = None) -> Any:
        frames, height, width = f.shape[2:]
        rows = zq.shape[3]
        if height % rows:
            return super().forward(f, zq, conv_cache)
        scale, shift = (
            _widened(conv.conv(zq), frames, width)[:, :, :, :, None] for conv in (self.conv_y, self.conv_b)
        )
        normal = self.norm_layer(f).reshape(*f.shape[:3], rows, height // rows, width)
        return torch.addcmul(shift, normal, scale).reshape(f.shape), {}


def _widened(values: Tensor, frames: int, width: int) -> Tensor:
    """As many frames and columns as there are pixels, but no more rows; an odd first frame is alone."""
    rows, alone = values.shape[3], frames % 2 if frames > 1 else 0
    parts = (values[:, :, :alone], alone), (values[:, :, alone:], frames - alone)
    return torch.cat(
        [functional.interpolate(one, size=(count, rows, width)) for one, count in parts if count], 2
    )
