"""Image–text encoders: pictures and texts become vectors of unit length in one space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from ..placement import quiet_loading
from ..values import Frames, Vectors

_BATCH = 32
"""Pictures encoded at once; more would cost memory and win no time."""


@dataclass(frozen=True)
class ClipEncoder:
    """A CLIP model of transformers: a hub id or a folder; the tabletop's own is one too."""

    repository: str
    revision: str | None = None
    device: str = "cpu"
    cache_dir: str | None = None

    @property
    def threshold(self) -> float | None:
        """The cosine from which an edit counts as complete, if the encoder was calibrated."""
        value = getattr(self._parts.model.config, "frame2frame_threshold", None)
        return None if value is None else float(value)

    def images(self, frames: Frames) -> Vectors:
        """(frames, features) of (frames, height, width, 3)."""
        import torch

        parts = self._parts
        vectors = []
        with torch.inference_mode():
            for start in range(0, len(frames), _BATCH):
                batch = list(frames[start : start + _BATCH])
                pixels = parts.processor(images=batch, return_tensors="pt")["pixel_values"]
                vectors.append(parts.image_features(pixels.to(self.device)))
        return _unit(torch.cat(vectors))

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(texts, features); a text is cut at the encoder's own length."""
        import torch

        parts = self._parts
        length = parts.model.config.text_config.max_position_embeddings
        tokens = parts.tokenizer(
            list(texts), padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        )
        with torch.inference_mode():
            return _unit(parts.text_features(tokens.to(self.device)))

    @property
    def _parts(self) -> _Parts:
        return _load(self)


@dataclass(frozen=True)
class _Parts:
    model: Any
    processor: Any
    tokenizer: Any

    def image_features(self, pixels: Any) -> Any:
        vision = self.model.vision_model(pixel_values=pixels)
        return self.model.visual_projection(vision.pooler_output)

    def text_features(self, tokens: Any) -> Any:
        text = self.model.text_model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        return self.model.text_projection(text.pooler_output)


@lru_cache(maxsize=2)
def _load(encoder: ClipEncoder) -> _Parts:
    from transformers import AutoTokenizer, CLIPImageProcessorPil, CLIPModel

    # Nothing is fetched unless it was asked for by name.
    where: dict[str, Any] = {
        "revision": encoder.revision,
        "cache_dir": encoder.cache_dir,
        "local_files_only": True,
    }
    try:
        with quiet_loading():
            model: Any = CLIPModel.from_pretrained(encoder.repository, use_safetensors=True, **where)
            processor = CLIPImageProcessorPil.from_pretrained(encoder.repository, **where)
            tokenizer = AutoTokenizer.from_pretrained(encoder.repository, **where)
    except Exception as error:  # transformers raises OSError, ValueError, SafetensorError and more
        raise _unusable(encoder.repository, error) from error
    return _Parts(model.eval().to(encoder.device), processor, tokenizer)


def _unusable(repository: str, error: Exception) -> ModelError:
    if Path(repository).is_dir():
        return ModelError(
            f"the encoder in {repository} cannot be loaded",
            got=str(error)[:200],
            remedy="copy its folder again",
        )
    return ModelError(
        f"the image–text encoder {repository} is not here",
        remedy=f"fetch it with: hf download {repository}",
    )


def _unit(vectors: Any) -> Vectors:
    array = vectors.float().cpu().numpy()
    return np.asarray(array / np.linalg.norm(array, axis=-1, keepdims=True), dtype=np.float32)
