"""Headers of safetensors files, held against the format's own rules; no tensor is read.

A file is the length of its header, 8 bytes, the header as JSON, and the tensors without gaps. The format:
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError
from ...files.regular import opened
from .reading import AGAIN, LIMIT, parsed_object

NOTES = "__metadata__"

BITS = {
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip
"""Of one entry, by the name of its format."""

_MOST_SIDES = 16
_LONGEST_NAME = 1_000


@dataclass(frozen=True)
class Stored:
    """One tensor of a file."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def entries(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Header:
    """What a file holds."""

    tensors: Mapping[str, Stored]
    notes: Mapping[str, str]


def read_header(path: Path, remedy: str = AGAIN) -> Header:
    """The header of a whole safetensors file.

    Raises ModelError for a file that is missing, cut short or longer than it says, and for a header that is
    none: tensors of unknown format, that overlap, leave gaps, or are of another size than their shape.
    """
    try:
        file = opened(path)
    except InputError as error:
        if not os.path.exists(path):
            raise ModelError("a weight file is missing", got=str(path), remedy=remedy) from error
        raise ModelError(error.what, got=error.got, remedy=remedy) from error
    with file:
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, LIMIT):
            raise _no_file(path, remedy)
        try:
            header = parsed_object(file.read(length), path.name, str(path), twice=False)
            found = _header(header)
        except (ModelError, ValueError) as error:
            raise _no_file(path, remedy) from error
    expected = 8 + length + max((tensor.end for tensor in found.tensors.values()), default=0)
    if size != expected:
        what = "the weight file is cut short" if size < expected else "the weight file is damaged"
        raise ModelError(what, got=f"{size:,} of {expected:,} bytes in {path}", remedy=remedy)
    return found


def _no_file(path: Path, remedy: str) -> ModelError:
    return ModelError("this is no whole safetensors file", got=str(path), remedy=remedy)


def _header(header: dict[str, Any]) -> Header:
    """Raises ValueError for one that breaks the format's rules."""
    notes = header.pop(NOTES, None)
    if notes is None:
        notes = {}
    if not isinstance(notes, dict) or not all(isinstance(value, str) for value in notes.values()):
        raise ValueError("notes that are no texts")
    if any(len(name) > _LONGEST_NAME for name in header):
        raise ValueError("a name that is none")
    found = Header({name: _stored(entry) for name, entry in header.items()}, notes)
    places = sorted((tensor.begin, tensor.end) for tensor in found.tensors.values())
    if any(end != begin for (_, end), (begin, _) in pairwise([(0, 0), *places])):
        raise ValueError("tensors that overlap or leave gaps")
    return found


def _stored(entry: Any) -> Stored:
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError("an entry that is none")
    dtype, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BITS:
        raise ValueError("a format that is not known")
    if not _are_sizes(shape) or len(shape) > _MOST_SIDES or not _are_sizes(place) or len(place) != 2:
        raise ValueError("a shape or a place that is none")
    found = Stored(dtype, tuple(shape), *place)
    if found.entries * BITS[dtype] != 8 * (found.end - found.begin):
        raise ValueError("a shape that does not fit its place")
    return found


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**63 for one in value)
