"""Who is in the picture: vectors of faces, and how far each frame is from the person of the source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from ..engine.models.store import ModelStore, owner
from ..errors import InputError, ModelError
from ..plugins.capabilities import EncoderCapabilities
from ..plugins.options import option
from ..values import PLACE, Frames, Picture, Vectors
from .faces import FaceDetector, OnnxDetector, aligned
from .networks import Network

STRANGER = -math.sqrt(2)
"""The identity score of an unrelated person, whose vector is at a right angle to the source's."""

_BATCH = 32


class ImageEncoder(Protocol):
    def images(self, frames: Frames) -> Vectors: ...


@dataclass(frozen=True)
class Identity:
    """How much each frame is still the source, as one encoder sees it; frames may come in chunks."""

    encoder: ImageEncoder
    before: Vectors
    """(1, features) of the source; not a number if it shows no face."""

    @classmethod
    def of(cls, encoder: ImageEncoder, source: Picture) -> Identity:
        """`source` has the size of the frames to be scored."""
        return cls(encoder, encoder.images(source[None]))

    @property
    def known(self) -> bool:
        """Whether there is an identity to keep: a source without a face has none."""
        return bool(seen(self.before)[0])

    def score(self, frames: Frames) -> tuple[float, ...]:
        """Minus the distance of each frame and the source: 0 is the same, `STRANGER` an unrelated person.

        It is not a number where the source or the frame shows no face.
        """
        distance = np.linalg.norm(self.encoder.images(frames) - self.before, axis=-1)
        return tuple(-float(length) for length in distance)


@dataclass(frozen=True)
class FaceEncoder:
    """A face network of ArcFace's kind in an ONNX file, and what finds the faces for it.

    The largest face is the one that counts. A frame without a face has a vector of NaN; see `seen`.
    """

    capabilities: ClassVar = EncoderCapabilities(words=False)

    model: str = option(help="An .onnx file that gives one vector for each aligned face.", recorded=PLACE)
    """The faces are usually of 112×112."""
    detector: str | FaceDetector = option(help="An .onnx file that finds faces.", recorded=PLACE)
    """See `OnnxDetector`; in Python, any other detector too."""
    takes_levels: bool | None = option(
        None,
        "Whether the network takes 0…255 rather than −1…1, where its first operations do not tell.",
        kw_only=True,
    )
    store: ModelStore = owner()
    """Who owns the opened networks."""

    @property
    def threshold(self) -> float | None:
        """None: faces do not tell whether an edit is complete."""
        return None

    def images(self, frames: Frames) -> Vectors:
        """(frames, features) of (frames, height, width, 3). Raises ModelError, MissingPackageError."""
        network = self._network()
        size = network.height or 112
        found = {at: face for at, frame in enumerate(frames) if (face := self._face(frame, size)) is not None}
        # The network is asked even if there is no face, to know how long its vectors are.
        faces = np.stack(list(found.values()) or [np.zeros((size, size, 3), np.uint8)])
        features = _features(network, self._numbers(network, faces))
        vectors = np.full((len(frames), features.shape[1]), np.nan, np.float32)
        vectors[list(found)] = features[: len(found)]
        return vectors

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Raises InputError: there is no text side."""
        raise InputError(
            "the face encoder sees faces only, so it cannot say how well a frame fits a text",
            got=f"the text {texts[0]!r}" if texts else "",
            remedy="score texts with CLIP or SigLIP, and use faces for identity",
        )

    def _network(self) -> Network:
        network = Network.open(self.model, self.store, self)
        if network.height != network.width or len(network.outputs) != 1:
            raise ModelError(
                f"the network in {network.path.name} does not encode faces",
                got=f"pictures of {network.width}×{network.height}, {len(network.outputs)} outputs",
                remedy="give one that turns a square picture into one vector",
            )
        return network

    def _face(self, frame: Picture, size: int) -> Picture | None:
        """(size, size, 3) of the largest face, or None."""
        detector = self.detector
        if isinstance(detector, str):
            detector = OnnxDetector(detector, store=self.store)
        largest = max(detector.faces(frame), key=lambda face: face.area, default=None)
        return None if largest is None else aligned(frame, largest.landmarks, size)

    def _numbers(self, network: Network, faces: Frames) -> NDArray[np.float32]:
        """What the network takes: levels if it scales them itself, as some conversions do, else −1…1."""
        levels = faces.astype(np.float32)
        given_levels = network.scales_levels if self.takes_levels is None else self.takes_levels
        return levels if given_levels else (levels - 127.5) / 127.5


def seen(vectors: Vectors) -> NDArray[np.bool_]:
    """(frames,): which of the encoded frames show a face."""
    return np.asarray(np.isfinite(vectors).all(axis=-1))


def _features(network: Network, numbers: NDArray[np.float32]) -> Vectors:
    """(faces, features) of unit length, in batches of the size that the network wants."""
    size, vectors = network.batch or _BATCH, []
    for start in range(0, len(numbers), size):
        batch = numbers[start : start + size]
        missing = (network.batch or len(batch)) - len(batch)
        filled = np.concatenate([batch, np.repeat(batch[-1:], missing, axis=0)])
        found = network.run(filled)[0]
        if found.ndim < 2 or len(found) != len(filled) or not np.isfinite(found).all():
            what = f"the network in {network.path.name} does not encode faces"
            got = f"{found.shape} for {len(filled)} faces, or numbers that are not finite"
            raise ModelError(what, got=got, remedy="give one that turns a face into one vector")
        vectors.append(found.reshape(len(filled), -1)[: len(batch)])
    features = np.concatenate(vectors)
    return np.asarray(features / np.linalg.norm(features, axis=-1, keepdims=True), dtype=np.float32)
