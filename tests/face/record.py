"""Write the golden files anew, on purpose: `python -m tests.face.record [NAME …]` at the root."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import commands, names, page
from .golden import write

SURFACES: dict[str, Callable[[Path], Any]] = {
    "commands": lambda _: commands.described(),
    "names": lambda _: names.described(),
    "page": page.described,
}
"""What each file holds, given a folder for what has to be written on the way."""


def main(wanted: list[str]) -> None:
    """Write those that are named, or all."""
    for name in wanted or SURFACES:
        with tempfile.TemporaryDirectory() as folder:
            write(name, SURFACES[name](Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
