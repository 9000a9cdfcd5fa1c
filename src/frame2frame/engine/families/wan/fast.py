"""Wan's transformer made of few large pieces that a compiler merges, as `fast_blocks` has it for CogVideoX.

The numbers are those of diffusers' own forward, from the same module's weights. What differs is where the
work is cut, and how often it is done:

    patches → enter → [attention → cross → attention to the text → pass on] × blocks → finish

- Everything between two attentions is one function, compiled once for all blocks and for all lengths of a
  clip, so that a clip which loses latent frames on the way goes on with the same code.
- The text's keys and values are computed once for each expert as long as the same text is asked for.
- The noise level is the same for all candidates, so what it scales and shifts is computed once a step. Where
  the picture's latent is held in its place, as in TI2V 5B, that is a second level, of the tokens that are
  known; diffusers computes one a token.
- Normalising queries and keys and turning them are one pass over memory, and attention writes what the next
  product reads.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.weak import WeakTensorKeyDictionary

from ...kernels.attention import Attention, attend
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

LEVELS_OF_A_BLOCK = 6
"""Shift, scale and gate of the attention, then of the feed-forward."""


class Scale(NamedTuple):
    """A root-mean-square normalisation's tensors; it goes over all heads at once."""

    weight: Tensor
    eps: float


class Entry(NamedTuple):
    """A block up to its attention."""

    eps: float
    query: Matrix
    key: Matrix
    value: Matrix
    query_scale: Scale
    key_scale: Scale
    heads: int


class Crossing(NamedTuple):
    """A block from its attention to that to the text."""

    out: Matrix
    norm: Norm | None
    query: Matrix
    query_scale: Scale
    heads: int


class Exit(NamedTuple):
    """A block from its attention to the text on."""

    out: Matrix
    eps: float
    widen: Matrix
    narrow: Matrix


class Heard(NamedTuple):
    """The text's keys and values in a block, (candidates, words, heads, features)."""

    key: Tensor
    value: Tensor


class FastWan:
    """A faster forward for a `WanTransformer3DModel`; weights are read from it at every call."""

    def __init__(self, transformer: Any, *, compiled: bool, attention: Attention = attend) -> None:
        self._model, self._attention, self._compiled = transformer, attention, compiled
        self._enter, self._cross, self._pass_on, self._finish = (
            ready(function, compiled=compiled) for function in (_enter, _cross, _pass_on, _finish)
        )
        self._heard: Any = WeakTensorKeyDictionary()
        """By the text that was asked for; gone with it."""

    def __call__(
        self,
        latents: Tensor,
        text: Tensor,
        timestep: float,
        known: Tensor | None,
        rotary: tuple[Tensor, Tensor],
    ) -> Tensor:
        """The model's answer, (candidates, frames, channels, height, width), for one noise level.

        `latents` with the condition's channels, `text` (candidates, words, features) as it was encoded,
        `known` which tokens are clean already, `rotary` cosines and sines of the tokens, (tokens, features).
        """
        model = self._model
        blocks, patch = model.blocks, model.config.patch_size
        heard = self._hearing(text, latents.dtype)
        level, levels = _levels(model, timestep, known, latents)
        shifts = [block.scale_shift_table + levels for block in blocks]
        turn = turn_of(*rotary)
        stream = _embedded(model.patch_embedding, latents, patch)
        self._lengthen(stream, turn, known)
        triple = self._enter(stream, shifts[0], known, _entry(blocks[0]), turn)
        for index, block in enumerate(blocks):
            attended = self._attended(triple)
            stream, query = self._cross(stream, attended, shifts[index], known, _crossing(block))
            attended = self._attended(Triple(query, *heard[index]))
            self._lengthen(stream)
            if index + 1 < len(blocks):
                stream, triple = self._pass_on(
                    stream, attended, shifts[index], known, _exit(block),
                    shifts[index + 1], _entry(blocks[index + 1]), turn,
                )  # fmt: skip
                self._lengthen(stream)
        answer = self._finish(
            stream, attended, shifts[-1], known, _exit(blocks[-1]),
            model.scale_shift_table + level[:, None], model.norm_out.eps, matrix_of(model.proj_out),
        )  # fmt: skip
        return _unpatched(answer, latents.shape, patch)

    def _attended(self, triple: Triple) -> Tensor:
        attended = self._attention(*triple, math.inf).flatten(2)
        self._lengthen(attended)
        return attended

    def _lengthen(self, *values: Any) -> None:
        """Tell the compiler that the number of tokens of these changes from call to call."""
        if self._compiled:
            _of_any_length(*values)

    def _hearing(self, text: Tensor, dtype: torch.dtype) -> list[Heard]:
        if text not in self._heard:
            words = self._model.condition_embedder.text_embedder(text.to(dtype))
            self._heard[text] = [_heard(block.attn2, words) for block in self._model.blocks]
        found: list[Heard] = self._heard[text]
        return found


