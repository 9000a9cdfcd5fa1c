"""Attention for queries and keys whose products are known to be small; needs Triton and a Hopper GPU.

Softmax subtracts each row's largest entry so that no exponential overflows. CogVideoX normalises queries and
keys, which bounds every entry beforehand; below the bound the search for the largest entry, and the rescaling
whenever it grows, can be left out. The answer is the same: exp(x) / Σ exp(x).
"""

# No `from __future__ import annotations`: Triton reads the annotations of its kernels.
import math
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

MOST = 70.0
"""e to this power, ten thousand times over, is still a float32 (and a bfloat16, which reaches as far)."""


@triton.jit  # type: ignore[untyped-decorator]
def _kernel(  # type: ignore[no-untyped-def]
    queries,
    keys,
    values,
    found,
    tokens,
    heads,
    scale,
    M: tl.constexpr,
    N: tl.constexpr,
    F: tl.constexpr,
):
    """M queries of one head against all keys, N at a time; matrices are (candidates · tokens, heads · F)."""
    head = tl.program_id(1) % heads
    first = tl.program_id(1) // heads * tokens
    column = head * F
    start = tl.program_id(0) * M
    query = queries.load([first + start, column])
    answer = tl.zeros([M, F], dtype=tl.float32)
    total = tl.zeros([M], dtype=tl.float32)
    whole = tokens // N * N
    for place in tl.range(0, whole, N):
        key = keys.load([first + place, column])
        share = tl.math.exp2(tl.dot(query, key.T) * scale)
        total += tl.sum(share, 1)
        value = values.load([first + place, column])
        answer = tl.dot(share.to(value.dtype), value, answer)
    if whole < tokens:
        key = keys.load([first + whole, column])
        share = tl.math.exp2(tl.dot(query, key.T) * scale)
        inside = whole + tl.arange(0, N) < tokens
        share = tl.where(inside[None, :], share, 0.0)
        total += tl.sum(share, 1)
        value = values.load([first + whole, column])
        answer = tl.dot(share.to(value.dtype), value, answer)
    answer = answer / total[:, None]
    rows = start + tl.arange(0, M)
    place = (first + rows).to(tl.int64)[:, None] * (heads * F) + column + tl.arange(0, F)[None, :]
    tl.store(found + place, answer.to(found.dtype.element_ty), mask=rows[:, None] < tokens)


def attend_bounded(
    query: Tensor, key: Tensor, value: Tensor, queries: int, keys: int, warps: int, stages: int
) -> Tensor:
    """(candidates, tokens, heads, features) each; `queries` rows a program, `keys` columns at a time."""
    count, tokens, heads, features = query.shape

    def described(part: Tensor, rows: int) -> Any:
        flat = part.contiguous().view(count * tokens, heads * features)
        return TensorDescriptor(flat, list(flat.shape), list(flat.stride()), [rows, features])

    found = torch.empty_like(query, memory_format=torch.contiguous_format)
    _kernel[(triton.cdiv(tokens, queries), count * heads)](
        described(query, queries),
        described(key, keys),
        described(value, keys),
        found,
        tokens,
        heads,
        math.log2(math.e) / math.sqrt(features),
        M=queries,
        N=keys,
        F=features,
        num_warps=warps,
        num_stages=stages,
    )
    return found
