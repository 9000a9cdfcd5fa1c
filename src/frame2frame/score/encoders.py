"""Encoders of pictures: CLIP and SigLIP put texts into the same space, DINO sees pictures only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..engine.device.turns import computing
from ..engine.models.pretrained import read_model, read_tokenizer
from ..errors import InputError, ModelError
from ..plugins.capabilities import EncoderCapabilities
from ..values import Picture, Vectors
from .pretrained import Parts, PretrainedEncoder, read_pixels, repository
from .reading import Reading, read_any, read_english


@dataclass(frozen=True)
class ClipEncoder(PretrainedEncoder):
    """A CLIP model of transformers: a hub id or a folder; the tabletop's own is one too."""

    def text_features(self, parts: Parts, texts: Sequence[str]) -> Any:
        # What follows a text is not attended to, so they are padded to the longest of them only.
        tokens, model = _tokens(parts, texts, "longest"), parts.model
        seen = model.text_model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        return model.text_projection(seen.pooler_output)

    def reading(self, text: str) -> Reading:
        """How the text reaches the encoder: CLIP learned from English captions."""
        parts = self.parts
        with computing(self.device):
            return read_english(parts.tokenizer, text, _most_tokens(parts))

    def image_features(self, model: Any, pixels: Any) -> Any:
        return model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)

    def read(self, source: Mapping[str, Any]) -> Parts:
        return _with_words(source, read_model(source, {"clip": "CLIPModel"}), "CLIPImageProcessorPil")


@dataclass(frozen=True)
class SiglipEncoder(PretrainedEncoder):
    """A SigLIP or SigLIP 2 model of fixed resolution (Tschannen et al. 2025, arXiv 2502.14786)."""

    repository: str = repository("google/siglip2-base-patch16-224")

    def text_features(self, parts: Parts, texts: Sequence[str]) -> Any:
        """Capitals mean nothing to it."""
        # It was trained on lower case, which not every version of its tokenizer sees to, and on padding that
        # is attended to: its last place is what is read out, so there is no mask.
        tokens = _tokens(parts, [text.lower() for text in texts], "max_length")
        return parts.model.text_model(input_ids=tokens["input_ids"]).pooler_output

    def reading(self, text: str) -> Reading:
        """How the text reaches the encoder, in any language that its tokenizer writes."""
        parts = self.parts
        with computing(self.device):
            return read_any(parts.tokenizer, text.lower(), _most_tokens(parts))

    def image_features(self, model: Any, pixels: Any) -> Any:
        return model.vision_model(pixel_values=pixels).pooler_output

    def read(self, source: Mapping[str, Any]) -> Parts:
        return _with_words(source, read_model(source, {"siglip": "SiglipModel"}), "SiglipImageProcessorPil")


@dataclass(frozen=True)
class DinoEncoder(PretrainedEncoder):
    """A DINOv2 or DINOv3 vision transformer; its class token tells pictures apart, without words.

    Oquab et al. 2023 (arXiv 2304.07193), Siméoni et al. 2025 (arXiv 2508.10104).
    """

    capabilities: ClassVar = EncoderCapabilities(words=False, weights=True)

    repository: str = repository("facebook/dinov2-base")

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Raises InputError: there is no text side."""
        raise InputError(
            "DINO sees pictures only, so it cannot say how well a frame fits a text",
            got=f"the text {texts[0]!r}" if texts else "",
            remedy="score texts with CLIP or SigLIP, and use DINO for identity",
        )

    def text_features(self, parts: Parts, texts: Sequence[str]) -> Any:
        return self.texts(texts)

    def image_features(self, model: Any, pixels: Any) -> Any:
        return model(pixel_values=pixels).pooler_output

    def read(self, source: Mapping[str, Any]) -> Parts:
        model = read_model(
            source,
            {
                "dinov2": "Dinov2Model",
                "dinov2_with_registers": "Dinov2WithRegistersModel",
                "dinov3_vit": "DINOv3ViTModel",
            },
        )
        if model.config.model_type == "dinov3_vit":
            return Parts(model, _dinov3_pixels(source))
        return Parts(model, read_pixels(source, "BitImageProcessorPil"))


def _with_words(source: Mapping[str, Any], model: Any, processor: str) -> Parts:
    words = read_tokenizer(source, model.config.text_config.vocab_size)
    return Parts(model, read_pixels(source, processor), words)


def _most_tokens(parts: Parts) -> int:
    return int(parts.model.config.text_config.max_position_embeddings)


def _tokens(parts: Parts, texts: Sequence[str], padding: str) -> Any:
    """On the network's own device; a text is cut at its own length."""
    return parts.tokenizer(
        list(texts),
        padding=padding,
        padding_side="right",
        max_length=_most_tokens(parts),
        truncation=True,
        return_tensors="pt",
    ).to(parts.model.device)


def _dinov3_pixels(source: Mapping[str, Any]) -> Callable[[list[Picture]], Any]:
    """What DINOv3's processor does: it scales to 0…1 before it resizes, and exists for torchvision only."""
    import torch
    from transformers import BitImageProcessorPil

    settings, _ = BitImageProcessorPil.get_image_processor_dict(**source)
    if settings.get("do_center_crop") or settings.get("resample") != 2:
        raise ModelError(
            "the pictures of this DINOv3 model are to be prepared in a way that is not known here",
            got=f"do_center_crop {settings.get('do_center_crop')}, resample {settings.get('resample')}",
            remedy="use a model published by its authors",
        )
    size = (settings["size"]["height"], settings["size"]["width"])
    mean, deviation = (torch.tensor(settings[name])[:, None, None] for name in ("image_mean", "image_std"))

    def pixels(pictures: list[Picture]) -> Any:
        levels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
        resized = torch.nn.functional.interpolate(
            levels * settings["rescale_factor"], size=size, mode="bilinear", antialias=True
        )
        return (resized - mean) / deviation

    return pixels
