"""Where the faces are, and how one is brought to the place that face networks were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..engine.models.store import ModelStore, owner
from ..errors import ModelError
from ..values import Picture
from .networks import Network

Points = NDArray[np.float64]
"""(points, 2): x to the right and y down, in pixels."""

TEMPLATE: Points = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Where the landmarks lie in a picture of 112×112: the values that InsightFace published with ArcFace
(Deng et al., CVPR 2019, arXiv 1801.07698)."""
_TEMPLATE_SIZE = 112

_UNBOUND = 640
"""Side in pixels of what a detector that takes any size is shown."""
_MOST_CANDIDATES = 1_000
"""The surest ones; each is held against all that were kept."""
_OVERLAP = 0.4
"""Intersection over union from which two boxes are one face."""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in a picture."""

    box: NDArray[np.float64]
    """(4,): left, top, right, bottom in pixels."""
    landmarks: Points
    """(5, 2): the eye at the left of the picture, the other, the nose, and the corners of the mouth."""
    confidence: float

    @property
    def area(self) -> float:
        return float(np.prod(self.box[2:] - self.box[:2]))


class FaceDetector(Protocol):
    """Anything that finds faces with their five landmarks; hashable, as a frozen dataclass is."""

    def faces(self, picture: Picture) -> Sequence[Face]: ...


@dataclass(frozen=True)
class OnnxDetector:
    """A YuNet (Wu et al. 2023) or an SCRFD with landmarks (Guo et al., arXiv 2105.04714) in an ONNX file."""

    file: str
    confidence: float = 0.6
    """In (0, 1): below it, there is no face."""
    store: ModelStore = owner()
    """Who owns the opened network."""

    def faces(self, picture: Picture) -> list[Face]:
        """The faces, each once, the surest first. Raises ModelError, MissingPackageError."""
        network = Network.open(self.file, self.store, self)
        shown, scale = _shown(picture, network.height or _UNBOUND, network.width or _UNBOUND)
        try:
            candidates = _found(network, shown)
        except (LookupError, ValueError, ArithmeticError) as error:  # outputs of other shapes
            raise _unknown(network) from error
        found = [face for face in candidates if face.confidence >= self.confidence]
        return [Face(face.box / scale, face.landmarks / scale, face.confidence) for face in _apart(found)]


def aligned(picture: Picture, landmarks: Points, size: int) -> Picture:
    """(size, size, 3): the face turned, scaled and shifted so that its landmarks lie on the template's."""
    scale, shift = similarity(landmarks, TEMPLATE * (size / _TEMPLATE_SIZE))
    # Pillow asks where a pixel of the result comes from, and counts from a pixel's corner, not its middle.
    back, middle = 1 / scale, 0.5 + 0.5j
    origin = middle - (shift + middle) * back
    rows = (back.real, -back.imag, origin.real, back.imag, back.real, origin.imag)
    turned = Image.fromarray(picture).transform(
        (size, size), Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR
    )
    return np.asarray(turned)


def similarity(points: Points, places: Points) -> tuple[complex, complex]:
    """(a, b) such that a·z + b is nearest to the places in least squares, points being z = x + iy.

    This is Umeyama's estimate (1991) in the plane, which never mirrors.
    """
    start, end = points @ (1, 1j), places @ (1, 1j)
    centred = start - start.mean()
    scale = complex(np.vdot(centred, end - end.mean()) / np.vdot(centred, centred))
    return scale, complex(end.mean() - scale * start.mean())


def _shown(picture: Picture, height: int, width: int) -> tuple[Picture, float]:
    """The picture in the upper left of a black one of this size, and its scale there."""
    scale = min(height / picture.shape[0], width / picture.shape[1])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    shown = np.zeros((height, width, 3), np.uint8)
    resized = Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR)
    shown[: size[1], : size[0]] = np.asarray(resized)
    return shown, scale


