"""Convolutions over time and space on a CPU.

PyTorch has code of its own for those that it takes for small, of a single clip: it writes each value out once
for each place of the kernel. For what a small autoencoder encodes and decodes at once that takes up to four
times as long as oneDNN does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
from diffusers.models.autoencoders.autoencoder_kl_cogvideox import CogVideoXSafeConv3d
from torch import Tensor, nn


def quicken(vae: nn.Module) -> None:
    """Let an `AutoencoderKLCogVideoX` in float32 on a CPU convolve by oneDNN, where PyTorch has that."""
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return
    for part in vae.modules():
        if isinstance(part, CogVideoXSafeConv3d) and max(part.kernel_size) > 1:  # the others are products
            part.__class__ = DirectConv


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
