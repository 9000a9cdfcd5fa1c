"""Encoders that are published as transformers checkpoints: what loading and running them has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..engine.device.hardware import numbered
from ..engine.device.placement import choose_device
from ..engine.device.turns import computing
from ..engine.models.checkpoint import weights
from ..engine.models.pretrained import Pretrained, Source, without_code
from ..engine.models.store import ModelStore, Need, owner
from ..errors import ModelError
from ..plugins.capabilities import EncoderCapabilities
from ..plugins.options import given, option
from ..values import PLACE, WORD, Frames, Picture, Vectors
from .levels import Preparation
from .limits import ANY, DRAWING, PHOTOGRAPH, Limits

_TRIED = 64
"""Pixels a side of what a new encoder is tried on."""
_BATCH, _BATCH_ON_GPU = 32, 256
"""Pictures encoded at once; on a processor more would cost memory and win no time."""


@dataclass(frozen=True)
class Parts:
    """What a checkpoint is made of."""

    model: Any
    pixels: Callable[[list[Picture]], Any]
    """Pictures (height, width, 3) → the model's input, (pictures, 3, side, side)."""
    tokenizer: Any = None
    fixed: dict[tuple[str, ...], Vectors] = field(default_factory=dict)
    """What texts that every edit asks for were encoded to, (texts, features); freed with the weights."""

    def prepared(self, frames: Frames, device: str) -> Any:
        """The same of (frames, height, width, 3), on a device."""
        return Preparation.of(self.pixels, frames.shape[1:3])(frames, device)


def repository(default: Any = MISSING) -> Any:
    """The field of where an encoder comes from."""
    return option(default, "The encoder's folder or hub id.", recorded=PLACE)


@dataclass(frozen=True)
class PretrainedEncoder(ABC):
    """A checkpoint that turns pictures into vectors of unit length."""

    capabilities: ClassVar = EncoderCapabilities(weights=True)

    repository: str = repository()
    revision: str | None = option(None, "The commit, tag or branch of the encoder on the hub.", recorded=WORD)
    device: str = given("cpu")
    cache_dir: str | None = given(None)
    store: ModelStore = owner()
    """Who owns the weights."""

    @property
    def threshold(self) -> float | None:
        """The cosine from which an edit counts as complete, if the encoder was calibrated."""
        value = getattr(self.parts.model.config, "frame2frame_threshold", None)
        return None if value is None else float(value)

    def limits_of(self, picture: Vectors) -> Limits | None:
        """What it asks of a picture, (features,); None if it was never calibrated."""
        threshold, config = self.threshold, self.parts.model.config
        if threshold is None:
            return None
        of_photograph = getattr(config, "frame2frame_photograph_threshold", None)
        if of_photograph is None:
            return Limits(threshold, threshold)
        drawing, photograph = self.fixed_texts((DRAWING, PHOTOGRAPH)) @ picture
        if photograph > drawing:
            return Limits(float(of_photograph), of_view=ANY, by_name=True)
        least, deviation = config.frame2frame_name_least, config.frame2frame_name_deviation
        taught = getattr(config, "frame2frame_names", None)
        names = None if taught is None else frozenset(taught)
        return Limits(threshold, threshold, True, least, deviation, names)

    def weights(self) -> Sequence[Path]:
        """Its weight files, as far as they are here."""
        return weights(self.checkpoint.place())

    def images(self, frames: Frames) -> Vectors:
        """(frames, features) of (frames, height, width, 3). Raises ModelError."""
        import torch

        parts, vectors = self.parts, []
        size = _BATCH if self.device == "cpu" else _BATCH_ON_GPU
        with computing(self.device), torch.inference_mode():
            for start in range(0, len(frames), size):
                pixels = parts.prepared(frames[start : start + size], self.device)
                vectors.append(self.image_features(parts.model, pixels))
            return unit(torch.cat(vectors))

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(texts, features); a text is cut at the encoder's own length. Raises ModelError."""
        import torch

        parts = self.parts
        with computing(self.device), torch.inference_mode():
            return unit(self.text_features(parts, texts))

    def fixed_texts(self, texts: tuple[str, ...]) -> Vectors:
        """The same of texts that every edit asks for: they are encoded once while the weights are loaded."""
        fixed = self.parts.fixed
        if texts not in fixed:
            fixed[texts] = self.texts(texts)
        return fixed[texts]

    @abstractmethod
    def image_features(self, model: Any, pixels: Any) -> Any:
        """(pictures, features), of any length."""

    @abstractmethod
    def text_features(self, parts: Parts, texts: Sequence[str]) -> Any:
        """(texts, features), of any length; raises InputError where there is no text side."""

    @abstractmethod
    def read(self, source: Source) -> Parts:
        """The parts of the checkpoint."""

    @property
    def checkpoint(self) -> Pretrained:
        """Where it comes from."""
        return Pretrained("encoder", self.repository, self.revision, self.cache_dir)

    @property
    def parts(self) -> Parts:
        """The loaded checkpoint, read at the first call. Raises ModelError."""
        key = type(self), self.repository, self.revision, self.device, self.cache_dir
        return self.store.get(key, self, lambda: _need(self), lambda: _load(self))


def _need(encoder: PretrainedEncoder) -> Need:
    size = 0
    with suppress(ModelError):  # which loading it says
        size = 4 * encoder.checkpoint.entries()
    return Need(size, numbered(choose_device(encoder.device)))


def _load(encoder: PretrainedEncoder) -> Parts:
    def read(source: Source) -> Parts:
        parts = encoder.read(source)
        _try(encoder, parts)
        return parts

    parts = encoder.checkpoint.read(read)
    parts.model.to(encoder.device)
    return parts


def _try(encoder: PretrainedEncoder, parts: Parts) -> None:
    """Encode a grey picture and a word; raises ValueError for parts that were made for another network."""
    import torch

    with torch.inference_mode():
        grey = parts.pixels([np.full((_TRIED, _TRIED, 3), 127, np.uint8)])
        found = [encoder.image_features(parts.model, grey)]
        if parts.tokenizer is not None:
            found.append(encoder.text_features(parts, ["red"]))
    if not all(one.shape == found[0].shape and one.isfinite().all() and one.any() for one in found):
        raise ValueError("its vectors are no directions of one space")


def read_pixels(source: Source, processor: str) -> Callable[[list[Picture]], Any]:
    """The checkpoint's own preparation of pictures; `processor` is its class in the variant for Pillow."""
    import transformers

    prepare = getattr(transformers, processor).from_pretrained(**without_code(source))

    def pixels(pictures: list[Picture]) -> Any:
        return prepare(images=pictures, input_data_format="channels_last", return_tensors="pt")[
            "pixel_values"
        ]

    return pixels


def unit(vectors: Any) -> Vectors:
    """The vectors of a tensor, each scaled to unit length."""
    array = vectors.float().cpu().numpy()
    return np.asarray(array / np.linalg.norm(array, axis=-1, keepdims=True), dtype=np.float32)
