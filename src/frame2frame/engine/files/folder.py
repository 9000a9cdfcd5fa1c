"""The small files of one component, looked at before diffusers or transformers read them by themselves."""

from __future__ import annotations

from pathlib import Path

from ...errors import InputError, ModelError
from ...files.regular import opened
from .fields import check_fields
from .reading import AGAIN, limit_of, read_object

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
                check_fields(value, str(path))
        elif path.suffix in _READ and not path.is_dir():
            _check_size(path)


def _check_size(path: Path) -> None:
    try:
        with opened(path) as file:
            size = file.seek(0, 2)
    except InputError as error:
        raise ModelError(error.what, got=error.got, remedy=AGAIN) from error
    if size > limit_of(path):
        got = f"{size:,} bytes in {path}"
        raise ModelError(f"{path.name} is too large", got=got, remedy=AGAIN)
