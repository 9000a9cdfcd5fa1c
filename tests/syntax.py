"""The syntax tree of a source file."""

from __future__ import annotations

import ast
import gc
from pathlib import Path


def syntax_of(file: Path) -> ast.Module:
    """
    Parse a file while no garbage is collected.

    A finaliser may print a traceback, whose lines are underlined by parsing them; and in Python 3.11 a parse
    within another spoils the outer one: `SystemError: AST constructor recursion depth mismatch`.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(file.read_text("utf-8"))
    finally:
        if collects:
            gc.enable()
