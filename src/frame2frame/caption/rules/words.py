"""The lists of words.txt, which says what each is for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


def listed(name: str) -> frozenset[str]:
    """The words of a list."""
    return _lists()[name]


@cache
def _lists() -> dict[str, frozenset[str]]:
    text = re.sub("#.*", "", Path(__file__).with_suffix(".txt").read_text("utf-8"))
    parts = re.split(r"^\[(.+)\]$", text, flags=re.MULTILINE)[1:]
    return {name: frozenset(words.split()) for name, words in zip(parts[::2], parts[1::2], strict=True)}