def _heard(attention: Any, words: Tensor) -> Heard:
    key, value = attention.norm_k(attention.to_k(words)), attention.to_v(words)
    return Heard(parted(key, attention.heads), parted(value, attention.heads))


def _levels(model: Any, timestep: float, known: Tensor | None, latents: Tensor) -> tuple[Tensor, Tensor]:
    """The embedded noise level, and what it gives every block; first that of the unknown tokens.

    Shapes (levels, width) and (levels, 6, width), the second one in float32.
    """
    embedder = model.condition_embedder
    steps = torch.full((1 if known is None else 2,), timestep, device=latents.device)
    steps[1:] = 0.0
    waves = embedder.timesteps_proj(steps)
    precise = next(embedder.time_embedder.parameters()).dtype
    level = embedder.time_embedder(waves.to(precise)).to(latents.dtype)
    levels = embedder.time_proj(embedder.act_fn(level)).unflatten(1, (LEVELS_OF_A_BLOCK, -1))
    return level, levels.float()


def _of_any_length(*values: Any) -> None:
    dynamo: Any = torch._dynamo
    for value in values:
        if isinstance(value, Turn):
            for angles in value:
                dynamo.maybe_mark_dynamic(angles, 0)
        elif value is not None:
            dynamo.maybe_mark_dynamic(value, 1 if value.dim() > 1 else 0)


