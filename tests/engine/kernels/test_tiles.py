"""Tiles cover the whole and fade into each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from frame2frame.engine.kernels.tiles import in_tiles, spans


@pytest.mark.parametrize("length", [5, 8, 60, 90, 170])
@pytest.mark.parametrize("most", [2, 3, 7, 34, 49])
def test_spans_cover_a_side_and_share_a_quarter(length: int, most: int) -> None:
    found = spans(length, most)
    assert found[0].start == 0
    assert found[-1].start + found[-1].length == length
    for one, following in itertools.pairwise(found):
        assert one.length <= most
        assert one.start + one.length - following.start == one.after == following.before
        assert one.after >= max(most // 4, 1)


def test_a_clip_480_by_720_takes_eight_tiles_of_272_pixels() -> None:
    assert len(spans(60, 34)) * len(spans(90, 34)) == 8


def test_what_looks_at_single_places_only_is_exact() -> None:
    values = torch.randn(2, 3, 5, 12, 17)

    def run(some: Tensor) -> Iterator[Tensor]:
        for chunk in torch.split(some, 2, dim=2):
            yield chunk.repeat_interleave(4, dim=3).repeat_interleave(4, dim=4).exp()

    wanted, found = list(run(values)), list(in_tiles(values, 5, run, scale=4))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_tiles_of_a_picture_begin_at_whole_units() -> None:
    values, seen = torch.randn(1, 1, 1, 40, 48), []

    def run(some: Tensor) -> Iterator[Tensor]:
        seen.append(some)
        yield some[..., ::8, ::8]

    (found,) = in_tiles(values, 3, run, unit=8)
    torch.testing.assert_close(found, values[..., ::8, ::8])
    assert all(side % 8 == 0 for tile in seen for side in tile.shape[3:])


def test_what_fits_comes_chunk_by_chunk() -> None:
    made = []

    def run(some: Tensor) -> Iterator[Tensor]:
        for chunk in torch.split(some, 1, dim=2):
            made.append(chunk)
            yield chunk

    next(in_tiles(torch.zeros(1, 1, 3, 4, 4), 4, run))
    assert len(made) == 1
