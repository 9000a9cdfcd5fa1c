"""The words that the grader knows; the long lists stand in words.txt with what each is for."""

from __future__ import annotations

import re
from pathlib import Path


def listed() -> dict[str, frozenset[str]]:
    """The lists of words.txt by name."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    parts = re.split(r"^\[(.+)\]$", re.sub("#.*", "", text), flags=re.MULTILINE)[1:]
    return {name: frozenset(words.split()) for name, words in zip(parts[::2], parts[1::2], strict=True)}


_LISTS = listed()
VERBS = _LISTS["verbs"]
ALSO_NOUNS = _LISTS["also nouns"]
ALSO_NOUNS_OF_MANY = _LISTS["also nouns of many"]
PARTICIPLES = _LISTS["participles"]
UNCOUNTED = _LISTS["uncounted"]
COMMANDS = _LISTS["commands"]
ALSO_STATES = _LISTS["also states"]
ADVERBS = _LISTS["adverbs"]
PREPOSITIONS = _LISTS["prepositions"]
DETERMINERS = _LISTS["determiners"]
CAUSES = _LISTS["causes"]
BREAKS = _LISTS["breaks"]

OBJECTS = r"the|an?|his|her|him|it|its|them|their|my|this|that|these|those|some|all|both|up|off|out"
"""What follows a command."""

ASKING = (
    r"please|pls|plz|thanks|i|i'd|i'm|we|you|u|your|let's|should|want(s|ed)?|would|could|can be|"
    r"instruction|wish"
)
CHANGING = (
    r"slowly|gradually|begin(s|ning)?|starts?( to|ing)?|becom(e|es|ing)|chang(es|ing)|turn(s|ing)? into|"
    r"gets?|getting|instead of"
)
"""What a state is not described with."""

FEMALE = r"she|her|hers|herself|wom[ae]n|girls?|lad(y|ies)|female"
MALE = r"he|him|his|himself|m[ae]n|boys?|guys?|gentlem[ae]n|male"
MALE_TITLES = r"prince|king|dad|father|grandpa"
PEOPLE = r"wom[ae]n|m[ae]n|girls?|boys?|lady|gentleman"
INVENTED = (
    r"umbrellas?|lightning|thunder\w*|rainbows?|crowds?|dragons?|audience|magic\w*|sparkl\w*|confetti|"
    r"explosions?|explod\w*|blood\w*|ghosts?|music\w*|unicorns?|fireworks?|aliens?|robots?|superhero\w*|"
    r"wizards?|wand"
)
COLOURS = r"red|blue|green|yellow|orange|purple|pink|violet|turquoise|beige|crimson"

CAMERA_MOVES = (
    r"(camera|view|shot)( \w+ly)* "
    r"(zooms|pans|tilts|moves|rotates|orbits|circles|tracks|pulls|pushes|follows)"
)
CAMERA_STAYS = (
    r"(camera|view|shot) (stays|remains|is|holds|keeps)( \w+)? (still|fixed|static|put|stationary|steady)|"
    r"(static|fixed|stationary|still) (camera|shot)"
)
