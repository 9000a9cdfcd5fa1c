"""Encoders that are published as transformers checkpoints: what loading and running them has in common.

A checkpoint is a hub id or a folder. It is read from this computer only, from safetensors only, and no code
that comes with it is run.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.device.hardware import numbered
from ..engine.device.placement import choose_device, quiet_loading
from ..engine.device.turns import computing
from ..engine.files.building import check_building
from ..engine.files.folder import check_folder
from ..engine.files.reading import AGAIN
from ..engine.files.weights import check_weights, count_entries, weight_files
from ..engine.files.words import loaded
from ..engine.models import catalogue
from ..engine.models.store import ModelStore, Need, owner
from ..errors import Frame2FrameError, ModelError
from ..plugins.options import given, option
from ..values import PLACE, WORD, Frames, Picture, Vectors
from .levels import Preparation

_TRIED = 64
"""Pixels a side of what a new encoder is tried on."""
_BATCH, _BATCH_ON_GPU = 32, 256
"""Pictures encoded at once; on a processor more would cost memory and win no time."""


@dataclass(frozen=True)
class Parts:
    """What a checkpoint is made of."""

    model: Any
    pixels: Callable[[list[Picture]], Any]
    """Pictures (height, width, 3) → the model's input, (pictures, 3, side, side)."""
    tokenizer: Any = None

    def prepared(self, frames: Frames, device: str) -> Any:
        """The same of (frames, height, width, 3), on a device."""
        return Preparation.of(self.pixels, frames.shape[1:3])(frames, device)


def repository(default: Any = MISSING) -> Any:
    """The field of where an encoder comes from."""
    return option(default, "The encoder's folder or hub id.", recorded=PLACE)


@dataclass(frozen=True)
class PretrainedEncoder(ABC):
    """A checkpoint that turns pictures into vectors of unit length."""

    repository: str = repository()
    revision: str | None = option(None, "The commit, tag or branch of the encoder on the hub.", recorded=WORD)
    device: str = given("cpu")
    cache_dir: str | None = given(None)
    store: ModelStore = owner()
    """Who owns the weights."""

    @property
    def threshold(self) -> float | None:
        """The cosine from which an edit counts as complete, if the encoder was calibrated."""
        value = getattr(self.parts.model.config, "frame2frame_threshold", None)
        return None if value is None else float(value)

    def images(self, frames: Frames) -> Vectors:
        """(frames, features) of (frames, height, width, 3). Raises ModelError."""
        import torch

        parts, vectors = self.parts, []
        size = _BATCH if self.device == "cpu" else _BATCH_ON_GPU
        with computing(self.device), torch.inference_mode():
            for start in range(0, len(frames), size):
                pixels = parts.prepared(frames[start : start + size], self.device)
                vectors.append(self.image_features(parts.model, pixels))
            return unit(torch.cat(vectors))

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(texts, features); a text is cut at the encoder's own length. Raises ModelError."""
        import torch

        parts = self.parts
        with computing(self.device), torch.inference_mode():
            return unit(self.text_features(parts, texts))

    @abstractmethod
    def image_features(self, model: Any, pixels: Any) -> Any:
        """(pictures, features), of any length."""

    @abstractmethod
    def text_features(self, parts: Parts, texts: Sequence[str]) -> Any:
        """(texts, features), of any length; raises InputError where there is no text side."""

    @abstractmethod
    def read(self, source: Mapping[str, Any]) -> Parts:
        """The parts of the checkpoint; `source` is what `from_pretrained` wants to know."""

    @property
    def parts(self) -> Parts:
        """The loaded checkpoint, read at the first call. Raises ModelError."""
        key = type(self), self.repository, self.revision, self.device, self.cache_dir
        return self.store.get(key, self, lambda: _need(self), lambda: _load(self))


def _need(encoder: PretrainedEncoder) -> Need:
    place, size = _place(encoder), 0
    with suppress(ModelError):  # which loading it says
        size = 4 * count_entries(place) if place else 0
    return Need(size, numbered(choose_device(encoder.device)))


def _load(encoder: PretrainedEncoder) -> Parts:
    place = _place(encoder)
    if place is None:
        raise _absent(encoder)
    source = {
        "pretrained_model_name_or_path": str(place),
        "local_files_only": True,  # nothing is fetched unless it was asked for by name
        "trust_remote_code": False,
    }
    try:
        check_folder(place)
        with quiet_loading():
            parts = encoder.read(source)
            parts.model.eval()
            _try(encoder, parts)
    except Frame2FrameError as error:
        if error.remedy != AGAIN:
            raise
        raise ModelError(error.what, got=error.got, remedy=_again(encoder)) from error
    except Exception as error:  # transformers raises OSError, ValueError, SafetensorError and more
        what = f"the encoder in {encoder.repository} cannot be loaded"
        raise ModelError(what, got=f"{error!s:.200}", remedy=_again(encoder)) from error
    parts.model.to(encoder.device)
    return parts