def _embedded(embedding: Any, latents: Tensor, patch: tuple[int, int, int]) -> Tensor:
    """Patches as tokens, (candidates, tokens, width); the convolution of a patch each, as a product."""
    count, frames, channels, height, width = latents.shape
    deep, high, wide = patch
    parts = latents.reshape(count, frames // deep, deep, channels, height // high, high, width // wide, wide)
    rows = parts.permute(0, 1, 4, 6, 3, 2, 5, 7).flatten(4).flatten(1, 3)
    return functional.linear(rows, embedding.weight.flatten(1), embedding.bias)


def _unpatched(answer: Tensor, shape: torch.Size, patch: tuple[int, int, int]) -> Tensor:
    """(candidates, tokens, patch features) as latents."""
    count, frames, _, height, width = shape
    deep, high, wide = patch
    parts = answer.reshape(count, frames // deep, height // high, width // wide, deep, high, wide, -1)
    return parts.permute(0, 1, 4, 7, 2, 5, 3, 6).reshape(count, frames, -1, height, width)


def _scale(norm: Any) -> Scale:
    return Scale(norm.weight, norm.eps)


def _entry(block: Any) -> Entry:
    attention = block.attn1
    return Entry(
        eps=block.norm1.eps,
        query=matrix_of(attention.to_q),
        key=matrix_of(attention.to_k),
        value=matrix_of(attention.to_v),
        query_scale=_scale(attention.norm_q),
        key_scale=_scale(attention.norm_k),
        heads=attention.heads,
    )


def _crossing(block: Any) -> Crossing:
    return Crossing(
        out=matrix_of(block.attn1.to_out[0]),
        norm=norm_of(block.norm2) if hasattr(block.norm2, "eps") else None,
        query=matrix_of(block.attn2.to_q),
        query_scale=_scale(block.attn2.norm_q),
        heads=block.attn2.heads,
    )


def _exit(block: Any) -> Exit:
    return Exit(
        out=matrix_of(block.attn2.to_out[0]),
        eps=block.norm3.eps,
        widen=matrix_of(block.ffn.net[0].proj),
        narrow=matrix_of(block.ffn.net[2]),
    )


def _enter(stream: Tensor, shifts: Tensor, known: Tensor | None, entry: Entry, turn: Turn) -> Triple:
    """Normalise, project, and turn queries and keys by their places."""
    calm = prepared(_modulated(stream, entry.eps, shifts[:, 0], shifts[:, 1], known), entry.query)
    query, key, value = (
        times(calm, matrix, stream.dtype) for matrix in (entry.query, entry.key, entry.value)
    )
    return Triple(
        _turned(query, entry.query_scale, entry.heads, turn),
        _turned(key, entry.key_scale, entry.heads, turn),
        parted(value, entry.heads),
    )


def _cross(
    stream: Tensor, attended: Tensor, shifts: Tensor, known: Tensor | None, crossing: Crossing
) -> tuple[Tensor, Tensor]:
    """Add the attention's answer; the stream, and the queries to the text."""
    stream = _added(stream, attended, crossing.out, shifts[:, 2], known)
    norm = crossing.norm
    calm = stream if norm is None else _normal(stream, norm).to(stream.dtype)
    query = times(prepared(calm, crossing.query), crossing.query, stream.dtype)
    return stream, parted(_scaled(query, crossing.query_scale).to(stream.dtype), crossing.heads)


def _leave(stream: Tensor, attended: Tensor, shifts: Tensor, known: Tensor | None, out: Exit) -> Tensor:
    """Add what was heard in the text, then the feed-forward's answer."""
    stream = stream + times(prepared(attended, out.out), out.out, stream.dtype)
    calm = prepared(_modulated(stream, out.eps, shifts[:, 3], shifts[:, 4], known), out.widen)
    return _added(stream, widened(calm, out.widen, stream.dtype), out.narrow, shifts[:, 5], known)


def _pass_on(
    stream: Tensor,
    attended: Tensor,
    shifts: Tensor,
    known: Tensor | None,
    out: Exit,
    following: Tensor,
    entry: Entry,
    turn: Turn,
) -> tuple[Tensor, Triple]:
    """The end of a block and the beginning of the next."""
    stream = _leave(stream, attended, shifts, known, out)
    return stream, _enter(stream, following, known, entry, turn)


def _finish(
    stream: Tensor,
    attended: Tensor,
    shifts: Tensor,
    known: Tensor | None,
    out: Exit,
    last: Tensor,
    eps: float,
    projection: Matrix,
) -> Tensor:
    """The end of the last block, and the answer: (candidates, tokens, patch features)."""
    stream = _leave(stream, attended, shifts, known, out)
    calm = _modulated(stream, eps, last[:, 0], last[:, 1], known)
    return functional.linear(calm, projection.weight, projection.bias)


def _normal(values: Tensor, norm: Norm) -> Tensor:
    """In float32."""
    weight, bias = (None if one is None else one.float() for one in (norm.weight, norm.bias))
    return functional.layer_norm(values.float(), values.shape[-1:], weight, bias, norm.eps)


def _chosen(levels: Tensor, known: Tensor | None) -> Tensor:
    """(levels, width) as one row for all tokens, or one for the unknown and one for the known ones."""
    return levels[0] if known is None else torch.where(known[:, None], levels[1], levels[0])


def _modulated(stream: Tensor, eps: float, shift: Tensor, scale: Tensor, known: Tensor | None) -> Tensor:
    calm = _normal(stream, Norm(None, None, eps))
    return (calm * (1 + _chosen(scale, known)) + _chosen(shift, known)).to(stream.dtype)


def _added(stream: Tensor, values: Tensor, matrix: Matrix, gate: Tensor, known: Tensor | None) -> Tensor:
    """The stream and a product's answer as far as the gate lets it."""
    answer = times(prepared(values, matrix), matrix, stream.dtype)
    return (stream.float() + answer * _chosen(gate, known)).to(stream.dtype)


def _scaled(values: Tensor, scale: Scale) -> Tensor:
    """Brought to mean square 1, then weighted, in float32."""
    wide = values.float()
    return wide * _narrowing(wide, scale.eps) * scale.weight


def _narrowing(wide: Tensor, eps: float) -> Tensor:
    return torch.rsqrt(wide.square().mean(dim=-1, keepdim=True) + eps)


def _turned(values: Tensor, scale: Scale, heads: int, turn: Turn) -> Tensor:
    """Normalise over all heads, then turn each pair of features by the token's angle."""
    wide = values.float()
    narrowing = _narrowing(wide, scale.eps)
    straight = parted(wide * narrowing * scale.weight, heads)
    crossed = parted(swapped(wide) * narrowing * swapped(scale.weight), heads)
    return (straight * turn.cosine[:, None] + crossed * turn.sine[:, None]).to(values.dtype)
