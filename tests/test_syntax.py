"""A source file is parsed, whatever else happens meanwhile."""

from __future__ import annotations

import gc
import traceback
from pathlib import Path

from .syntax import syntax_of


class Loud:
    """Garbage that prints a traceback as it goes, as the warning of something left open does."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        try:
            _ = [1][0] + [1][3]
        except IndexError:
            traceback.format_exc()


def test_garbage_that_complains_spoils_no_tree() -> None:
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(500)  # reached by the parse, not before it
    try:
        Loud()
        assert syntax_of(Path(__file__).with_name("test_tree.py")).body
    finally:
        gc.set_threshold(*before)
