"""Wan's autoencoder with fewer passes over memory: the same numbers up to rounding.

Its largest tensors are read and written a dozen times between two convolutions. Here a normalisation and the
SiLU after it are one pass that a compiler makes, and what a convolution needs around a picture is its own
padding in place of a padded copy.
"""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d, WanRMS_norm
from torch import Tensor, nn
from torch.nn import functional

from .layers import ready

_LEAST = 1e-12
"""A length that is divided by is at least this."""


def quicken(vae: nn.Module, *, compiled: bool) -> None:
    """Let an `AutoencoderKLWan` compute so from now on."""
    for part in list(vae.modules()):
        if isinstance(part, WanCausalConv3d):
            part.__class__ = PaddingConv
        elif isinstance(part, WanRMS_norm) and part.gamma.dim() == 4:  # the other one is the attention's
            part.__class__ = CompiledNorm if compiled else ActivatedNorm
        if hasattr(part, "nonlinearity"):
            part.nonlinearity = nn.Identity()


class PaddingConv(WanCausalConv3d):
    """A causal convolution that pads by itself, but for the frames before the first."""

    def forward(self, values: Tensor, past: Tensor | None = None) -> Tensor:
        around: Any = self._padding
        wide, high, before = around[0], around[2], around[4]
        if past is not None and before > 0:
            values = torch.cat([past, values], dim=2)
            before -= past.shape[2]
        if before:
            values = functional.pad(values, (0, 0, 0, 0, before, 0))
        return functional.conv3d(values, self.weight, self.bias, self.stride, (0, high, wide))


class ActivatedNorm(WanRMS_norm):
    """A normalisation over the channels, and the SiLU after it."""

    def forward(self, values: Tensor) -> Tensor:
        return _activated(values, self.gamma, self.scale)


class CompiledNorm(ActivatedNorm):
    """The same in one pass, by code for frames of any number and size."""

    def forward(self, values: Tensor) -> Tensor:
        dynamo: Any = torch._dynamo
        dynamo.maybe_mark_dynamic(values, (2, 3, 4))
        found: Tensor = ready(_activated, compiled=True)(values, self.gamma, self.scale)
        return found


def _activated(values: Tensor, weight: Tensor, scale: float) -> Tensor:
    wide = values.float()
    length = wide.square().sum(dim=1, keepdim=True).sqrt().clamp(min=_LEAST)
    return functional.silu(wide / length * scale * weight).to(values.dtype)
