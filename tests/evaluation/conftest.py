"""A tiny image–text encoder with random weights, and a plan for it and the tiny video model."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

from frame2frame.evaluation.plan import Plan

from ..tiny import tokenizer


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image–text encoder's folder."""
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    layers = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    letters = tokenizer()
    words = {
        "vocab_size": len(letters),
        "max_position_embeddings": 64,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }
    sight = {"image_size": 32, "patch_size": 8}
    config = CLIPConfig(text_config=layers | words, vision_config=layers | sight, projection_dim=16)
    CLIPModel(config).save_pretrained(folder)
    letters.save_pretrained(folder)
    size = {"height": 32, "width": 32}
    CLIPImageProcessorPil(size=size, crop_size=size, do_center_crop=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def plan(video_model: Path, encoder: Path) -> Plan:
    """Three episodes with both tiny models."""
    return Plan(
        count=3,
        device="cpu",
        batch=2,
        model=str(video_model),
        encoder=str(encoder),
        steps=2,
        guidance=1.0,
        rounds=2,
        candidates=2,
    )
