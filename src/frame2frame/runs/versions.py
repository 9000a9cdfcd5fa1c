"""What computes a run besides its weights: Python and the packages whose versions may change a frame."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping

COMPUTING = ("frame2frame", "torch", "diffusers", "transformers", "numpy", "pillow")
"""Packages whose versions may change a frame."""


def versions() -> Mapping[str, str]:
    """The versions of Python and of each package that computes."""
    return {"python": platform.python_version()} | {name: _version(name) for name in (*COMPUTING, "av")}


def other_versions(before: Mapping[str, str]) -> Iterator[str]:
    """Each package that may change a frame and had another version before, with both, in a few words."""
    for name, now in versions().items():
        if name in COMPUTING and before.get(name, now) != now:
            yield f"{name} {before[name]:.40} (now {now})"


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
