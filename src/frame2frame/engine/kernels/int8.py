"""Linear layers whose weights are kept in 8 bits and computed with as before.

A row of a weight is brought to whole numbers from −127 to 127 by its largest entry, and unpacked when it is
needed: half the memory of bfloat16 on any device, for a rounding error of one part in two hundred and fifty
of that entry. 8-bit floats would be no smaller and three times as coarse.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..device.memory import Economy, fits
from ..device.streaming import blocks_of
from ..files.weights import count_entries

STORED = "The weights do not fit in the main memory that was given, so they are stored in 8 bits."
"""What the user is told where they do."""

_LARGEST = 127
_SMALLEST = 1e-12
_LEAST = 2**12
"""Entries; a smaller matrix is not worth it."""
_BYTES = 1.15
"""An entry, on the average of a large model: embeddings and norms stay as they are."""


class StoredLinear(nn.Module):
    """A linear layer with its weights in 8 bits."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        wide = linear.weight.detach().float()
        scales = wide.abs().amax(dim=1, keepdim=True).clamp(min=_SMALLEST) / _LARGEST
        self.scales: Tensor
        self.weight = nn.Parameter((wide / scales).round().to(torch.int8), requires_grad=False)
        self.register_buffer("scales", scales.to(linear.weight.dtype))
        self.bias = linear.bias
        self.in_features, self.out_features = linear.in_features, linear.out_features

    def forward(self, values: Tensor) -> Tensor:
        weight = self.weight.to(values.dtype) * self.scales.to(values.dtype)
        return nn.functional.linear(values, weight, self.bias)


def store(module: nn.Module) -> None:
    """Swap the linear layers in the blocks of `module` for 8-bit ones, one by one and for good."""
    for block in blocks_of(module):
        for part in list(block.modules()):
            for name, child in list(part.named_children()):
                if isinstance(child, nn.Linear) and child.weight.numel() >= _LEAST:
                    _swap(part, name, child)


def _swap(part: Any, name: str, linear: nn.Linear) -> None:
    if isinstance(part, nn.ModuleList | nn.Sequential):
        part[int(name)] = StoredLinear(linear)
    else:
        setattr(part, name, StoredLinear(linear))


def needed(folder: Path, components: Sequence[str], dtype: torch.dtype, economy: Economy) -> bool:
    """Whether the components' weights fit in the economy's main memory in 8 bits only; see `STORED`.

    Judged by their files, before anything is loaded. Without a bound they are kept as they are. Raises
    OutOfMemoryError where they do not fit at all.
    """
    if economy.main is None:
        return False
    entries = sum(count_entries(folder / component) for component in components)
    return not fits(entries * dtype.itemsize, round(entries * _BYTES), economy.main)
