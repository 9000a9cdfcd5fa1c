"""Main memory that is freed."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
import torch

from frame2frame.heap import LARGEST, MOST, keep_freed

resource = pytest.importorskip("resource")
"""Of Unix only."""
MMAP_THRESHOLD = -3
"""As `mallopt` numbers it."""


def _new_pages(size: int) -> int:
    """How many pages the system has to make for a tensor of so many bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(size // 4)
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)


@pytest.fixture
def kept() -> int:
    """The largest block that this machine keeps."""
    return keep_freed() or pytest.skip("another allocator")


def test_a_tensor_is_made_where_the_last_one_was_freed(kept: int) -> None:
    size = min(2**26, kept)
    least = min(_new_pages(size) for _ in range(5))  # the first may be cut out of a block that is left over
    assert least < size // resource.getpagesize() // 10


def test_a_larger_one_goes_back_to_the_system(kept: int) -> None:
    size = kept + 2**24
    assert min(_new_pages(size) for _ in range(2)) > size // 2**22


@pytest.mark.parametrize("most", [LARGEST[0], LARGEST[1], 0])
def test_an_allocator_that_refuses_is_asked_for_less_and_then_left_alone(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def mallopt(option: int, value: int) -> int:
        refused = option == MMAP_THRESHOLD and value > most
        taken.extend([] if refused else [value])
        return int(not refused)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    assert keep_freed() == most
    assert taken == ([most, MOST] if most else [])
