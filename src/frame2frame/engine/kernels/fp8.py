"""Matrix products in 8-bit floats: weights stored as e4m3, activations brought to it as they come.

Every row of an activation and every row of a weight has its own scale, its largest entry over 448, the
largest number of the format (Micikevicius et al., 2022). A product is computed on unscaled numbers, and the
two scales are multiplied in afterwards: a compiler merges that into whatever follows, where a kernel with a
scale a row is slower than one without.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

FORMAT = torch.float8_e4m3fn
_LARGEST = torch.finfo(FORMAT).max
_SMALLEST = 1e-12
_MULTIPLE = 16
"""The hardware takes matrices whose sides are multiples of this."""
LAYERS = frozenset(
    {
        *(f"attn1.{name}" for name in ("to_q", "to_k", "to_v", "to_out.0")),
        *(f"attn2.{name}" for name in ("to_q", "to_out.0")),  # its keys and values are of the text alone
        *(f"{name}.{place}" for name in ("ff", "ffn") for place in ("net.0.proj", "net.2")),
    }
)
"""By their names in a block of CogVideoX, which has six of them, or of Wan, which has eight."""


class Rows(NamedTuple):
    """An activation in 8 bits: (…, features) and one scale a row, (…, 1) in float32."""

    values: Tensor
    scales: Tensor


def to_rows(values: Tensor) -> Rows:
    """Round to 8 bits, the largest entry of each row to the largest number."""
    wide = values.float()
    scales = wide.abs().amax(dim=-1, keepdim=True).clamp(min=_SMALLEST) / _LARGEST
    return Rows((wide / scales).clamp(-_LARGEST, _LARGEST).to(FORMAT), scales)


def product(rows: Rows, weight: Tensor, scales: Tensor, one: Tensor) -> Tensor:
    """rows · weightᵀ as float32, (…, outputs); `scales` is (outputs,), `one` the number 1 on the device."""
    return raw_product(rows.values, weight, one).float() * rows.scales * scales


def raw_product(values: Tensor, weight: Tensor, one: Tensor) -> Tensor:
    """The product of the 8-bit numbers without their scales, in bfloat16 (float32 off the GPU)."""
    flat = values.reshape(-1, values.shape[-1])
    if values.is_cuda:
        found = torch._scaled_mm(
            flat, weight.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16, use_fast_accum=True
        )
    else:
        found = flat.float() @ weight.float().t()
    return found.reshape(*values.shape[:-1], weight.shape[0])


class Fp8Linear(nn.Module):
    """A linear layer with 8-bit weights; a quarter of the memory of float32, half of bfloat16's."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight, scales = to_rows(linear.weight.detach())
        self.weight: Tensor
        self.scales: Tensor
        self.one: Tensor
        self.register_buffer("weight", weight)
        self.register_buffer("scales", scales[:, 0])
        self.register_buffer("one", torch.ones((), device=weight.device))
        self.bias = linear.bias

    def forward(self, values: Tensor) -> Tensor:
        found = product(to_rows(values), self.weight, self.scales, self.one)
        return (found if self.bias is None else found + self.bias).to(values.dtype)


def quantise(blocks: nn.ModuleList) -> None:
    """Swap the large linear layers of a transformer's blocks for 8-bit ones, one by one and for good.

    What runs once a sample or once a step stays as it is, and so does a layer whose sides the hardware does
    not take.
    """
    for block in blocks:
        names = {name for name, part in block.named_modules() if isinstance(part, nn.Linear)}
        for name in names.intersection(LAYERS):
            linear = block.get_submodule(name)
            assert isinstance(linear, nn.Linear)
            block.set_submodule(name, _swapped(linear))


def _swapped(linear: nn.Linear) -> nn.Module:
    fits = linear.in_features % _MULTIPLE == 0 and linear.out_features % _MULTIPLE == 0
    return Fp8Linear(linear) if fits else linear
