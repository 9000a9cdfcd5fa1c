"""Main memory that is freed."""

from __future__ import annotations

import sys

import pytest
import torch

from frame2frame.heap import LARGEST, keep_freed

resource = pytest.importorskip("resource")
"""Of Unix only."""


def _new_pages(size: int) -> int:
    """How many pages the system has to make for a tensor of so many bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(size // 4)
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)


def test_a_tensor_is_made_where_the_last_one_was_freed() -> None:
    if sys.platform != "linux" or not keep_freed():
        pytest.skip("another allocator")
    size = 2**26
    least = min(_new_pages(size) for _ in range(5))  # the first may be cut out of a block that is left over
    assert least < size // resource.getpagesize() // 10


def test_a_very_large_one_goes_back_to_the_system() -> None:
    if sys.platform != "linux" or not keep_freed():
        pytest.skip("another allocator")
    size = LARGEST + 2**24
    assert min(_new_pages(size) for _ in range(2)) > size // 2**22
