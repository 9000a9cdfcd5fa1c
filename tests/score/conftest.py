"""Tiny random encoders, in a hub cache laid out as the published ones are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.values import Frames

COMMIT = "0123456789abcdef0123456789abcdef01234567"

_IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
_SQUARE = {"height": 32, "width": 32}
PREPARATIONS: dict[str, dict[str, Any]] = {
    "tiny/siglip2": {
        "do_convert_rgb": None,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_processor_type": "SiglipImageProcessor",
        "image_std": [0.5, 0.5, 0.5],
        "processor_class": "SiglipProcessor",
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": _SQUARE,
    },
    "tiny/dinov2": {
        "crop_size": _SQUARE,
        "do_center_crop": True,
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_processor_type": "BitImageProcessor",
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"shortest_edge": 36},
        **_IMAGENET,
    },
    "tiny/dinov3": {
        "crop_size": None,
        "data_format": "channels_first",
        "default_to_square": True,
        "do_center_crop": None,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_processor_type": "DINOv3ViTImageProcessorFast",
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": _SQUARE,
        **_IMAGENET,
    },
}
"""The keys and the values, but for the sizes, of `preprocessor_config.json` of the published models."""

WORDS = 12
"""The longest text of the tiny SigLIP, in letters with the mark of the end."""


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub cache with one tiny random model of each kind."""
    cache = tmp_path_factory.mktemp("hub")
    torch.manual_seed(0)
    for name, model in (("tiny/siglip2", _siglip()), ("tiny/dinov2", _dinov2()), ("tiny/dinov3", _dinov3())):
        place = cache / f"models--{name.replace('/', '--')}"
        folder = place / "snapshots" / COMMIT
        with quiet_loading():
            model.save_pretrained(folder)
        _write(folder / "preprocessor_config.json", PREPARATIONS[name])
        (place / "refs").mkdir()
        (place / "refs" / "main").write_text(COMMIT, encoding="utf-8")
    _write_tokenizer(cache / "models--tiny--siglip2" / "snapshots" / COMMIT)
    return cache


@pytest.fixture
def pictures() -> Frames:
    """Three pictures of noise in blocks, none of them square."""
    drawn = np.random.default_rng(7).random((3, 6, 9, 3))
    return (np.kron(drawn, np.ones((1, 8, 8, 1))) * 255).astype(np.uint8)


def _siglip() -> Any:
    text = {
        "vocab_size": 64,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": WORDS,
        "projection_size": 16,
    }
    vision = {
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    return transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=vision))


def _dinov2() -> Any:
    return transformers.Dinov2Model(
        transformers.Dinov2Config(
            hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=56, patch_size=8
        )
    )


def _dinov3() -> Any:
    return transformers.DINOv3ViTModel(
        transformers.DINOv3ViTConfig(
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=32,
            patch_size=8,
            num_register_tokens=4,
        )
    )


def _write_tokenizer(folder: Path) -> None:
    """Letters as tokens, in the files that SigLIP 2 has: Gemma's tokenizer with an end and no beginning."""
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"]
    model = models.BPE({piece: index for index, piece in enumerate(pieces)}, [], unk_token="<unk>")
    made = Tokenizer(model)
    made.normalizer = normalizers.Replace(" ", "▁")
    made.pre_tokenizer = pre_tokenizers.Split(" ", behavior="merged_with_previous")
    made.post_processor = processors.TemplateProcessing(
        single="$A <eos>", pair="$A <eos> $B <eos>", special_tokens=[("<eos>", 1)]
    )
    made.add_special_tokens(["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"])
    made.save(str(folder / "tokenizer.json"))
    settings = {
        "add_bos_token": False,
        "add_eos_token": True,
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "model_input_names": ["input_ids"],
        "model_max_length": WORDS,
        "pad_token": "<pad>",
        "padding_side": "right",
        "processor_class": "SiglipProcessor",
        "tokenizer_class": "GemmaTokenizer",
        "unk_token": "<unk>",
    }
    _write(folder / "tokenizer_config.json", settings)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
