"""Group normalisations that take their statistics over all tiles of a picture.

A normalisation within a tile takes out what makes the tile differ from its neighbours: a bright corner turns
grey. So a first pass over all tiles only measures, and a second one computes with what the tiles have in
common.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn


class SharedNorms:
    """The statistics of all group normalisations in a module, call by call."""

    def __init__(self, module: nn.Module) -> None:
        self._norms: list[Any] = [part for part in module.modules() if isinstance(part, nn.GroupNorm)]
        self._sums: dict[tuple[int, int], tuple[Tensor, Tensor, int]] = {}
        """By norm and call: means and mean squares, (candidates, groups), added up over so many tiles."""
        self._calls = [0] * len(self._norms)

    def __bool__(self) -> bool:
        return bool(self._norms)

    def begin_tile(self) -> None:
        """The calls that come are those of another tile, in the same order."""
        self._calls = [0] * len(self._norms)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Compute as ever, and add up the statistics."""
        with self._replaced(self._measure):
            yield

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Compute with the means of what was measured."""
        with self._replaced(self._share):
            yield

    @contextmanager
    def _replaced(self, forward: Any) -> Iterator[None]:
        try:
            for index, norm in enumerate(self._norms):
                norm.forward = partial(forward, index)
            yield
        finally:
            for norm in self._norms:
                norm.__dict__.pop("forward", None)

    def _place(self, index: int) -> tuple[int, int]:
        self._calls[index] += 1
        return index, self._calls[index]

    def _measure(self, index: int, values: Tensor) -> Tensor:
        norm, count = self._norms[index], values.shape[:2]
        compute: Any = torch.native_group_norm
        answer: Tensor
        mean: Tensor
        narrowing: Tensor
        answer, mean, narrowing = compute(
            values.contiguous(),
            norm.weight,
            norm.bias,
            *count,
            values[0, 0].numel(),
            norm.num_groups,
            norm.eps,
        )
        mean, narrowing = mean.float(), narrowing.float()
        square = narrowing**-2 - norm.eps + mean**2
        place = self._place(index)
        means, squares, tiles = self._sums.get(place, (0, 0, 0))
        self._sums[place] = (means + mean, squares + square, tiles + 1)
        return answer

    def _share(self, index: int, values: Tensor) -> Tensor:
        """One scale and one shift a channel, as a batch normalisation has with known statistics."""
        norm = self._norms[index]
        means, squares, tiles = self._sums[self._place(index)]
        mean, square = means / tiles, squares / tiles
        width = values.shape[1] // norm.num_groups
        mean, spread = (
            some.repeat_interleave(width, dim=1).flatten() for some in (mean, (square - mean**2).clamp(min=0))
        )
        weight, bias = (some.float().repeat(len(values)) for some in (norm.weight, norm.bias))
        flat = values.reshape(1, -1, values[0, 0].numel())
        answer = nn.functional.batch_norm(flat, mean, spread, weight, bias, eps=norm.eps)
        return answer.view(values.shape)
