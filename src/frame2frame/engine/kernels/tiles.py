"""Clips through an autoencoder in tiles, for the memory of one tile.

Each tile runs through all its time with its own memory of what came before, as a small clip would, and then
the next one. Neighbours overlap by a quarter and fade into each other. A tile does not see beyond its edges,
so the frames are near those of the whole, not equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from .shared_norms import SharedNorms

Run = Callable[[Tensor], Iterator[Tensor]]
"""(candidates, channels, time, height, width) → chunks of the same form, which follow each other in time."""


@dataclass(frozen=True)
class Span:
    """A stretch of one side in units, and how far it shares its ends with its neighbours."""

    start: int
    length: int
    before: int
    after: int

    def places(self, scale: int) -> slice:
        return slice(self.start * scale, (self.start + self.length) * scale)

    def fade(self, scale: int) -> Tensor:
        """(length · scale,): its weight at each place, rising and falling over what is shared."""
        length, before, after = self.length * scale, self.before * scale, self.after * scale
        places = torch.arange(length) + 0.5
        rising = (places / before).clamp(max=1) if before else torch.ones(length)
        falling = ((length - places) / after).clamp(max=1) if after else torch.ones(length)
        return torch.minimum(rising, falling)


def spans(length: int, most: int) -> list[Span]:
    """A side of `length` as the fewest equal stretches of at most `most`, which share a quarter or more."""
    if length <= most:
        return [Span(0, length, 0, 0)]
    shared = max(most // 4, 1)
    count = -(-(length - shared) // max(most - shared, 1))
    side = min(-(-(length + (count - 1) * shared) // count), most)
    starts = [round(index * (length - side) / (count - 1)) for index in range(count)]
    overlaps = [0, *(first + side - second for first, second in pairwise(starts)), 0]
    return [Span(start, side, overlaps[index], overlaps[index + 1]) for index, start in enumerate(starts)]


def in_tiles(
    values: Tensor,
    most: int | None,
    run: Run,
    *,
    unit: int = 1,
    scale: int = 1,
    norms: SharedNorms | None = None,
) -> Iterator[Tensor]:
    """Chunks of `run` over the whole, computed in tiles and put together.

    `unit` places of a side of `values` stand for `scale` places of the answer's, and a tile has up to `most`
    units a side, or no bound. Where one tile is all, the chunks come as they are made; else when the last
    tile is done, on the CPU, so that the device holds one tile only. With `norms` all tiles run twice.
    """
    sides = [side // unit for side in values.shape[3:]]
    rows, columns = (spans(side, most or side) for side in sides)
    if len(rows) == len(columns) == 1:
        yield from run(values)
        return
    tiles = [(row, column) for row in rows for column in columns]
    if norms:
        with norms.measured():
            for row, column in tiles:
                norms.begin_tile()
                for _ in run(values[..., row.places(unit), column.places(unit)]):
                    pass
    whole: list[Tensor] = []
    with norms.shared() if norms else nullcontext():
        for row, column in tiles:
            if norms:
                norms.begin_tile()
            chunks = run(values[..., row.places(unit), column.places(unit)])
            _add(whole, chunks, row, column, scale, sides)
    total = _total(rows, sides[0], scale)[:, None] * _total(columns, sides[1], scale)
    while whole:
        yield whole.pop(0) / total


def _add(
    whole: list[Tensor], chunks: Iterator[Tensor], row: Span, column: Span, scale: int, sides: list[int]
) -> None:
    """Add a tile's chunks to those of the whole, by its weights."""
    weights = row.fade(scale)[:, None] * column.fade(scale)
    for number, chunk in enumerate(chunks):
        if number == len(whole):
            whole.append(torch.zeros(*chunk.shape[:3], *(side * scale for side in sides)))
        whole[number][..., row.places(scale), column.places(scale)] += chunk.float().cpu() * weights


def _total(stretches: list[Span], side: int, scale: int) -> Tensor:
    """What all stretches weigh together at each place, (side · scale,)."""
    total = torch.zeros(side * scale)
    for one in stretches:
        total[one.places(scale)] += one.fade(scale)
    return total
