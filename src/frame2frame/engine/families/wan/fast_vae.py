"""Wan's autoencoder with less work.

Its largest tensors are read and written a dozen times between two convolutions. `quicken` makes a
normalisation and the SiLU after it one pass, by a compiler, and gives a convolution its own padding in place
of a padded copy: the same numbers up to rounding.

What it encodes is a picture followed by frames that are all alike, grey ones or the picture again. A block
looks back over so many frames only, so that from some frame on it gives what it gave before; `alike` leaves
that out: the very same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import (
    WanCausalConv3d,
    WanResample,
    WanResidualBlock,
    WanRMS_norm,
)
from torch import Tensor, nn
from torch.nn import functional

from ...kernels.layers import ready

_LEAST = 1e-12
"""A length that is divided by is at least this."""
_CHUNK = 4
"""Frames that are encoded at once; the first one alone."""
_BACK = 2
"""Frames that a convolution looks back over."""


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


@contextmanager
def alike(vae: Any) -> Iterator[None]:
    """For one `encode` of a clip whose frames are all alike after the first.

    The blocks up to where time is first made coarser do most of the work, and stop it once they have settled.
    An encoder of other blocks, such as TI2V 5B's, encodes as ever.
    """
    blocks = list(takewhile(_keeps_time, vae.encoder.down_blocks))
    reach = _BACK
    try:
        for block in blocks:
            reach += _BACK * _cached(block)
            block.forward = _Settling(block.forward, reach, _cached(block))
        yield
    finally:
        for block in blocks:
            block.__dict__.pop("forward", None)


def _keeps_time(block: Any) -> bool:
    return isinstance(block, WanResidualBlock) or (
        isinstance(block, WanResample) and block.mode == "downsample2d"
    )


def _cached(block: Any) -> int:
    """The convolutions of a block that look back; each has a place in the encoder's cache."""
    return sum(isinstance(part, WanCausalConv3d) and part.kernel_size[0] > 1 for part in block.modules())


class _Settling:
    """A block's forward, chunk after chunk, up to the first one that sees only frames that are alike."""

    def __init__(self, forward: Any, reach: int, cached: int) -> None:
        self._forward, self._cached, self._chunk = forward, cached, -1
        self._last = math.ceil((reach + _CHUNK) / _CHUNK)
        """Chunk c begins with frame 4c − 3, and may look back to frame 1."""
        self._found: Tensor | None = None

    def __call__(self, values: Tensor, feat_cache: list[Any], feat_idx: list[int]) -> Tensor:
        self._chunk += 1
        if self._found is None:
            answer: Tensor = self._forward(values, feat_cache=feat_cache, feat_idx=feat_idx)
            self._found = answer if self._chunk == self._last else None
            return answer
        feat_idx[0] += self._cached
        return self._found
