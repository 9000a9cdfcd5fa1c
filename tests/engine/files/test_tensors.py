"""The header of a safetensors file is held against the format's own rules."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from frame2frame.engine.files.tensors import Stored, read_header
from frame2frame.errors import ModelError


def written(path: Path, header: Any, tensors: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + tensors)
    return path


def entry(**other: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | other


def test_a_header_tells_formats_shapes_places_and_notes(tmp_path: Path) -> None:
    tensors = {"a": torch.ones(2, 3), "b": torch.zeros((), dtype=torch.bfloat16), "c": torch.ones(0, 5)}
    save_file(tensors, tmp_path / "x.safetensors", {"note": "this"})
    header = read_header(tmp_path / "x.safetensors")
    found = {name: (one.dtype, one.shape, one.entries) for name, one in header.tensors.items()}
    assert found == {"a": ("F32", (2, 3), 6), "b": ("BF16", (), 1), "c": ("F32", (0, 5), 0)}
    assert header.notes == {"note": "this"}


@pytest.mark.parametrize(
    "header",
    [
        {"a": entry(data_offsets=[0, "4"])},
        {"a": entry(data_offsets=[4, 0])},
        {"a": entry(data_offsets=[0.0, 4.0])},
        {"a": entry(data_offsets=[False, 4])},
        {"a": entry(dtype="F33")},
        {"a": entry(dtype=["F32"])},
        {"a": entry(shape=[2])},
        {"a": entry(shape=[-1])},
        {"a": entry(shape=[1] * 100)},
        {"a": entry(), "b": entry()},
        {"a": entry(), "b": entry(data_offsets=[8, 12])},
        {"a": {"dtype": "F32"}},
        {"a": [5]},
        {"a" * 2000: entry()},
        {"__metadata__": {"note": 5}, "a": entry()},
        {"__metadata__": "note", "a": entry()},
        b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "a": 1}',
        b"[" * 100_000,
        b"[]",
        b"\xff",
        b"",
    ],
)
def test_a_header_that_breaks_the_rules_is_refused(tmp_path: Path, header: Any) -> None:
    with pytest.raises(ModelError, match="no whole safetensors file"):
        read_header(written(tmp_path / "x.safetensors", header, bytes(4)))


def test_of_a_header_as_long_as_a_huge_file_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write((10**10 - 8).to_bytes(8, "little"))
        file.truncate(10**10)
    with pytest.raises(ModelError, match="no whole safetensors file"):
        read_header(path)


@pytest.mark.parametrize(("there", "said"), [(3, "cut short"), (5, "damaged")])
def test_a_file_of_another_length_than_its_header_says_is_refused(
    tmp_path: Path, there: int, said: str
) -> None:
    path = written(tmp_path / "x.safetensors", {"a": entry()}, bytes(there))
    with pytest.raises(ModelError, match=f"{said}; got .* bytes in "):
        read_header(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_refused_and_a_link_is_followed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelError, match="regular file; got a pipe or a device"):
        read_header(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(written(tmp_path / "blob", {"a": entry()}, bytes(4)))
    assert read_header(tmp_path / "link").tensors == {"a": Stored("F32", (1,), 0, 4)}
