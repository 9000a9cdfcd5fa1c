"""Main memory that is freed."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from frame2frame.engine.device.heap import LARGEST, MOST, OWN_LARGEST, OWN_MOST, freed_kept

MMAP_THRESHOLD = -3
"""As `mallopt` numbers it."""
NEW_PAGES = """
import ctypes, json, resource, statistics, torch
from frame2frame.engine.device.heap import freed_kept

def made():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(2**24)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) * resource.getpagesize() / 2**26

def usual():
    return statistics.median(made() for _ in range(20))

with freed_kept(), freed_kept():
    pass
shares = [usual()]
with freed_kept():
    with freed_kept():
        pass
    shares.append(usual())
torch.ones(2**22)
shares.append(usual())
print(json.dumps(shares if hasattr(ctypes.CDLL(None), "mallopt") else []))
"""
"""
Prints which share of the pages of a tensor of 64 MiB the system has to make, before, while and after.

The median of many, as it takes some tries to settle: before 2.38 the C library puts up to seven pieces
that aligning a block left where they keep it from the room beside it.
"""


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """None are set by whoever runs the tests."""
    for name in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("bounds")
def test_a_tensor_is_made_where_the_last_one_was_freed_as_long_as_that_is_kept() -> None:
    if sys.platform != "linux":
        pytest.skip("another allocator")
    # A process of its own: where an allocation has failed, the allocator goes on in another way.
    told = subprocess.run([sys.executable, "-c", NEW_PAGES], capture_output=True, text=True, check=True)
    if not (shares := json.loads(told.stdout)):
        pytest.skip("another allocator")
    assert shares[1] < 0.1
    assert min(shares[0], shares[2]) > 0  # the system may make pages of 2 MiB


def allocator(most: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What it is told and takes: a largest block of up to `most` bytes, and any number of bytes in all."""
    taken: list[int] = []

    def mallopt(option: int, value: int) -> int:
        refused = option == MMAP_THRESHOLD and value > most
        taken.extend([] if refused else [value])
        return int(not refused)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    return taken


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize("most", [*LARGEST, 0])
def test_an_allocator_that_refuses_is_asked_for_less_and_then_left_alone(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = allocator(most, monkeypatch)
    with freed_kept():
        assert taken == ([most, MOST] if most else [])
    assert taken[2:] == ([OWN_LARGEST, OWN_MOST] if most else [])


@pytest.mark.usefixtures("bounds")
@pytest.mark.parametrize(
    ("name", "value"), [("MALLOC_TRIM_THRESHOLD_", "1"), ("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=1")]
)
def test_bounds_that_the_user_has_set_stay(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = allocator(LARGEST[0], monkeypatch)
    monkeypatch.setenv(name, value)
    with freed_kept():
        pass
    assert taken == []
