"""The small files of one component, looked at before diffusers or transformers read them by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError
from ...files.regular import opened
from .fields import check_fields
from .reading import AGAIN, limit_of, read_object

_COUNTING = ("Qwen2VL", "Qwen3VL")
_AREAS = {"shortest_edge": "least_pixels", "longest_edge": "most_pixels"}
_READ = (".json", ".txt", ".model", ".jinja")
_CONFIGURATIONS = (
    "config.json", "scheduler_config.json", "guider_config.json", "generation_config.json",
    "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json",
)  # fmt: skip


def check_folder(place: Path) -> None:
    """Raise ModelError unless all files that may be read are regular ones, of a possible size and form."""
    if not place.is_dir():
        raise ModelError("the model lacks a component", got=str(place), remedy=AGAIN)
    for path in sorted(place.iterdir()):
        if path.suffix == ".json" and not path.is_dir():
            value = read_object(path)
            if path.name in _CONFIGURATIONS:
                check_fields(_without_areas(value), str(path))
        elif path.suffix in _READ and not path.is_dir():
            _check_size(path)


def _without_areas(config: dict[str, Any]) -> dict[str, Any]:
    """Qwen's processors call `size` what a picture may have in pixels, all told; no side is that long."""
    kind = str(config.get("image_processor_type") or config.get("video_processor_type") or "")
    if not kind.startswith(_COUNTING) or not isinstance(config.get("size"), dict):
        return config
    return {**config, "size": {_AREAS.get(name, name): value for name, value in config["size"].items()}}


def _check_size(path: Path) -> None:
    try:
        with opened(path) as file:
            size = file.seek(0, 2)
    except InputError as error:
        raise ModelError(error.what, got=error.got, remedy=AGAIN) from error
    if size > limit_of(path):
        got = f"{size:,} bytes in {path}"
        raise ModelError(f"{path.name} is too large", got=got, remedy=AGAIN)
