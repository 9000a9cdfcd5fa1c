"""Weights from a folder into modules ready for use. Imported when a model loads."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import torch
from transformers import PreTrainedModel, T5Tokenizer

from ...errors import Frame2FrameError, MissingPackageError, ModelError
from ..device.placement import choose_device, numbered
from ..files.building import check_building
from ..files.folder import check_folder
from ..files.reading import AGAIN
from ..files.weights import weight_files
from ..files.words import loaded
from ..kernels.int8 import store
from . import checkpoint

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


def load_component(
    kind: Any,
    folder: Path,
    component: str,
    dtype: torch.dtype,
    small: bool = False,
    trial: Callable[[Any], None] | None = None,
) -> Any:
    """One component in evaluation mode; raises ModelError unless all its weights are there and fit.

    The weights of a `small` one are 8 bits from then on. `trial` runs the network without its numbers first,
    and raises whatever it likes where it does not run.
    """
    place = folder / component
    check_folder(place)
    check_building(partial(_build, kind, place), weight_files(place), place, trial)
    try:
        model, report = kind.from_pretrained(
            place,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            dtype=dtype,
        )
    except (MemoryError, Frame2FrameError):
        raise
    except Exception as error:  # as many kinds as there are classes
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


def _build(kind: Any, place: Path) -> Any:
    """A network as its configuration has it, with weights of its own."""
    if issubclass(kind, PreTrainedModel):
        return kind(kind.config_class.from_pretrained(place, local_files_only=True))
    return kind.from_config(checkpoint.read_config(place.parent, place.name))


def _foreign(folder: Path, component: str, detail: str) -> ModelError:
    return ModelError(
        f"the weights in {folder / component} do not belong to its configuration",
        got=detail[:200],
        remedy=AGAIN,
    )


def load_tokenizer(folder: Path, most: int) -> T5Tokenizer:
    """The T5 tokenizer of a checkpoint, for a text encoder of so many words.

    Raises ModelError, MissingPackageError.
    """
    checkpoint.check_tokenizer(folder)
    place = folder / "tokenizer"
    check_folder(place)
    if not (place / "tokenizer.json").is_file():
        _need_sentencepiece()
    read = partial(T5Tokenizer.from_pretrained, place, local_files_only=True)
    tokenizer: T5Tokenizer = loaded(read, str(place), most)
    return tokenizer


def _need_sentencepiece() -> None:
    """Published CogVideoX models bring a SentencePiece file only, which transformers cannot read alone."""
    try:
        for name in ("sentencepiece", "google.protobuf"):
            importlib.import_module(name)
    except ImportError as error:
        what, remedy = "this model's tokenizer needs two packages more", "pip install sentencepiece protobuf"
        raise MissingPackageError(what, remedy=remedy) from error
