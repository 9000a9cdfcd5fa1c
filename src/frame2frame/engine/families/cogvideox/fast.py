"""CogVideoX's transformer as one stream of tokens, made of few large pieces that a compiler merges.

The numbers are those of diffusers' own forward, from the same module's weights. What differs is where the
work is cut:

    patches → enter → [attention → pass on] × blocks → attention → finish

- Words and picture stay one tensor (candidates, words + places, width); diffusers parts and joins them four
  times a block.
- Everything between two attentions is one function (`_pass_on`), compiled once for all blocks, which get
  their weights as arguments.
- The noise level is the same for all candidates, so what it scales and shifts is computed once a step.
- Words have rotary angle zero, so that one multiplication serves all tokens; a neighbour's swap is written so
  that normalising and turning are one pass over memory.
- Attention writes what the next product reads, without a transposed copy; GELU runs inside its product.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ...kernels.attention import Attention, attend, bound
from ...kernels.layers import (
    Matrix,
    Norm,
    Triple,
    Turn,
    matrix_of,
    norm_of,
    parted,
    prepared,
    ready,
    swapped,
    times,
    turn_of,
    widened,
)


class Entry(NamedTuple):
    """The half of a block before its attention."""

    norm: Norm
    query: Matrix
    key: Matrix
    value: Matrix
    query_norm: Norm
    key_norm: Norm
    heads: int


class Exit(NamedTuple):
    """The half of a block after its attention."""

    out: Matrix
    norm: Norm
    widen: Matrix
    narrow: Matrix


_ALONE = Lock()
"""A call compiles what is new to it, beside which PyTorch lets no other thread call what is compiled. On a
GPU a call only hands out the work, so that several of them compute at the same time all the same."""


def supports(transformer: Any) -> bool:
    """Whether this transformer's blocks are of the one shape that CogVideoX has."""
    return (
        transformer.config.activation_fn == "gelu-approximate"
        and transformer.transformer_blocks[0].attn1.norm_q is not None
    )


class FastTransformer:
    """A faster forward for a `CogVideoXTransformer3DModel`; weights are read from it at every call."""

    def __init__(self, transformer: Any, *, compiled: bool, attention: Attention = attend) -> None:
        self._model, self._attention = transformer, attention
        self._bounds = [
            bound(block.attn1.norm_q, block.attn1.norm_k) for block in transformer.transformer_blocks
        ]
        self._enter, self._pass_on, self._finish = (
            ready(function, compiled=compiled) for function in (_enter, _pass_on, _finish)
        )

    def __call__(
        self,
        latents: Tensor,
        text: Tensor,
        timestep: int,
        ofs: Tensor | None,
        rotary: tuple[Tensor, Tensor],
    ) -> Tensor:
        """The model's answer, (candidates, frames, channels, height, width), for one noise level.

        `latents` with the condition's channels, `text` (candidates, words, features), `rotary` as diffusers
        takes them: cosines and sines of the places, (places, features).
        """
        with _ALONE:
            return self._answer(latents, text, timestep, ofs, rotary)

    def _answer(
        self,
        latents: Tensor,
        text: Tensor,
        timestep: int,
        ofs: Tensor | None,
        rotary: tuple[Tensor, Tensor],
    ) -> Tensor:
        model, words = self._model, text.shape[1]
        level = functional.silu(_level(model, timestep, ofs, latents))
        shifts = [
            tuple(norm.linear(level).view(6, -1) for norm in (block.norm1, block.norm2))
            for block in model.transformer_blocks
        ]
        turn = turn_of(*rotary, words)
        stream = model.patch_embed(text, latents)
        blocks = model.transformer_blocks
        triple = self._enter(stream, shifts[0][0], _entry(blocks[0]), turn, words)
        for index in range(len(blocks) - 1):
            following = _entry(blocks[index + 1])
            stream, triple = self._pass_on(
                stream, self._attended(triple, index), shifts[index], _exit(blocks[index]),
                shifts[index + 1][0], following, turn, words,
            )  # fmt: skip
        last = model.norm_out.linear(level).view(2, -1)
        answer = self._finish(
            stream, self._attended(triple, -1), shifts[-1], _exit(blocks[-1]), words,
            last, norm_of(model.norm_final), norm_of(model.norm_out.norm), matrix_of(model.proj_out),
        )  # fmt: skip
        return _unpatched(answer, latents.shape, model.config.patch_size, model.config.patch_size_t)

    def _attended(self, triple: Triple, index: int) -> Tensor:
        return self._attention(*triple, self._bounds[index]).flatten(2)


def _level(model: Any, timestep: int, ofs: Tensor | None, latents: Tensor) -> Tensor:
    """The embedded noise level, (1, features)."""
    step = torch.full((1,), timestep, device=latents.device)
    level: Tensor = model.time_embedding(model.time_proj(step).to(latents.dtype))
    if model.ofs_embedding is None:
        return level
    extra: Tensor = model.ofs_embedding(model.ofs_proj(ofs).to(latents.dtype))
    return level + extra


