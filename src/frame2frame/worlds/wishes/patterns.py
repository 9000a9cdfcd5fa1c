"""The patterns of `patterns.toml`, with the tabletop's own words in their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ..tabletop.naming import ANY, COLOUR_WORDS, PLACES, SHAPE_WORDS
from ..tabletop.phrases import words_of
from ..tabletop.scene import COLOURS

COLOUR = frozenset(word for colour in COLOURS for word in COLOUR_WORDS.get(colour, (colour,)))
CAN = "can"
"""A thing that is called so is known by what stands before it."""
THING = frozenset(
    word + end for words in (*SHAPE_WORDS.values(), ANY) for word in words for end in ("", "s", "es")
) - {CAN}


def any_of(words: frozenset[str]) -> str:
    """As an alternative of a pattern; longer words come first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


SPOKEN = {
    "thing": any_of(THING),
    "any": any_of(frozenset(ANY)),
    "colour": any_of(COLOUR),
    "size": any_of(words_of(PLACES["big"], PLACES["small"])),
    "before": any_of(COLOUR | words_of(*PLACES.values()) | {"most"}),
}
"""Alternatives by the name that a pattern has for them."""


def says(text: str, section: str, *parts: str) -> bool:
    """Whether one of the patterns of a section, or of these parts of it, is found in a text."""
    chosen = parts or tuple(_table()[section])
    return any(pattern(section, part).search(text) for part in chosen)


@cache
def pattern(section: str, part: str) -> re.Pattern[str]:
    """All patterns of a part as one."""
    return re.compile("|".join(f"(?:{_filled(one)})" for one in _table()[section][part]))


def _filled(written: str) -> str:
    return re.sub(r"@\{(\w+)\}", lambda name: SPOKEN[name[1]], written)


@cache
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("patterns.toml").read_text("utf-8"))
