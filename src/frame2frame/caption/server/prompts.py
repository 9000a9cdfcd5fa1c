"""Prompts as text files that a user may replace."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import InputError
from ...files.regular import read_bytes

PROMPT_LIMIT_BYTES = 2**20


def read_prompts(built_in: Path, prompt_dir: str | None, names: tuple[str, ...]) -> dict[str, str]:
    """The texts of `NAME.txt` in `prompt_dir`, or in `built_in` if None. Raises InputError."""
    folder = built_in if prompt_dir is None else Path(os.path.expanduser(prompt_dir))
    return {name: _prompt(folder / f"{name}.txt", built_in) for name in names}


def _prompt(file: Path, built_in: Path) -> str:
    try:
        text = read_bytes(file, PROMPT_LIMIT_BYTES).decode("utf-8").strip()
    except (InputError, UnicodeDecodeError) as error:
        got = error.what if isinstance(error, InputError) else f"{file}, which is no UTF-8"
        remedy = f"start from a copy of {built_in / file.name}"
        raise InputError("a prompt file cannot be read", got=got, remedy=remedy) from error
    if not text:
        raise InputError("a prompt file is empty", got=str(file), remedy="write what the model should do")
    return text
