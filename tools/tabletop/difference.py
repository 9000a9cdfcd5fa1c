"""A low-rank difference of a transformer's blocks, trained as two thin factors a matrix, kept as a LoRA file.

A whole second transformer does not fit beside the first one. What is added to a matrix of the blocks is a
product of low rank (Hu et al., "LoRA", 2021), which starts at nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
import weights
from safetensors.torch import load_file
from torch import Tensor, nn

SMALL = torch.float8_e4m3fn
"""What the file stores: twice the rank in the same room as bf16."""

LARGEST = 448.0
"""Of its values."""


class Product(nn.Module):
    """What is added to one matrix (rows, columns)."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self) -> Tensor:
        return self.up @ self.down


class Difference(nn.Module):
    """A product for each matrix of the blocks of a CogVideoX transformer."""

    def __init__(self, transformer: Any, rank: int) -> None:
        super().__init__()
        self.products = nn.ModuleDict(
            {
                _flat(name): Product(len(matrix), matrix.shape[1], rank)
                for name, matrix in transformer.named_parameters()
                if "blocks." in name and matrix.ndim == 2
            }
        )

    def named_products(self) -> Iterator[tuple[str, Any]]:
        """Each with the name of the transformer's tensor that it is added to."""
        for name, product in self.products.items():
            yield name.replace("/", "."), product

    def changed(self, transformer: Any) -> dict[str, Tensor]:
        """The transformer's matrices with the products added, by name."""
        stored = dict(transformer.named_parameters())
        return {name: stored[name] + product() for name, product in self.named_products()}


def _flat(name: str) -> str:
    """A module's name may have no dots."""
    return name.replace(".", "/")


@torch.no_grad()
def write_lora(difference: Difference, path: Path, story: Mapping[str, str]) -> None:
    """The difference as a LoRA file, which `--lora` reads: factors in 8 bits, and their scale as alpha."""
    tensors: dict[str, Tensor] = {}
    for name, product in difference.named_products():
        base = f"transformer.{name.removesuffix('.weight')}"
        down, narrowed = _small(product.down)
        up, again = _small(product.up)
        tensors |= {f"{base}.lora_A.weight": down, f"{base}.lora_B.weight": up}
        tensors[f"{base}.alpha"] = torch.tensor(len(product.down) * narrowed * again)
    weights.save(path, tensors, dict(story))


def read_lora(path: Path) -> dict[str, Tensor]:
    """The parameters of a `Difference` from its LoRA file."""
    stored, found = load_file(path), dict[str, Tensor]()
    for key in (key for key in stored if key.endswith(".alpha")):
        base = key.removesuffix(".alpha")
        down, up = (stored[f"{base}.lora_{which}.weight"].float() for which in "AB")
        name = f"products.{_flat(base.removeprefix('transformer.'))}/weight"
        found |= {f"{name}.down": down * (stored[key] / len(down)), f"{name}.up": up}
    return found


def _small(factor: Tensor) -> tuple[Tensor, float]:
    """A factor in 8 bits, and what to multiply it with."""
    scale = max(float(factor.abs().max()), 1e-12) / LARGEST
    return (factor / scale).to(SMALL).cpu(), scale