def _unpatched(answer: Tensor, shape: torch.Size, patch: int, pair: int | None) -> Tensor:
    """(candidates, places, patch features) as latents; version 1.5 orders a patch channel first."""
    count, frames, _, height, width = shape
    rows, columns = height // patch, width // patch
    if pair is None:
        parts = answer.reshape(count, frames, rows, columns, -1, patch, patch)
        return parts.permute(0, 1, 4, 2, 5, 3, 6).reshape(count, frames, -1, height, width)
    parts = answer.reshape(count, frames // pair, rows, columns, -1, pair, patch, patch)
    return parts.permute(0, 1, 5, 4, 2, 6, 3, 7).reshape(count, frames, -1, height, width)


def _entry(block: Any) -> Entry:
    attention = block.attn1
    return Entry(
        norm=norm_of(block.norm1.norm),
        query=matrix_of(attention.to_q),
        key=matrix_of(attention.to_k),
        value=matrix_of(attention.to_v),
        query_norm=norm_of(attention.norm_q),
        key_norm=norm_of(attention.norm_k),
        heads=attention.heads,
    )


def _exit(block: Any) -> Exit:
    return Exit(
        out=matrix_of(block.attn1.to_out[0]),
        norm=norm_of(block.norm2.norm),
        widen=matrix_of(block.ff.net[0].proj),
        narrow=matrix_of(block.ff.net[2]),
    )


def _enter(stream: Tensor, shifts: Tensor, entry: Entry, turn: Turn, words: int) -> Triple:
    """Normalise, project, and turn queries and keys by their places."""
    calm = prepared(_modulated(stream, entry.norm, shifts, words), entry.query)
    query, key, value = (
        parted(times(calm, matrix, stream.dtype), entry.heads)
        for matrix in (entry.query, entry.key, entry.value)
    )
    return Triple(_turned(query, entry.query_norm, turn), _turned(key, entry.key_norm, turn), value)


def _leave(stream: Tensor, attended: Tensor, shifts: tuple[Tensor, Tensor], out: Exit, words: int) -> Tensor:
    """Add the attention's answer, then the feed-forward's."""
    answer = times(prepared(attended, out.out), out.out, stream.dtype)
    stream = stream + _chosen(shifts[0][5], shifts[0][2], stream, words) * answer
    calm = prepared(_modulated(stream, out.norm, shifts[1], words), out.widen)
    wide = prepared(widened(calm, out.widen, stream.dtype), out.narrow)
    answer = times(wide, out.narrow, stream.dtype)
    return stream + _chosen(shifts[1][5], shifts[1][2], stream, words) * answer


def _pass_on(
    stream: Tensor,
    attended: Tensor,
    shifts: tuple[Tensor, Tensor],
    out: Exit,
    following: Tensor,
    entry: Entry,
    turn: Turn,
    words: int,
) -> tuple[Tensor, Triple]:
    """The second half of a block and the first half of the next."""
    stream = _leave(stream, attended, shifts, out, words)
    return stream, _enter(stream, following, entry, turn, words)


def _finish(
    stream: Tensor,
    attended: Tensor,
    shifts: tuple[Tensor, Tensor],
    out: Exit,
    words: int,
    last: Tensor,
    inner: Norm,
    outer: Norm,
    projection: Matrix,
) -> Tensor:
    """The last block's second half, and the answer for the places: (candidates, places, patch features)."""
    places = _leave(stream, attended, shifts, out, words)[:, words:]
    calm = _normal(_normal(places, inner), outer) * (1 + last[1]) + last[0]
    return functional.linear(calm, projection.weight, projection.bias)


def _normal(values: Tensor, norm: Norm) -> Tensor:
    return functional.layer_norm(values, values.shape[-1:], norm.weight, norm.bias, norm.eps)


def _chosen(for_words: Tensor, for_places: Tensor, stream: Tensor, words: int) -> Tensor:
    """(tokens, width): one row for all words, the other for all places."""
    is_word = torch.arange(stream.shape[1], device=stream.device)[:, None] < words
    return torch.where(is_word, for_words, for_places)


def _modulated(stream: Tensor, norm: Norm, shifts: Tensor, words: int) -> Tensor:
    """Normalise, scale and shift; `shifts` is shift, scale, gate for the places, then for the words."""
    scale = 1 + _chosen(shifts[4], shifts[1], stream, words)
    return _normal(stream, norm) * scale + _chosen(shifts[3], shifts[0], stream, words)


def _turned(heads: Tensor, norm: Norm, turn: Turn) -> Tensor:
    """Normalise each head's features, then turn each pair of them by the token's angle."""
    wide = heads.float()
    spread, mean = torch.var_mean(wide, dim=-1, correction=0, keepdim=True)
    narrowing = torch.rsqrt(spread + norm.eps)
    weight, bias = norm.weight, norm.bias
    assert weight is not None and bias is not None
    straight = (wide - mean) * narrowing * weight + bias
    crossed = (swapped(wide) - mean) * narrowing * swapped(weight) + swapped(bias)
    return (straight * turn.cosine[:, None] + crossed * turn.sine[:, None]).to(heads.dtype)
