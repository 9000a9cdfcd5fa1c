"""The tables of patterns that stand in files of their own: `tidy.toml` and `likened.toml`.

In a pattern, @{name} stands for alternatives: for one of the file's `names`, or for one that a module knows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def pattern(file: str, written: str, known: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of a file, which takes small letters and capitals for the same."""
    return re.compile(_filled(written, {**known, **table(file)["names"]}), re.IGNORECASE)


@cache
def table(file: str) -> Mapping[str, Any]:
    """What a file has, in its order."""
    return tomllib.loads((Path(__file__).parent / f"{file}.toml").read_text("utf-8"))


def _filled(written: str, names: Mapping[str, str]) -> str:
    return re.sub(r"@\{(\w+)\}", lambda name: _filled(names[name[1]], names), written)