def _found(network: Network, shown: Picture) -> list[Face]:
    """All candidates, many of them of one face, or of none."""
    if "cls_8" in network.outputs:
        levels = shown[..., ::-1].astype(np.float32)  # blue first
        outputs = dict(zip(network.outputs, network.run(levels[None]), strict=True))
        return [face for stride in (8, 16, 32) for face in _yunet(outputs, stride, shown.shape[1] // stride)]
    if len(network.outputs) == 9:
        numbers = (shown[None] - np.float32(127.5)) / np.float32(128)
        outputs_in_order = network.run(numbers)
        strides = zip((8, 16, 32), range(3), strict=True)
        return [face for stride, at in strides for face in _scrfd(outputs_in_order[at::3], stride, shown)]
    raise _unknown(network)


def _unknown(network: Network) -> ModelError:
    return ModelError(
        f"the network in {network.path.name} is no face detector that is known here",
        got=f"the outputs {', '.join(network.outputs)}"[:200],
        remedy="give a YuNet, or an SCRFD with landmarks",
    )


def _yunet(outputs: dict[str, NDArray[np.float32]], stride: int, columns: int) -> list[Face]:
    """The candidates of one grid, decoded as OpenCV's FaceDetectorYN does."""
    named = (outputs[f"{name}_{stride}"] for name in ("cls", "obj", "bbox", "kps"))
    kind, presence, boxes, points = (
        values.reshape(values.shape[1], -1).astype(np.float64) for values in named
    )
    surety = np.sqrt(np.clip(kind, 0, 1) * np.clip(presence, 0, 1))[:, 0]
    cells = np.arange(len(surety))
    corner = np.stack([cells % columns, cells // columns], axis=-1)
    centre, size = (corner + boxes[:, :2]) * stride, np.exp(boxes[:, 2:]) * stride
    landmarks = (corner[:, None] + points.reshape(-1, 5, 2)) * stride
    return _faces(np.concatenate([centre - size / 2, centre + size / 2], axis=-1), landmarks, surety)


def _scrfd(outputs: Sequence[NDArray[np.float32]], stride: int, shown: Picture) -> list[Face]:
    """The candidates of one grid, decoded as InsightFace does: distances from the cell's corner."""
    surety, sides, points = (
        values.reshape(-1, width).astype(np.float64)
        for values, width in zip(outputs, (1, 4, 10), strict=True)
    )
    rows, columns = shown.shape[0] // stride, shown.shape[1] // stride
    cells = np.repeat(np.arange(rows * columns), len(surety) // (rows * columns))
    corner = np.stack([cells % columns, cells // columns], axis=-1) * stride
    boxes = np.concatenate([corner - sides[:, :2] * stride, corner + sides[:, 2:] * stride], axis=-1)
    return _faces(boxes, corner[:, None] + points.reshape(-1, 5, 2) * stride, surety[:, 0])


def _faces(boxes: Points, landmarks: Points, surety: NDArray[np.float64]) -> list[Face]:
    # The others would only cost time.
    has_extent = (boxes[:, 2:] > boxes[:, :2]).all(axis=-1) & (np.ptp(landmarks, axis=1) > 0).any(axis=-1)
    is_finite = np.isfinite(boxes).all(axis=-1) & np.isfinite(landmarks).all(axis=(-2, -1))
    likely = np.flatnonzero((surety > 0.1) & has_extent & is_finite)
    return [Face(boxes[at], landmarks[at], float(surety[at])) for at in likely]


def _apart(candidates: Sequence[Face]) -> list[Face]:
    """The surest candidate of each face, the surest face first."""
    kept: list[Face] = []
    for face in sorted(candidates, key=lambda face: -face.confidence)[:_MOST_CANDIDATES]:
        if all(_overlap(face, other) < _OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(first: Face, second: Face) -> float:
    sides = np.minimum(first.box[2:], second.box[2:]) - np.maximum(first.box[:2], second.box[:2])
    shared = float(np.prod(np.maximum(sides, 0)))
    return shared / (first.area + second.area - shared)
