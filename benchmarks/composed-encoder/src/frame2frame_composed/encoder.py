"""The encoder: a picture is the mean of the vectors of the classes that it may show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from frame2frame.plugins import EncoderCapabilities, Frames, Vectors, check, option

from .files import checked, class_names

BATCH = 32
CLASSES = 10

_PREFIX = re.compile(r"^(?:an? )?(?:photo|picture|image)(?:graph)? (?:of|showing) ", re.IGNORECASE)


@dataclass(frozen=True)
class Composed:
    """EfficientNet-Lite0 and MiniLM, composed."""

    capabilities: ClassVar = EncoderCapabilities(weights=True)

    temperature: float = option(1.5, "Of the class probabilities.", above=0, high=100)

    threshold: ClassVar[float | None] = None

    def __post_init__(self) -> None:
        check(self)

    def weights(self) -> Sequence[Path]:
        """Those of both networks."""
        return [checked("sight"), checked("words")]

    def images(self, frames: Frames) -> Vectors:
        """(frames, 384). Raises ModelError."""
        import torch

        sight, (names, _) = _sight(), _names()
        found = []
        with torch.inference_mode():
            for start in range(0, len(frames), BATCH):
                logits = sight.logits(frames[start : start + BATCH])
                best, places = (logits / self.temperature).softmax(-1).topk(CLASSES)
                found.append(np.einsum("fc,fcv->fv", best.numpy(), names[places.numpy()]))
        return _unit(np.concatenate(found))

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(texts, 384). Raises ModelError."""
        _, mean = _names()
        return _unit(_sentences([_PREFIX.sub("", text) for text in texts]) - mean)


@cache
def _sight() -> Any:
    import torch

    from .sight import Sight

    return Sight(torch.load(checked("sight"), map_location="cpu", weights_only=True))


@cache
def _names() -> tuple[np.ndarray[Any, np.dtype[np.float32]], np.ndarray[Any, np.dtype[np.float32]]]:
    """The vectors of the class names, (1000, 384), less their mean, and that mean."""
    vectors = _sentences(class_names())
    mean = vectors.mean(axis=0)
    return _unit(vectors - mean), mean


@cache
def _words() -> tuple[Any, Any]:
    """The tokenizer and the network."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(checked("tokens")))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(128)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    return tokenizer, onnxruntime.InferenceSession(str(checked("words")), settings)


_KNOWN: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}
"""Of each text that was read its vector: most come again with the next picture."""


def _sentences(texts: Sequence[str]) -> Vectors:
    """(texts, 384) of unit length."""
    new = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
    if new:
        _KNOWN.update(zip(new, _read(new), strict=True))
    return np.stack([_KNOWN[text] for text in texts])


def _read(texts: Sequence[str]) -> Vectors:
    """The mean of the vectors of each text's tokens."""
    tokenizer, network = _words()
    found = []
    for start in range(0, len(texts), BATCH):
        read = tokenizer.encode_batch(list(texts[start : start + BATCH]))
        ids, mask = (np.array([getattr(one, name) for one in read]) for name in ("ids", "attention_mask"))
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (tokens,) = network.run(None, given)
        found.append((tokens * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True))
    return _unit(np.concatenate(found))


def _unit(vectors: np.ndarray[Any, Any]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)
