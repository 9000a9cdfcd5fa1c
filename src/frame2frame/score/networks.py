"""Networks in ONNX files: open one, see what it takes, run it. On the CPU; these are small."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.models.store import ModelStore, Need
from ..errors import InputError, MissingPackageError, ModelError
from ..files.regular import opened

_SHIFTS, _STRETCHES = ("Sub", "Add"), ("Mul", "Div")
_MOST_BITS = 63
_LONGEST = 4096
"""Pixels a side, or pictures at once."""
_LARGEST = 2**30
"""Bytes of a network; face networks have a quarter of it."""
_PASSES_ON = ("Constant", "Identity", "Cast", "Transpose")


@dataclass(frozen=True)
class Network:
    """An opened ONNX file with one input of pictures."""

    session: Any
    path: Path
    outputs: tuple[str, ...]
    batch: int | None
    """How many pictures it takes at once, if it is that strict."""
    height: int | None
    width: int | None
    """In pixels; None if it takes any."""
    channels_last: bool

    @classmethod
    def open(cls, file: str, store: ModelStore, user: object) -> Network:
        """The network in a file, opened once for this store.

        Raises MissingPackageError without ONNX Runtime, ModelError for a file that is no such network.
        """
        path = Path(file).expanduser()
        return store.get((cls, path), user, lambda: _need(path), lambda: _opened(path))

    def run(self, pictures: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """All outputs for (pictures, height, width, 3) of numbers, in the order of `outputs`."""
        given = pictures if self.channels_last else np.ascontiguousarray(np.moveaxis(pictures, -1, 1))
        try:
            outputs: Sequence[Any] = self.session.run(None, {self.session.get_inputs()[0].name: given})
        except Exception as error:  # ONNX Runtime has an exception of its own for each kind of fault
            raise _unusable(self.path, "run", error) from error
        return [np.asarray(output, dtype=np.float32) for output in outputs]

    @property
    def scales_levels(self) -> bool:
        """Whether it begins by scaling its input, so that it takes levels 0…255 as they are."""
        kinds = (kind for kind in _operators(self.path) if kind not in _PASSES_ON)
        first, second = next(kinds, ""), next(kinds, "")
        return (first in _SHIFTS and second in _STRETCHES) or (first in _STRETCHES and second in _SHIFTS)


def _need(path: Path) -> Need:
    import torch

    return Need(path.stat().st_size if path.is_file() else 0, torch.device("cpu"))


def _opened(path: Path) -> Network:
    try:
        with opened(path) as file:
            size = file.seek(0, 2)
    except InputError as error:
        raise ModelError(error.what, got=error.got, remedy="give the path of an .onnx file") from error
    if size > _LARGEST:
        raise ModelError(f"{path.name} is too large", got=f"{size:,} bytes", remedy=f"at most {_LARGEST:,}")
    session = _session(path)
    takes = session.get_inputs()
    shape = takes[0].shape if len(takes) == 1 and takes[0].type == "tensor(float)" else []
    sizes = [size for size in shape if isinstance(size, int)]
    if len(shape) != 4 or 3 not in (shape[1], shape[3]) or not all(0 < size <= _LONGEST for size in sizes):
        raise ModelError(
            f"the network in {path.name} does not take pictures",
            got=", ".join(f"{one.type} {one.shape}" for one in takes),
            remedy="give one that takes float pictures with three channels",
        )
    batch, first, second, third = (size if isinstance(size, int) else None for size in shape)
    channels_last = first != 3
    height, width = (first, second) if channels_last else (second, third)
    outputs = tuple(output.name for output in session.get_outputs())
    return Network(session, path, outputs, batch, height, width, channels_last)


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingPackageError(
            "ONNX Runtime, which faces are encoded with, is not installed",
            remedy='install it with: pip install "frame2frame[face]"',
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # it warns of much that is no fault of the user's
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _unusable(path, "loaded", error) from error


def _unusable(path: Path, done: str, error: Exception) -> ModelError:
    what = f"the network in {path.name} cannot be {done}"
    return ModelError(what, got=f"{error!s:.200}", remedy="fetch the file again")


def _operators(path: Path) -> Iterator[str]:
    """In the file: model → graph (field 7) → node (field 1) → op_type (field 4), as onnx.proto has them."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for graph in _fields(data, range(len(data)), 7):
            for node in _fields(data, graph, 1):
                for kind in _fields(data, node, 4):
                    yield data[kind.start : kind.stop].decode()


def _fields(data: mmap.mmap, within: range, wanted: int) -> Iterator[range]:
    """Where the fields of this number lie in a protobuf message; only fields that have a length."""
    place = within.start
    while place < within.stop:
        key, place = _number(data, place)
        if key & 7 == 2:
            size, place = _number(data, place)
            if key >> 3 == wanted:
                yield range(place, place + size)
            place += size
        elif key & 7 == 0:
            _, place = _number(data, place)
        else:
            place += 8 if key & 7 == 1 else 4


def _number(data: mmap.mmap, place: int) -> tuple[int, int]:
    """A number of variable length, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128 or shift > _MOST_BITS:
            return value, place
