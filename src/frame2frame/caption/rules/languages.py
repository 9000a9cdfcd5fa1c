"""Whether a wish is in English, the language of the rules and of what the models were trained on."""

from __future__ import annotations

import re
from functools import cache

from .tables import table

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
"""One with a hyphen is one word, as "de-saturate" is."""


def is_english(wish: str) -> bool:
    """Whether it may be: it has letters of English, and no other language has more of its little words."""
    words = _WORD.findall(wish.lower())
    if not any("a" <= letter <= "z" for word in words for letter in word):
        return False
    english, *others = (sum(word in known for word in words) for known in _languages())
    return english >= max(others)


@cache
def _languages() -> tuple[frozenset[str], ...]:
    """The words of each, those of English first."""
    listed = table("languages")
    return tuple(frozenset(words.split()) for words in (listed["english"], *listed["others"].values()))
