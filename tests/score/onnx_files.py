"""Small networks as ONNX files, byte by byte: the numbers are those of the fields in onnx.proto."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frame2frame.score.faces import TEMPLATE

Node = tuple[str, Sequence[str], str, Mapping[str, Sequence[int]]]
"""The operation, what goes in, what comes out, and the attributes that are lists of integers."""
Numbers = NDArray[Any]
Dimension = int | str

STRIDES = (8, 16, 32)
LANDMARKS = TEMPLATE / 56 - 1
"""Of the detectors' faces, around the middle of the red cell, in cells."""


def write_means(
    path: Path,
    batch: Dimension = "batch",
    scales: bool = False,
    subtracts_later: bool = False,
    channels_last: bool = False,
    outputs: int = 1,
) -> str:
    """A face network whose vector is the picture in 8×8 patches of 14×14."""
    constants: dict[str, Numbers] = {
        "middle": np.array(127.5),
        "range": np.array(127.5),
        "nothing": np.array(0.0),
        "pixels": np.array([0, -1]),
    }
    nodes: list[Node] = []
    seen = "picture"
    if scales:
        nodes += [("Sub", ["picture", "middle"], "shifted", {}), ("Div", ["shifted", "range"], "scaled", {})]
        seen = "scaled"
    if channels_last:
        nodes += [("Transpose", [seen], "planes", {"perm": [0, 3, 1, 2]})]
        seen = "planes"
    nodes += [("AveragePool", [seen], "means", {"kernel_shape": [14, 14], "strides": [14, 14]})]
    seen = "means"
    if subtracts_later:
        nodes += [("Sub", ["means", "nothing"], "rest", {}), ("Mul", ["rest", "range"], "wide", {})]
        seen = "wide"
    names = [f"vector{index}" for index in range(outputs)]
    nodes += [("Reshape", [seen, "pixels"], name, {}) for name in names]
    shape = [batch, 112, 112, 3] if channels_last else [batch, 3, 112, 112]
    return _write(path, nodes, constants, shape, {name: [batch, 192] for name in names})


def write_yunet(path: Path, height: Dimension, width: Dimension) -> str:
    """A detector of YuNet's form: a face of four cells' size is where a cell is red."""
    nodes: list[Node] = []
    constants: dict[str, Numbers] = {}
    outputs: dict[str, list[Dimension]] = {}
    for stride in STRIDES:
        red = np.zeros((1, 3, stride, stride), np.float32)
        red[:, 2] = 1 / 255 / stride**2  # blue first
        for name, weights, bias in (
            ("cls", red, np.zeros(1)),
            ("obj", red, np.zeros(1)),
            ("bbox", np.zeros((4, 3, stride, stride)), np.array([0.5, 0.5, np.log(4), np.log(4)])),
            ("kps", np.zeros((10, 3, stride, stride)), (0.5 + LANDMARKS).ravel()),
        ):
            _grid(nodes, constants, f"{name}_{stride}", weights, bias, [1, -1, len(bias)])
    for name in ("cls", "obj", "bbox", "kps"):
        outputs |= {f"{name}_{stride}": [1, "cells", "values"] for stride in STRIDES}
    return _write(path, nodes, constants, [1, 3, height, width], outputs)


def write_scrfd(path: Path, height: Dimension, width: Dimension) -> str:
    """A detector of SCRFD's form, two candidates a cell: the first is surer, and both lie where it is red."""
    nodes: list[Node] = []
    constants: dict[str, Numbers] = {}
    for stride in STRIDES:
        red = np.zeros((2, 3, stride, stride), np.float32)
        red[:, 0] = np.array([0.5, 0.45])[:, None, None] / stride**2
        nothing = np.zeros((20, 3, stride, stride))
        sides, points = np.full(8, 2.0), np.tile((0.5 + LANDMARKS).ravel(), 2)
        _grid(nodes, constants, f"score{stride}", red, np.array([0.5, 0.45]), [-1, 1])
        _grid(nodes, constants, f"box{stride}", nothing[:8], sides, [-1, 4])
        _grid(nodes, constants, f"point{stride}", nothing, points, [-1, 10])
    names = [f"{kind}{stride}" for kind in ("score", "box", "point") for stride in STRIDES]
    return _write(
        path, nodes, constants, [1, 3, height, width], {name: ["cells", "values"] for name in names}
    )


def _grid(
    nodes: list[Node],
    constants: dict[str, Numbers],
    name: str,
    weights: Numbers,
    bias: Numbers,
    shape: list[int],
) -> None:
    """A convolution with one result a cell, listed row by row in this shape."""
    stride = weights.shape[-1]
    constants[f"{name}.weight"], constants[f"{name}.bias"] = (
        weights.astype(np.float32),
        bias.astype(np.float32),
    )
    constants[f"{name}.shape"] = np.array(shape)
    inputs = ["picture", f"{name}.weight", f"{name}.bias"]
    nodes += [
        ("Conv", inputs, f"{name}.planes", {"kernel_shape": [stride, stride], "strides": [stride, stride]}),
        ("Transpose", [f"{name}.planes"], f"{name}.cells", {"perm": [0, 2, 3, 1]}),
        ("Reshape", [f"{name}.cells", f"{name}.shape"], name, {}),
    ]


def _write(
    path: Path,
    nodes: Sequence[Node],
    constants: Mapping[str, Numbers],
    picture: Sequence[Dimension],
    outputs: Mapping[str, Sequence[Dimension]],
) -> str:
    graph = b"".join(
        [
            *(_field(1, _node(node)) for node in nodes),
            _field(2, b"graph"),
            *(_field(5, _tensor(name, value)) for name, value in constants.items()),
            _field(11, _value("picture", picture)),
            *(_field(12, _value(name, shape)) for name, shape in outputs.items()),
        ]
    )
    path.write_bytes(_field(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _field(2, 17)))
    return str(path)


def _node(node: Node) -> bytes:
    kind, inputs, output, attributes = node
    parts = [_field(1, name.encode()) for name in inputs] + [
        _field(2, output.encode()),
        _field(4, kind.encode()),
    ]
    for name, values in attributes.items():
        listed = b"".join(_field(8, value) for value in values)
        parts.append(_field(5, _field(1, name.encode()) + listed + _field(20, 7)))
    return b"".join(parts)


def _tensor(name: str, value: Numbers) -> bytes:
    whole = value.dtype == np.int64
    array, kind = (value, 7) if whole else (value.astype(np.float32), 1)
    sizes = b"".join(_field(1, size) for size in array.shape)
    return sizes + _field(2, kind) + _field(8, name.encode()) + _field(9, array.tobytes())


def _value(name: str, shape: Sequence[Dimension]) -> bytes:
    sizes = (_field(2, size.encode()) if isinstance(size, str) else _field(1, size) for size in shape)
    dimensions = b"".join(_field(1, size) for size in sizes)
    return _field(1, name.encode()) + _field(2, _field(1, _field(1, 1) + _field(2, dimensions)))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _number(number << 3) + _number(value & (2**64 - 1))
    return _number(number << 3 | 2) + _number(len(value)) + value


def _number(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return struct.pack("B", low | 128) + _number(rest) if rest else struct.pack("B", low)
