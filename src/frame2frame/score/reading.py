"""What an encoder reads of a text: whether it knows its words, and how many of them it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SPELT_BELOW = 4_000
"""A vocabulary with fewer entries holds whole words; what it must spell in pieces means nothing to it."""

EMPTY = re.compile(
    "a|an|and|are|as|at|be|by|can|could|do|does|for|from|get|give|has|have|in|into|is|it|its|let|make|me|my|no"
    "|not|of|off|on|one|onto|or|our|out|please|kindly|put|should|so|some|take|than|that|the|their|them|then"
    "|there|these|this|those|to|turn|change|add|up|us|was|we|were|which|will|with|would|you|your|just|now"
)
"""English words that name nothing by themselves."""


@dataclass(frozen=True)
class Reading:
    """How a text reaches an encoder."""

    known: bool
    """Whether it has a word that names something, and that the encoder can know."""
    tokens: int
    most: int
    """Tokens that the encoder takes."""

    @property
    def is_cut(self) -> bool:
        """Whether the end of the text is not read."""
        return self.tokens > self.most


def read_english(tokenizer: Any, text: str, most: int) -> Reading:
    """By an encoder that was trained on English."""
    return Reading(any(_is_known(tokenizer, word) for word in _naming(text)), _count(tokenizer, text), most)


def read_any(tokenizer: Any, text: str, most: int) -> Reading:
    """By an encoder of many languages: it knows what its vocabulary has pieces for."""
    special = set(tokenizer.all_special_tokens)
    pieces = [piece.strip("▁ ") for piece in tokenizer.tokenize(text) if piece not in special]
    return Reading(any(re.search(r"\w", piece) for piece in pieces), _count(tokenizer, text), most)


def _naming(text: str) -> Iterator[str]:
    yield from (word for word in re.findall(r"[a-z]{2,}", text.lower()) if not EMPTY.fullmatch(word))


def _is_known(tokenizer: Any, word: str) -> bool:
    return len(tokenizer) >= SPELT_BELOW or len(tokenizer.tokenize(word)) == 1


def _count(tokenizer: Any, text: str) -> int:
    return len(tokenizer(text, truncation=False, verbose=False).input_ids)
