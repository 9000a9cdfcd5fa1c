"""Files of models."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch
from safetensors.torch import save

from frame2frame.model_files.index import components, kind, read_index
from frame2frame.model_files.weights import check_weights

from .harness import Target, altered_json_file, altered_safetensors, in_a_folder

_INDEX = {
    "_class_name": "CogVideoXImageToVideoPipeline",
    "_diffusers_version": "0.42.1",
    "transformer": ["diffusers", "CogVideoXTransformer3DModel"],
    "feature_extractor": [None, None],
}


@cache
def _weights() -> bytes:
    tensors = {"a.weight": torch.ones(2, 3), "b": torch.zeros(4, dtype=torch.bfloat16), "c": torch.ones(())}
    return save(tensors, {"format": "pt"})


def _read_index(data: bytes) -> Any:
    return in_a_folder(
        {"model_index.json": data}, lambda folder: (kind(folder), components(read_index(folder)))
    )


def _read_weights(data: bytes) -> Any:
    return in_a_folder({"vae/model.safetensors": data}, lambda folder: check_weights(folder / "vae"))


TARGETS = (
    Target("model index", altered_json_file(_INDEX), _read_index),
    Target("weights", altered_safetensors(_weights()), _read_weights),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
    target.try_some()
