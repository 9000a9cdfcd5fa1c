"""Weights from a folder into modules ready for use. Imported when a model loads."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import torch
from transformers import T5Tokenizer

from ..errors import MissingPackageError, ModelError
from ..model_files.reading import AGAIN
from ..placement import choose_device, numbered
from . import checkpoint
from .stored import store

Parts = TypeVar("Parts")
Wish = ParamSpec("Wish")
"""Number format and what else a family reads a checkpoint by."""

_loaded: dict[tuple[Any, ...], dict[torch.device, Any]] = {}
"""By all but the device."""


def kept(
    read: Callable[Concatenate[Path, str, Wish], Parts],
    folder: Path,
    device: str,
    *wish: Wish.args,
    **more: Wish.kwargs,
) -> Parts:
    """What `read` makes of a checkpoint, made once a device and kept until another one is asked for."""
    key, place = (read, folder, *wish, *more.items()), numbered(choose_device(device))
    if key not in _loaded:
        _loaded.clear()  # before loading, so that no memory ever holds two models
        _loaded[key] = {}
    if place not in _loaded[key]:
        _loaded[key][place] = read(folder, device, *wish, **more)
    parts: Parts = _loaded[key][place]
    return parts


def forget() -> None:
    """Keep nothing that was read."""
    _loaded.clear()


def load_component(kind: Any, folder: Path, component: str, dtype: torch.dtype, small: bool = False) -> Any:
    """One component in evaluation mode; raises ModelError unless all its weights are there and fit.

    The weights of a `small` one are 8 bits from then on.
    """
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
    model.eval().requires_grad_(False)
    if small:
        store(model)
    return model


def _foreign(folder: Path, component: str, detail: str) -> ModelError:
    return ModelError(
        f"the weights in {folder / component} do not belong to its configuration",
        got=detail[:200],
        remedy=AGAIN,
    )


def load_tokenizer(folder: Path) -> T5Tokenizer:
    """The T5 tokenizer of a checkpoint; raises ModelError, MissingPackageError."""
    checkpoint.check_tokenizer(folder)
    place = folder / "tokenizer"
    if not (place / "tokenizer.json").is_file():
        _need_sentencepiece()
    try:
        tokenizer: T5Tokenizer = T5Tokenizer.from_pretrained(place, local_files_only=True)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError("the tokenizer cannot be read", got=str(place), remedy=AGAIN) from error
    return tokenizer


def _need_sentencepiece() -> None:
    """Published CogVideoX models bring a SentencePiece file only, which transformers cannot read alone."""
    try:
        for name in ("sentencepiece", "google.protobuf"):
            importlib.import_module(name)
    except ImportError as error:
        what, remedy = "this model's tokenizer needs two packages more", "pip install sentencepiece protobuf"
        raise MissingPackageError(what, remedy=remedy) from error
