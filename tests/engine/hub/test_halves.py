"""What a killed pull left half is swept by the next pull of the repository, once nobody works on it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from frame2frame.engine.hub.store import Store
from frame2frame.files.unfinished import OLD_SECONDS, OLD_UNHELD_SECONDS

fcntl = pytest.importorskip("fcntl")

DIGEST = "ab" * 32


def left(store: Store, age: float, name: str = f"{DIGEST}.01234567.incomplete") -> Path:
    """A file in the cache, last written so many seconds ago, with the lock of its download beside it."""
    half = store.home("org/name") / "blobs" / name
    lock = store.folder / ".locks" / "models--org--name" / f"{DIGEST}.lock"
    for path in (half, lock):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    os.utime(half, (time.time() - age,) * 2)
    return half


@pytest.mark.parametrize("name", [f"{DIGEST}.01234567.incomplete", f"{DIGEST}.incomplete"])
def test_a_half_that_nobody_works_on_goes(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path)
    half = left(store, OLD_SECONDS + 60, name)
    store.sweep("org/name")
    assert not half.exists()


def test_a_young_one_and_whole_files_stay(tmp_path: Path) -> None:
    store = Store(tmp_path)
    young, whole = left(store, OLD_SECONDS - 60), left(store, 1e9, DIGEST)
    store.sweep("org/name")
    assert young.exists() and whole.exists()


def test_one_that_another_program_fetches_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    half = left(store, 1e9)
    with (tmp_path / ".locks" / "models--org--name" / f"{DIGEST}.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store.sweep("org/name")
        assert half.exists()
    store.sweep("org/name")
    assert not half.exists()


def test_one_without_a_lock_has_to_be_a_day_old(tmp_path: Path) -> None:
    store = Store(tmp_path)
    half = left(store, OLD_UNHELD_SECONDS - 60)
    (tmp_path / ".locks" / "models--org--name" / f"{DIGEST}.lock").unlink()
    store.sweep("org/name")
    assert half.exists()
    os.utime(half, (0, 0))
    store.sweep("org/name")
    assert not half.exists()


def test_other_repositories_are_left_alone(tmp_path: Path) -> None:
    half = left(Store(tmp_path), 1e9)
    Store(tmp_path).sweep("org/other")
    assert half.exists()
