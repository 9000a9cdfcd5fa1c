"""Weights from a folder into modules ready for use. Imported when a model loads."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import T5Tokenizer

from ..errors import MissingPackageError, ModelError
from . import checkpoint

Parts = TypeVar("Parts")
Read = Callable[[Path, str, str], Parts]
"""From a folder, a device and a number format to what a family keeps of a checkpoint."""

_loaded: dict[tuple[Any, Path, str, str], Any] = {}


def kept(read: Read[Parts], folder: Path, device: str, dtype: str) -> Parts:
    """What `read` makes of the checkpoint, made once and kept until another one is asked for."""
    key = (read, folder, device, dtype)
    if key not in _loaded:
        _loaded.clear()  # before loading, so that memory never holds two models
        _loaded[key] = read(folder, device, dtype)
    parts: Parts = _loaded[key]
    return parts


def load_component(kind: Any, folder: Path, component: str, dtype: torch.dtype) -> Any:
    """One component in evaluation mode; raises ModelError unless all its weights are there and fit."""
    try:
        model, report = kind.from_pretrained(
            folder / component,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            dtype=dtype,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise _foreign(folder, component, str(error)) from error
    wrong = sorted({str(key) for key in [*report["missing_keys"], *report["mismatched_keys"]]})
    if wrong:
        raise _foreign(
            folder, component, f"no {wrong[0]}" + (f" and {len(wrong) - 1} more" if wrong[1:] else "")
        )
    return model.eval().requires_grad_(False)


def _foreign(folder: Path, component: str, detail: str) -> ModelError:
    return ModelError(
        f"the weights in {folder / component} do not belong to its configuration",
        got=detail[:200],
        remedy=checkpoint.AGAIN,
    )


def load_tokenizer(folder: Path) -> T5Tokenizer:
    """The T5 tokenizer of a checkpoint; raises ModelError, MissingPackageError."""
    place = folder / "tokenizer"
    if not (place / "tokenizer.json").is_file():
        _need_sentencepiece()
    try:
        tokenizer: T5Tokenizer = T5Tokenizer.from_pretrained(place, local_files_only=True)
        return tokenizer
    except (OSError, ValueError, TypeError) as error:
        raise ModelError("the tokenizer cannot be read", got=str(place), remedy=checkpoint.AGAIN) from error


def _need_sentencepiece() -> None:
    """Published CogVideoX models bring a SentencePiece file only, which transformers cannot read alone."""
    try:
        for name in ("sentencepiece", "google.protobuf"):
            importlib.import_module(name)
    except ImportError as error:
        what, remedy = "this model's tokenizer needs two packages more", "pip install sentencepiece protobuf"
        raise MissingPackageError(what, remedy=remedy) from error
