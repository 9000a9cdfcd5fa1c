"""What the faster forwards are made of: products in either precision, rotary turns, and compiling.

Weights reach a compiled function as arguments, so that its code is the same for all blocks.
"""

from __future__ import annotations

from functools import cache
from inspect import signature
from threading import RLock
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .fp8 import Fp8Linear, Rows, product, to_rows

_MOST_SHAPES = 64
"""A function is compiled anew for so many kinds of shape; PyTorch's own bound is 8."""
_LIMITED = RLock()


class Matrix(NamedTuple):
    """A linear layer's tensors; `scales` and `one` belong to 8-bit weights, see `fp8`."""

    weight: Tensor
    bias: Tensor | None
    scales: Tensor | None
    one: Tensor | None


class Norm(NamedTuple):
    """A layer normalisation's tensors."""

    weight: Tensor | None
    bias: Tensor | None
    eps: float


class Turn(NamedTuple):
    """Rotary cosines and sines of all tokens, (tokens, features); the sines carry their sign."""

    cosine: Tensor
    sine: Tensor


class Triple(NamedTuple):
    """What attention takes: (candidates, tokens, heads, features) each."""

    query: Tensor
    key: Tensor
    value: Tensor


def matrix_of(linear: nn.Module) -> Matrix:
    """The tensors of a linear layer in either precision."""
    if isinstance(linear, Fp8Linear):
        return Matrix(linear.weight, linear.bias, linear.scales, linear.one)
    assert isinstance(linear, nn.Linear)
    return Matrix(linear.weight, linear.bias, None, None)


def norm_of(norm: Any) -> Norm:
    """The tensors of a layer normalisation."""
    return Norm(norm.weight, norm.bias, norm.eps)


def turn_of(cosine: Tensor, sine: Tensor, words: int = 0) -> Turn:
    """The angles of all tokens: none for the words, and the first of each pair turned against its sign."""
    signs = torch.ones(sine.shape[-1], device=sine.device)
    signs[::2] = -1  # made there: a copy from the host would wait for the step before
    still = cosine.new_zeros(words, cosine.shape[-1])
    return Turn(torch.cat([still + 1, cosine]), torch.cat([still, sine * signs]))


def parted(values: Tensor, heads: int) -> Tensor:
    """(candidates, tokens, width) as (candidates, tokens, heads, features)."""
    return values.reshape(*values.shape[:-1], heads, -1)


def swapped(values: Tensor) -> Tensor:
    """Each pair of features in the other order."""
    return values.reshape(*values.shape[:-1], -1, 2).flip(-1).reshape(values.shape)


def prepared(values: Tensor, matrix: Matrix) -> Tensor | Rows:
    """An activation as the matrix takes it."""
    return values if matrix.scales is None else to_rows(values)


def times(values: Tensor | Rows, matrix: Matrix, dtype: torch.dtype) -> Tensor:
    """The product and the bias, in `dtype`."""
    if not isinstance(values, Rows):
        return functional.linear(values, matrix.weight, matrix.bias)
    assert matrix.scales is not None and matrix.one is not None
    found = product(values, matrix.weight, matrix.scales, matrix.one)
    return (found if matrix.bias is None else found + matrix.bias).to(dtype)


def widened(values: Tensor | Rows, matrix: Matrix, dtype: torch.dtype) -> Tensor:
    """The feed-forward's first product and its GELU."""
    if isinstance(values, Rows) or matrix.bias is None:
        return functional.gelu(times(values, matrix, dtype), approximate="tanh")
    found: Tensor = linear_gelu(values, matrix.weight, matrix.bias)
    return found


def _linear_gelu_of(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A product and its GELU in one kernel on the GPU, where cuBLAS has the tanh form."""
    if not values.is_cuda:
        return functional.gelu(functional.linear(values, weight, bias), approximate="tanh")
    rows = torch._addmm_activation(bias, values.flatten(0, -2), weight.t(), use_gelu=True)
    return rows.view(*values.shape[:-1], -1)


linear_gelu: Any = torch.library.custom_op(
    "frame2frame::linear_gelu",
    _linear_gelu_of,
    mutates_args=(),
    schema="(Tensor values, Tensor weight, Tensor bias) -> Tensor",
)
"""As an operator of its own, because a compiler would take the two apart again."""


@linear_gelu.register_fake  # type: ignore[untyped-decorator]
def _(values: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return values.new_empty(*values.shape[:-1], weight.shape[0])


def ready(function: Any, *, compiled: bool) -> Any:
    """The function, or its compiled form."""
    return _compiled(function) if compiled else function


@cache
def _compiled(function: Any) -> Any:
    """Compiled at the first call, and again for each new kind of shape; then kept for the process."""
    compile_: Any = torch.compile
    if "recompile_limit" in signature(compile_).parameters:
        return compile_(function, fullgraph=True, recompile_limit=_MOST_SHAPES)
    made = compile_(function, fullgraph=True)
    return lambda *given: _with_many_shapes(made, given)


def _with_many_shapes(made: Any, given: tuple[Any, ...]) -> Any:
    """The same for a PyTorch whose limit is one of the process only."""
    with _LIMITED, torch._dynamo.config.patch(recompile_limit=_MOST_SHAPES):
        return made(*given)