def _try(encoder: PretrainedEncoder, parts: Parts) -> None:
    """Encode a grey picture and a word; raises ValueError for parts that were made for another network."""
    import torch

    with torch.inference_mode():
        grey = parts.pixels([np.full((_TRIED, _TRIED, 3), 127, np.uint8)])
        found = [encoder.image_features(parts.model, grey)]
        if parts.tokenizer is not None:
            found.append(encoder.text_features(parts, ["red"]))
    if not all(one.shape == found[0].shape and one.isfinite().all() and one.any() for one in found):
        raise ValueError("its vectors are no directions of one space")


def read_model(source: Mapping[str, Any], kinds: Mapping[str, str]) -> Any:
    """The network of a checkpoint, by the class that `kinds` has for its model type.

    Raises ModelError for a checkpoint of another kind, or one that lacks weights.
    """
    import transformers

    configuration = transformers.AutoConfig.from_pretrained(**source)
    if configuration.model_type not in kinds:
        raise ModelError(
            f"the model {_name(source)} is not of the kind that this encoder reads ({', '.join(kinds)})",
            got=configuration.model_type,
            remedy="name another model, or the encoder that goes with this one",
        )
    network = getattr(transformers, kinds[configuration.model_type])
    place = Path(_name(source))
    check_weights(place)
    check_building(lambda: network(configuration), weight_files(place), place)
    model, report = network.from_pretrained(
        **_without_code(source),
        config=configuration,
        dtype="float32",
        use_safetensors=True,
        output_loading_info=True,
    )
    if report["missing_keys"]:  # transformers would go on with random numbers in their place
        raise ModelError(
            f"the encoder {_name(source)} lacks weights",
            got=f"none for {min(report['missing_keys'])}",
            remedy=AGAIN,
        )
    return model


def read_pixels(source: Mapping[str, Any], processor: str) -> Callable[[list[Picture]], Any]:
    """The checkpoint's own preparation of pictures; `processor` is its class in the variant for Pillow."""
    import transformers

    prepare = getattr(transformers, processor).from_pretrained(**_without_code(source))

    def pixels(pictures: list[Picture]) -> Any:
        return prepare(images=pictures, input_data_format="channels_last", return_tensors="pt")[
            "pixel_values"
        ]

    return pixels


def read_tokenizer(source: Mapping[str, Any], words: int) -> Any:
    """The checkpoint's own tokenizer, for a network that knows so many words.

    Raises ModelError for one that knows no words, which transformers makes up where its files are missing.
    """
    from transformers import AutoTokenizer

    return loaded(lambda: AutoTokenizer.from_pretrained(**source), _name(source), words)


def _without_code(source: Mapping[str, Any]) -> dict[str, Any]:
    """For classes that are named here, which never run a stranger's code and do not take the option."""
    return {name: value for name, value in source.items() if name != "trust_remote_code"}


def _name(source: Mapping[str, Any]) -> str:
    return str(source["pretrained_model_name_or_path"])


def _absent(encoder: PretrainedEncoder) -> ModelError:
    fetch = _again(encoder)
    if encoder.repository.startswith("facebook/dinov3"):
        fetch = f"ask for access on its page, log in with `hf auth login`, then {fetch}"
    return ModelError(f"the encoder {encoder.repository} is not here", remedy=fetch)


def _again(encoder: PretrainedEncoder) -> str:
    """How to get the files anew."""
    name = encoder.repository
    if os.path.isdir(name):
        return "copy its folder again"
    return f"fetch it with: {catalogue.pull_command(name, encoder.revision, encoder.cache_dir)}"


def is_here(encoder: PretrainedEncoder) -> bool:
    """Whether the checkpoint is on this machine."""
    return _place(encoder) is not None


def check_whole(encoder: PretrainedEncoder) -> None:
    """Raise ModelError unless the checkpoint is here with all its files in full; nothing is loaded."""
    place = _place(encoder)
    if place is None:
        raise _absent(encoder)
    try:
        check_folder(place)
        check_weights(place)
    except ModelError as error:
        raise ModelError(error.what, got=error.got, remedy=_again(encoder)) from error


def _place(encoder: PretrainedEncoder) -> Path | None:
    """The folder that the encoder is read from, if it is here."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    if os.path.isdir(encoder.repository):
        return Path(encoder.repository)
    try:
        found = try_to_load_from_cache(
            encoder.repository, "config.json", cache_dir=encoder.cache_dir, revision=encoder.revision
        )
    except HFValidationError:  # it is no hub id at all
        return None
    return Path(found).parent if isinstance(found, str) else None


def unit(vectors: Any) -> Vectors:
    """The vectors of a tensor, each scaled to unit length."""
    array = vectors.float().cpu().numpy()
    return np.asarray(array / np.linalg.norm(array, axis=-1, keepdims=True), dtype=np.float32)
