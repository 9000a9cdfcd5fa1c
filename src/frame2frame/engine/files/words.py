"""Tokenizers from a stranger's files: tried once, and held against the network that takes their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import Frame2FrameError, ModelError
from .reading import AGAIN

_PANIC = "PanicException"
"""What the Rust code in `tokenizers` raises where its own checks fail; it is no Exception to Python."""


def loaded(load: Callable[[], Any], place: str, most: int) -> Any:
    """The tokenizer that `load` gives; its numbers must be below `most`, the length of the network's table.

    Raises ModelError where its files cannot be read, and for one that knows no words, which transformers
    makes up where files are missing.
    """
    try:
        tokenizer = load()
        red, blue = (set(tokenizer(text).input_ids) for text in ("red", "blue"))
        tokenizer(["red"], padding="max_length", max_length=3, truncation=True)
        highest = max(tokenizer.get_vocab().values(), default=0)
    except Frame2FrameError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        got = f"{error!s:.120} in {place}"
        raise ModelError("the tokenizer cannot be read", got=got, remedy=AGAIN) from error
    if red == blue:
        raise ModelError("the tokenizer knows no words", got=place, remedy=AGAIN)
    if highest >= most:
        got = f"number {highest} for a table of {most} in {place}"
        raise ModelError("the tokenizer is of another model", got=got, remedy=AGAIN)
    return tokenizer
