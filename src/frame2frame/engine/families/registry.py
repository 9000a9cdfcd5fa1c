"""Which checkpoints are run, told by their index and their configurations: no weights are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .cogvideox import config as cogvideox
from .diffusers import table as diffusers_table
from .wan import config as wan

NAMES = {"cogvideox": "CogVideoX", "wan": "Wan 2.2", "pipeline": "its own diffusers pipeline"}
"""The generators of video models, in words."""

CLASSES = {
    "cogvideox": (cogvideox.PIPELINE,),
    "wan": wan.PIPELINES,
    "pipeline": tuple(
        name for kind in diffusers_table.KINDS.values() for name in (kind.pipeline, *kind.also)
    ),
}
"""The classes of a `model_index.json` that each of them runs."""


def require(folder: Path, family: str) -> None:
    """Raise ModelError unless the generator can draw with the model whose configurations are in `folder`."""
    _READERS[family](folder)


def _of_a_pipeline(folder: Path) -> None:
    diffusers_table.kind_of(folder)
    diffusers_table.check_pictures(folder)


_READERS: Mapping[str, Callable[[Path], Any]] = {
    "cogvideox": cogvideox.read_layout,
    "wan": wan.read_layout,
    "pipeline": _of_a_pipeline,
}
