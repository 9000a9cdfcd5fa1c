"""The words that are known: those that the training texts are made of, and others for the same.

Forms of them are known as well, and slips of the keyboard, unless these are words by themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from ..photoworld import words as photographs
from ..tabletop import wide
from ..tabletop import words as plain
from ..tabletop.naming import AFTER, ANY, COLOUR_WORDS, PLACES, SHAPE_WORDS
from ..tabletop.phrases import words_of
from ..tabletop.scene import COLOURS

SHORTEST_STEM = 3
SHORTEST_MISTYPED = 4
SHORTEST_MISSTRUCK = 6
"""Letters of a known word that another form, a slip, or any wrong letter may stand for: of shorter ones too
many words are near."""

_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = ("s", "es", "ed", "ing", "er", "est", "ly", "y", "ish", "ness", "iness")
_SHORTENED = tuple(
    (re.compile(shortened, re.IGNORECASE), meant)
    for shortened, meant in (
        (r"\bb ?(?:[&/]|n|and) ?w\b", "black and white"),
        (r"\bcats and dogs\b", " "),
        (r"\b(ca|wo|sha)n't\b", "can not"),
        (r"n't\b", " not"),
        (r"'\w+", " "),
    )
)
"""What is shortened by an apostrophe or a sign, and how it is read."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(
    pair for row in _KEYS for one, two in pairwise(row) for pair in (one + two, two + one)
)
"""Keys side by side."""


def words_in(text: str) -> list[str]:
    """The words of a text as they were typed, without what an apostrophe shortens."""
    plain = text.replace("’", "'")
    for shortened, meant in _SHORTENED:
        plain = shortened.sub(meant, plain)
    return _WORD.findall(plain)


@cache
def sense(name: str) -> frozenset[str]:
    """The words that `words.toml` lists under a sense."""
    return frozenset(_table()["senses"][name].split())


@cache
def names_beyond(what: str) -> frozenset[str]:
    """The words that `words.toml` lists for colours or shapes that no thing of the tabletop has."""
    return frozenset(_table()["beyond"][what].split())


@lru_cache(maxsize=4096)
def read(word: str) -> str | None:
    """The known word that is meant, in small letters; None if there is none."""
    typed = word.lower()
    if typed in _known():
        return typed
    if typed in _unlike():
        return None
    return next(bases(typed), None) or next(_meant(typed), None)


def forms(text: str) -> set[str]:
    """The words of a text of known words, and those that they are forms of."""
    return {form for word in text.split() for form in (word, *bases(word))}


def bases(word: str) -> Iterator[str]:
    """The known words that a word may be a form of."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM:
            found = [stem, f"{stem[:-1]}y" if stem[-1] == "i" else stem]
            found += [] if ending == "s" else [f"{stem}e"]
            found += [stem[:-1]] if stem[-1] == stem[-2] else []
            yield from (form for form in found if form in _inflected() and len(form) >= SHORTEST_STEM)


def is_adverb(word: str) -> bool:
    """Whether it says how something is done, which may be said of anything."""
    return word.lower().endswith("ly") and word.lower() not in _table()["unlike"]["names"].split()


def _meant(typed: str) -> Iterator[str]:
    """The known words that it may be a slip of the keyboard for."""
    among = _known() if len(typed) >= SHORTEST_MISTYPED else _little()
    yield from (known for known in sorted(among) if _is_slip(typed, known))


def _is_slip(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places, or one is doubled, missing, too many, or another."""
    if len(meant) < SHORTEST_MISTYPED or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) == len(meant):
        apart = [one + two for one, two in zip(typed, meant, strict=True) if one != two]
        if len(apart) == 1:
            return len(meant) >= SHORTEST_MISSTRUCK or apart[0] in _NEIGHBOURS
        return len(apart) == 2 and apart[0] == apart[1][::-1] and apart[0] in typed and apart[1] in meant
    longer, shorter = sorted((typed, meant), key=len, reverse=True)
    places = [place for place in range(len(longer)) if longer[:place] + longer[place + 1 :] == shorter]
    is_doubled = any(place and longer[place] == longer[place - 1] for place in places)
    return bool(places) and (is_doubled or len(meant) > SHORTEST_MISTYPED or len(typed) < SHORTEST_MISTYPED)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def _known() -> frozenset[str]:
    """All words that are known as they are spelt."""
    listed = " ".join((*_table()["senses"].values(), *_table()["free"].values()))
    named = (COLOURS, *COLOUR_WORDS.values(), *SHAPE_WORDS.values(), *PLACES.values(), *AFTER.values(), ANY)
    trained = plain.trained_words() | wide.trained_words() | photographs.trained_words()
    return frozenset(listed.split()) | words_of(*named) | trained


@cache
def _inflected() -> frozenset[str]:
    """Those that may have other forms, which little words have not."""
    return _known() - frozenset(f"{_table()['free']['grammar']} {_table()['free']['manners']}".split())


@cache
def _little() -> frozenset[str]:
    """Those that are recognised even in three letters: verbs of asking, little words and shapes."""
    listed = f"{_table()['free']['grammar']} {_table()['free']['doing']}".split()
    return frozenset(listed) | words_of(*SHAPE_WORDS.values())


@cache
def _unlike() -> frozenset[str]:
    """Other words that are spelt nearly as a known one."""
    return frozenset(_table()["unlike"]["words"].split())
