"""Which files of a repository an edit needs: the configuration and the safetensors weights of each component.

Two layouts are known: diffusers, with `model_index.json` and a folder a component, and transformers, with one
`config.json`, for encoders and vision-language models; of a LoRA it is one file. What is refused is refused
before anything large comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ...errors import ModelError
from ..files.index import CONFIG, INDEX, checked, class_of, components
from ..models.catalogue import family_of
from ..models.lora import USUAL
from .remote import File, Remote

_SMALL = (".json", ".txt", ".model", ".jinja")
_SHARD = re.compile(r"(diffusion_pytorch_model|model)-\d{5}-of-\d{5}\.safetensors")
_SINGLE = ("diffusion_pytorch_model.safetensors", "model.safetensors")
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")

_ENCODERS = ("clip", "siglip", "dino")


@dataclass(frozen=True)
class Needed:
    """The files to fetch and what they are for."""

    kind: str
    """The class that the repository says it is for."""
    files: tuple[File, ...]
    family: str = ""
    """The generator that runs a video model; empty for an encoder or a LoRA."""

    @property
    def video(self) -> bool:
        return bool(self.family)


Read = Callable[[str], dict[str, Any]]
"""A JSON file of the repository by its name."""


def needed(remote: Remote, read: Read | None = None) -> Needed:
    """What an edit needs of a repository; `read` takes its files from elsewhere than the hub.

    Raises ModelError for a layout or a class that cannot be used, for weights that are pickled, and for a
    model that brings code of its own.
    """
    read = read or remote.read
    if INDEX in remote.names():
        index = checked(read(INDEX), remote.repository)
        kind, family = _kind_of(remote, index), family_of(index)
        if not kind or not family:
            raise _other(remote, kind)
        parts = tuple(_parts(remote, index))
        return Needed(kind, (_named(remote, INDEX), *parts), family)
    if CONFIG in remote.names():
        config = read(CONFIG)
        kind = class_of(config) or ""
        if not kind.lower().startswith(_ENCODERS) and not _sees_and_writes(config, kind):
            raise _other(remote, kind)
        if "auto_map" in config:
            raise _code(remote, CONFIG)
        return Needed(kind, _component(remote, ""))
    if USUAL in remote.names():
        return single(remote, USUAL)
    got = f"'{remote.repository}', which has neither {INDEX} nor {CONFIG}"
    raise ModelError("this is no model in the diffusers layout", got=got, remedy="see `f2f models list`")


def single(remote: Remote, name: str) -> Needed:
    """One file of a repository, a LoRA; raises ModelError if it is not there."""
    if name not in remote.names():
        others = sorted(other for other in remote.names() if other.endswith(".safetensors"))
        remedy = "it has " + ", ".join(others[:3]) if others else "it has no safetensors file"
        raise ModelError(f"{remote.repository} has no such file", got=repr(name), remedy=remedy)
    return Needed("LoRA", (_named(remote, name),))


def _sees_and_writes(config: Mapping[str, Any], kind: str) -> bool:
    """Whether it is a vision-language model, by its parts and its class; which ones run, the edit says."""
    return "vision_config" in config and kind.endswith("ForConditionalGeneration")


def _kind_of(remote: Remote, index: Mapping[str, Any]) -> str:
    kind = index.get("_class_name")
    if isinstance(kind, list):
        raise _code(remote, INDEX)
    return str(kind or "")


def _other(remote: Remote, kind: str) -> ModelError:
    return ModelError(
        f"{remote.repository} is of another kind than the models that are run: image-to-video, encoders and "
        "vision-language models",
        got=kind or "no class",
        remedy="`f2f models list` names some, docs/reference/models.md all kinds",
    )


def _code(remote: Remote, file: str) -> ModelError:
    return ModelError(
        f"{remote.repository} wants to run code of its own, which is never done",
        got=file,
        remedy="name a model that the installed diffusers knows",
    )


def _parts(remote: Remote, index: Mapping[str, Any]) -> Iterator[File]:
    for name, (library, _) in components(index).items():
        module = f"{name}/{library}.py"
        if module in remote.names():
            raise _code(remote, module)
        yield from _component(remote, name)


def _component(remote: Remote, name: str) -> tuple[File, ...]:
    """The files of one folder, the weights in shards if there is a list of them, else in one file."""
    inside = [file for file in remote.files if _folder(file) == name]
    small = [file for file in inside if file.name.endswith(_SMALL) and not _foreign_list(file)]
    listed = any(file.name.endswith(".safetensors.index.json") for file in small)
    weights = [file for file in inside if _is_weights(_base(file), listed)]
    pickles = sorted(file.name for file in inside if file.name.endswith(_PICKLES))
    if pickles and not weights:
        raise ModelError(
            f"{remote.repository} has pickled weights only, which may run code when read",
            got=pickles[0],
            remedy="name a model with safetensors weights",
        )
    if not inside:
        raise ModelError(f"{remote.repository} lacks a component that it lists", got=name)
    return (*small, *weights)


def _is_weights(base: str, listed: bool) -> bool:
    return bool(_SHARD.fullmatch(base)) if listed else base in _SINGLE


def _foreign_list(file: File) -> bool:
    """Whether it lists shards that are not fetched: pickles, or a variant such as fp16."""
    base = _base(file)
    return base.endswith(".index.json") and base not in {f"{name}.index.json" for name in _SINGLE}


def _folder(file: File) -> str:
    return file.name.rpartition("/")[0]


def _base(file: File) -> str:
    return PurePosixPath(file.name).name


def _named(remote: Remote, name: str) -> File:
    return next(file for file in remote.files if file.name == name)
