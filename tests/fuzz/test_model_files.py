"""Single files of models, and what the hub says of a repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import save

from frame2frame.engine.files.index import components, kind, read_index
from frame2frame.engine.files.reading import parsed_object
from frame2frame.engine.files.weights import check_weights
from frame2frame.engine.hub.needed import needed
from frame2frame.engine.hub.remote import Remote, _file
from frame2frame.engine.sampling import tiny_vae

from .harness import Target, altered_json, altered_json_file, altered_safetensors, in_a_folder, rendered

_INDEX = {
    "_class_name": "CogVideoXImageToVideoPipeline",
    "_diffusers_version": "0.42.1",
    "transformer": ["diffusers", "CogVideoXTransformer3DModel"],
    "feature_extractor": [None, None],
}
_ANSWERS = {
    "index": _INDEX,
    "config": {"architectures": ["CLIPModel"], "model_type": "clip"},
    "files": ["model_index.json", "transformer/config.json", "transformer/model.safetensors", "config.json"],
}


@cache
def _weights() -> bytes:
    tensors = {"a.weight": torch.ones(2, 3), "b": torch.zeros(4, dtype=torch.bfloat16), "c": torch.ones(())}
    return save(tensors, {"format": "pt"})


@cache
def _tiny() -> bytes:
    return save({"decoder.1.weight": torch.ones(8, 16, 3, 3), "decoder.3.weight": torch.ones(48, 8, 3, 3)})


def _read_index(data: bytes) -> Any:
    def read(folder: Path) -> Any:
        return kind(folder), components(read_index(folder))

    return in_a_folder({"model_index.json": data}, read)


def _read_weights(data: bytes) -> Any:
    return in_a_folder({"vae/model.safetensors": data}, lambda folder: check_weights(folder / "vae"))


def _read_tiny(data: bytes) -> Any:
    def read(folder: Path) -> Any:
        return tiny_vae.read(folder / "x.safetensors", torch.device("cpu"), torch.float32, 16, 8, 4)

    return in_a_folder({"x.safetensors": data}, read)


def _is_answer(answers: Any) -> bool:
    """Whether the hub's client would hand it on, which it does with lists of names only."""
    if not isinstance(answers, dict) or not answers.keys() >= _ANSWERS.keys():
        return False
    files = answers["files"]
    return isinstance(files, list) and all(isinstance(name, str) for name in files)


def _plan(answers: Any) -> Any:
    """What would be fetched of a repository that the hub says this of."""
    files = [_file(SimpleNamespace(rfilename=name, size=5, lfs=None)) for name in answers["files"]]
    texts = {"model_index.json": rendered(answers["index"]), "config.json": rendered(answers["config"])}
    remote = Remote("some/model", 40 * "a", tuple(files))
    return needed(remote, lambda name: parsed_object(texts[name], name, "the hub"))


TARGETS = (
    Target("model index", altered_json_file(_INDEX), _read_index),
    Target("weights", altered_safetensors(_weights()), _read_weights),
    Target("tiny autoencoder", altered_safetensors(_tiny()), _read_tiny, share=0.5),
    Target("answers of the hub", altered_json(_ANSWERS).filter(_is_answer), _plan),
)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_whatever_it_holds_it_is_read_or_refused_in_one_line(target: Target) -> None:
    target.try_some()
