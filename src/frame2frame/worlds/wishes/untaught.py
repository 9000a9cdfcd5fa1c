"""Words in the names of things that the model was never told of a thing, such as "teal" in "the teal cone".

Such a wish is drawn all the same, as most of these words only adorn a name: "the shiny red cube". But where
one stands for the colour or the shape by which the thing is meant, another thing may be taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..tabletop.naming import PLACES, SHAPE_WORDS
from .patterns import COLOUR, THING, any_of
from .vocabulary import bases, forms, is_adverb, read, sense, words_in

_SHAPE = frozenset(word for words in SHAPE_WORDS.values() for word in words)
_PLACE = frozenset(part for words in PLACES.values() for word in words for part in word.split())
_ARTICLE = "the|this|that|these|those|my|our|both|all"
_NAME = re.compile(rf"\b(?:{_ARTICLE}) ((?:(?!(?:{_ARTICLE}|an?)\b)\w+ ){{1,3}}?)({any_of(THING)})\b")


def untaught(clauses: Sequence[str]) -> tuple[str, ...]:
    """Those of a wish, clause by clause, as they were typed.

    A name that has a colour and a shape besides is clear.
    """
    return tuple(dict.fromkeys(word for clause in clauses for word in _strange(clause)))


def _strange(clause: str) -> Iterator[str]:
    typed = words_in(clause)
    meant = [read(word) or word.lower() for word in typed]
    for found in _NAME.finditer(" ".join(meant)):
        first = len(found.string[: found.start(1)].split())
        before = found[1].split()
        if set(before) & COLOUR and forms(found[2]) & _SHAPE:
            continue
        yield from (typed[first + place].lower() for place, word in enumerate(before) if not _is_taught(word))


def _is_taught(word: str) -> bool:
    """Whether it is said of things, or says nothing; a light or a tone is none of a thing."""
    if is_adverb(word) or word in COLOUR | _PLACE:
        return True
    return read(word) is not None and not ({word, *bases(word)} & (sense("changes") - sense("acts")))
