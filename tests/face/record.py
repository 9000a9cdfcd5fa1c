"""Write the golden files anew, on purpose: `python -m tests.face.record [NAME …]` at the root."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import answers, before, commands, folders, names, page
from .golden import write

SURFACES: dict[str, Callable[[Path], Any]] = {
    "answers": lambda _: answers.described(),
    "commands": lambda _: commands.described(),
    "names": lambda _: names.described(),
    "page": page.described,
    "before": lambda _: before.described(),
    "folders": folders.described,
}
"""What each file holds, given a folder for what has to be written on the way."""


def main(wanted: list[str]) -> None:
    """Write those that are named, or all, with nothing of the user's settings in them."""
    for name in wanted or SURFACES:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(
                XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder, XDG_DATA_HOME=folder, HF_HUB_OFFLINE="1"
            )
            with contextlib.chdir(folder):
                write(name, SURFACES[name](Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
