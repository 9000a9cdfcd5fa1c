"""Weights from a folder into modules ready for use. Imported when a model loads."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import PreTrainedModel, T5Tokenizer

from ...errors import Frame2FrameError, MissingPackageError, ModelError
from ..device.hardware import numbered
from ..device.placement import choose_device, choose_dtype, choose_economy
from ..files.building import check_building
from ..files.folder import check_folder
from ..files.reading import AGAIN
from ..files.weights import count_entries, weight_files
from ..files.words import loaded
from ..kernels.int8 import store
from . import checkpoint
from .store import ModelStore, Need

Parts = TypeVar("Parts")


@dataclass(frozen=True)
class Loading:
    """A checkpoint in a folder, and how its weights are wanted."""

    folder: Path
    components: tuple[str, ...]
    """Those with weights."""
    device: str
    dtype: str
    memory: str
    """A preset, as in `memory.PRESETS`."""
    wish: tuple[Any, ...] = ()
    """What else tells these weights from others of the same checkpoint."""

    def kept(self, store: ModelStore, user: object, read: Callable[[], Parts]) -> Parts:
        """What `read` makes of it, made once and kept in the store; see `ModelStore.get`."""
        return store.get(self.key, user, self.need, read)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.folder, self.place, self.dtype, self.memory, self.wish)

    @property
    def place(self) -> torch.device:
        return numbered(choose_device(self.device))

    def need(self) -> Need:
        """Judged by the weight files."""
        entries, economy = 0, choose_economy(self.memory, self.place)
        with suppress(ModelError):  # which loading them says
            entries = sum(count_entries(self.folder / component) for component in self.components)
        size = entries * choose_dtype(self.dtype, self.place).itemsize
        return Need(size, self.place, economy.limit, economy.main)


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
