"""Main memory that is freed."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from frame2frame.engine.device.heap import LARGEST, MOST, keep_freed

MMAP_THRESHOLD = -3
"""As `mallopt` numbers it."""
NEW_PAGES = """
import json, resource, torch
from frame2frame.engine.device.heap import keep_freed

def made(size):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(size // 4)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) * resource.getpagesize() / size

kept = keep_freed()
sizes = (min(2**26, kept), kept + 2**24) if kept else ()
print(json.dumps([min(made(size) for _ in range(5)) for size in sizes]))
"""
"""Prints which share of a tensor's pages the system has to make, for one that is kept and a larger one."""


def test_a_tensor_is_made_where_the_last_one_was_freed_unless_it_is_very_large() -> None:
    if sys.platform != "linux":
        pytest.skip("another allocator")
    # A process of its own: where an allocation has failed, the allocator goes on in another way.
    told = subprocess.run([sys.executable, "-c", NEW_PAGES], capture_output=True, text=True, check=True)
    if not (shares := json.loads(told.stdout)):
        pytest.skip("another allocator")
    assert shares[0] < 0.1
    assert shares[1] > 0  # the system may make pages of 2 MiB


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
