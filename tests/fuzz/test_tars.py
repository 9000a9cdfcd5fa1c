"""Tar files of strangers, and their indices, are read or refused in one line, and nothing lies elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from frame2frame.runs.packed import pack, unpacked
from frame2frame.runs.read import read_run
from frame2frame.runs.write import write_run

from ..finished import finished
from .harness import Target, altered_bytes, in_a_folder


@cache
def sound() -> dict[str, bytes]:
    """A tar file with two runs, and its index."""
    with TemporaryDirectory() as place:
        tar = Path(place) / "a.tar"
        for name in ("one", "two"):
            pack(tar, write_run(Path(place), finished(), name=name))
        return {name: (Path(place) / name).read_bytes() for name in ("a.tar", "a.index")}


def taken_out(files: dict[str, bytes]) -> object:
    return in_a_folder(files, lambda folder: read_run(unpacked(folder / "a.tar" / "two")))


TARGETS = (
    Target(
        "tar files", altered_bytes(sound()["a.tar"]).map(lambda data: sound() | {"a.tar": data}), taken_out
    ),
    Target("tar files alone", altered_bytes(sound()["a.tar"]).map(lambda data: {"a.tar": data}), taken_out),
    Target(
        "indices", altered_bytes(sound()["a.index"]).map(lambda data: sound() | {"a.index": data}), taken_out
    ),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
    target.try_some()


def test_what_the_fuzzer_begins_with_is_sound() -> None:
    assert taken_out(sound()) is not None
