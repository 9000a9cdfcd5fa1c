"""What is installed and what this machine can do."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from . import catalogue, plugins
from .edit import versions
from .errors import Frame2FrameError
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
    command = catalogue.pull_command(model.repository, model.revision, store.wish)
    require_whole(folder, remedy=f"mend it with: {command}")
    plugins.find("generators", model.family)(str(folder)).check()


def main_memory_gib() -> float | None:
    """The machine's main memory, or None where the system does not say."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return None


def _gpu() -> dict[str, str]:
    try:
        import torch
    except ImportError as error:
        return {"gpu": f"unknown: {error}"}
    if not torch.cuda.is_available():
        return {"gpu": "none that PyTorch can use"}
    free, total = torch.cuda.mem_get_info()
    return {"gpu": f"{torch.cuda.get_device_name()}, {free / 2**30:.1f} of {total / 2**30:.1f} GiB free"}


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
