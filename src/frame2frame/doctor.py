"""What is installed and what this machine can do."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from . import catalogue, plugins
from .errors import Frame2FrameError
from .execution import versions
from .generate import lora
from .hardware import gpus, main_memory_gib
from .hub.store import Store
from .hub.verify import require_whole


def diagnosis() -> dict[str, str]:
    """One line a fact, in the order to read them; nothing is loaded or downloaded."""
    return {
        "frame2frame": versions()["frame2frame"],
        "python": f"{platform.python_version()} on {platform.platform()}",
        **{name: version for name, version in versions().items() if name not in ("frame2frame", "python")},
        "processors": str(os.cpu_count()),
        "memory": "unknown" if (memory := main_memory_gib()) is None else f"{memory:.1f} GiB",
        "disk free here": f"{shutil.disk_usage(Path.cwd()).free / 2**30:.1f} GiB",
        **_gpu(),
        "model that runs": _chosen(),
        **{f"model {model.name}": _state(model) for model in catalogue.MODELS.values()},
    }


def require(model: catalogue.Model, store: Store | None = None) -> None:
    """Raises ModelError unless the model's files are here, of the right kind and whole by their sizes."""
    store = store or Store.of(None)
    folder = store.folder_of(model)
    command = catalogue.pull_command(model.name, model.revision, store.wish)
    require_whole(folder, remedy=f"mend it with: {command}")
    plugins.find("generators", model.family)(str(folder)).check()
    lora.find_all(model.loras or (), store.wish)


def _gpu() -> dict[str, str]:
    try:
        found = gpus()
    except ImportError as error:
        return {"gpu": f"unknown: {error}"}
    return {"gpu": "; ".join(map(str, found)) or "none that PyTorch can use"}


def _chosen() -> str:
    try:
        return catalogue.find().label
    except Frame2FrameError as error:
        return str(error)


def _state(model: catalogue.Model) -> str:
    try:
        require(model)
    except Frame2FrameError as error:
        return str(error)
    return "here and whole"
