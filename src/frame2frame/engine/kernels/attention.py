"""Attention by name: PyTorch's kernels and our own. All are exact; they differ in speed and in rounding."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

_HOPPER = (9, 0)
"""The compute capability that our own kernels were measured at."""
_FASTEST = "bounded-128-64-4-3"
FEATURES = 64
"""Of a head, as all sizes of CogVideoX have."""

Attention = Callable[[Tensor, Tensor, Tensor, float], Tensor]
"""Queries, keys and values, each (candidates, tokens, heads, features), to the same shape.

The number is one that no entry of queries · keysᵀ / √features exceeds.
"""


def attend(query: Tensor, key: Tensor, value: Tensor, bound: float = math.inf) -> Tensor:
    """By the kernel that PyTorch prefers."""
    found = functional.scaled_dot_product_attention(
        query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    )
    return found.transpose(1, 2)


def bound(query_norm: Any, key_norm: Any) -> float:
    """What no entry exceeds after these layer normalisations of queries and keys, turned by any angle.

    Normalised features have length √features; their products are at most the product of the lengths.
    """
    features = math.prod(query_norm.normalized_shape)
    query, key = (
        math.sqrt(features) * float(norm.weight.abs().max()) + float(norm.bias.norm())
        for norm in (query_norm, key_norm)
    )
    return query * key / math.sqrt(features)


def fastest(device: torch.device) -> Attention:
    """The kernel that `benchmarks/engine.py` found fastest on such a device; PyTorch's where it never ran."""
    is_hopper = device.type == "cuda" and torch.cuda.get_device_capability(device) == _HOPPER
    return KERNELS[_FASTEST if is_hopper and _has_descriptors() else "torch"]


def _has_descriptors() -> bool:
    """Whether Triton is here, and not older than what our kernels are written with."""
    return find_spec("triton") is not None and find_spec("triton.tools.tensor_descriptor") is not None


def _by(backend: SDPBackend) -> Attention:
    def attend_by(query: Tensor, key: Tensor, value: Tensor, bound: float) -> Tensor:
        with sdpa_kernel(backend):
            return attend(query, key, value)

    return attend_by


def _bounded(queries: int, keys: int, warps: int, stages: int) -> Attention:
    def attend_small(query: Tensor, key: Tensor, value: Tensor, bound: float) -> Tensor:
        from . import bounded_attention

        if bound > bounded_attention.MOST or query.dtype != torch.bfloat16 or query.shape[-1] != FEATURES:
            return attend(query, key, value)
        return bounded_attention.attend_bounded(query, key, value, queries, keys, warps, stages)

    return attend_small


KERNELS: dict[str, Attention] = {
    "torch": attend,
    "cudnn": _by(SDPBackend.CUDNN_ATTENTION),
    "flash": _by(SDPBackend.FLASH_ATTENTION),
    "bounded-128-128-8-2": _bounded(128, 128, 8, 2),
    "bounded-128-64-4-3": _bounded(128, 64, 4, 3),
    "bounded-128-64-8-3": _bounded(128, 64, 8, 3),
    "bounded-64-128-4-2": _bounded(64, 128, 4, 2),
    "bounded-64-64-4-4": _bounded(64, 64, 4, 4),
}
"""Of our own: queries a program, keys at a time, warps, stages."""
