"""Whole models, of which one file was altered: found, checked, loaded and made to begin a clip."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from safetensors.torch import save

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.models.catalogue import WEIGHTS
from frame2frame.plugins.stages import Item
from frame2frame.score.encoders import ClipEncoder
from frame2frame.values import Caption

from ..tiny import ROTARY, pipeline, wan
from .harness import Target, altered_bytes, altered_json_file, altered_safetensors

Altered = tuple[str, bytes]
"""A file of a model, by its path in the model's folder, and what stands in it instead."""

SIDE = 32
PICTURE = np.full((SIDE, SIDE, 3), 127, np.uint8)


@cache
def _cogvideox() -> Path:
    return _saved(pipeline(ROTARY))


@cache
def _wan() -> Path:
    return _saved(wan(held=True))


def _saved(made: Any) -> Path:
    home = TemporaryDirectory()
    _HOMES.append(home)
    with quiet_loading():
        made.save_pretrained(home.name)
    return Path(home.name)


_HOMES: list[TemporaryDirectory[str]] = []
"""Kept until the process ends."""


def _clip() -> Path:
    return WEIGHTS / "clip"


def altered(model: Callable[[], Path], *patterns: str) -> st.SearchStrategy[Altered]:
    """One of the model's files that fit the patterns, altered; the model is made when the first is drawn."""

    def files() -> st.SearchStrategy[Altered]:
        folder = model()
        names = sorted(path for pattern in patterns for path in folder.glob(pattern))
        return st.sampled_from(names).flatmap(
            lambda path: st.tuples(st.just(path.relative_to(folder).as_posix()), _altered_file(path))
        )

    return st.deferred(files)


def _altered_file(path: Path) -> st.SearchStrategy[bytes]:
    data = path.read_bytes()
    if path.suffix == ".json":
        return altered_json_file(json.loads(data))
    return altered_safetensors(data) if path.suffix == ".safetensors" else altered_bytes(data)


def with_altered(model: Callable[[], Path], one: Altered, read: Callable[[Path], object]) -> object:
    """What `read` makes of a copy of the model with that file in it; all other files are links."""
    with TemporaryDirectory() as home:
        folder = Path(home) / "model"
        shutil.copytree(model(), folder, copy_function=os.symlink)
        name, data = one
        (folder / name).unlink()
        (folder / name).write_bytes(data)
        return read(folder)


def _begin(generator: Any) -> object:
    """Check it, load it, and take one step."""
    sampling = generator.sampling(PICTURE, generator.check().chunk + 1, 1, 1.0)
    draft = generator.draft([Item(PICTURE, Caption("a", "a", "test"), 1)], sampling)
    return draft.advance(1)


def _begin_cogvideox(one: Altered) -> object:
    return with_altered(
        _cogvideox, one, lambda folder: _begin(CogVideoX(str(folder), height=SIDE, width=SIDE))
    )


def _begin_wan(one: Altered) -> object:
    return with_altered(_wan, one, lambda folder: _begin(Wan(str(folder), height=SIDE, width=SIDE)))


def _encode(one: Altered) -> object:
    def read(folder: Path) -> object:
        encoder = ClipEncoder(str(folder))
        return encoder.images(PICTURE[None]), encoder.texts(["a red ball"]), encoder.threshold

    return with_altered(_clip, one, read)


def _lora_of() -> bytes:
    rank, module = 2, "transformer.transformer_blocks.0.attn1.to_q"
    tensors = {
        f"{module}.lora_A.weight": torch.ones(rank, 32),
        f"{module}.lora_B.weight": torch.ones(32, rank),
        f"{module}.alpha": torch.tensor(2.0),
    }
    notes = json.dumps({"transformer.lora_alpha": 2, "transformer.alpha_pattern": {module: 3}})
    return save(tensors, {"lora_adapter_metadata": notes})


def _begin_with_lora(data: bytes) -> object:
    with TemporaryDirectory() as home:
        (Path(home) / "style.safetensors").write_bytes(data)
        lora = f"{home}/style.safetensors:0.5"
        return _begin(CogVideoX(str(_cogvideox()), height=SIDE, width=SIDE, loras=(lora,)))


CONFIGURATIONS = ("model_index.json", "*/config.json", "scheduler/*.json")

TARGETS = (
    Target("CogVideoX configurations", altered(_cogvideox, *CONFIGURATIONS), _begin_cogvideox, share=0.5),
    Target("CogVideoX tokenizer", altered(_cogvideox, "tokenizer/*"), _begin_cogvideox, share=0.3),
    Target("CogVideoX weights", altered(_cogvideox, "*/*.safetensors"), _begin_cogvideox, share=0.3),
    Target("Wan configurations", altered(_wan, *CONFIGURATIONS), _begin_wan, share=0.5),
    Target("LoRA", altered_safetensors(_lora_of()), _begin_with_lora, share=0.5),
    Target("CLIP files", altered(_clip, "*.json", "*.safetensors"), _encode, share=0.5),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_model_with_an_altered_file_begins_a_clip_or_is_refused_in_one_line(target: Target) -> None:
    target.try_some()
