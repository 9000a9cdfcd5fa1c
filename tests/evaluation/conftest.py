"""A tiny image–text encoder with random weights, and a plan for it and the tiny video model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

from frame2frame import plan as planning
from frame2frame.engine.models.store import ModelStore
from frame2frame.evaluation import episodes
from frame2frame.evaluation.plan import Plan
from frame2frame.worlds.tabletop import episode

from ..tiny import tokenizer

DRAWN = cache(episode)


@pytest.fixture(scope="module", autouse=True)
def _made_once(store: ModelStore) -> Iterator[None]:
    """Episodes are drawn and models loaded once for all parts of the benchmark."""

    def planned(request: Any, own: ModelStore | None = None) -> Any:
        return of(request, own or store)

    of = planning.of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(episodes, "episode", DRAWN)
        patch.setattr(planning, "of", planned)
        yield


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
