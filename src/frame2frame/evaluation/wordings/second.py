"""The second grammar: a tabletop edit as somebody might type it who has not seen the model's training texts.

Its wordings stand in `second.toml`. Which one an edit gets depends on its seed alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ...worlds.tabletop.draws import Draws
from ...worlds.tabletop.edits import Edit
from ...worlds.tabletop.scene import Scene
from .references import Names, called

OWN_STREAM = 0x5EC0_2D00_0000_0000
"""Turns an episode's seed into that of its wording, so that the episode's own draws stay as they are."""

MISTYPED = 1 / 12
"""The share of instructions in which a common word is mistyped."""

VOWELS = "aeiou"


@dataclass(frozen=True)
class Grammar:
    """Wordings by kind, and words by what the world calls them."""

    wordings: Mapping[str, Sequence[str]]
    names: Names
    wanted_shapes: Mapping[str, Sequence[str]]
    wanted_colours: Mapping[str, Sequence[str]]
    typos: Mapping[str, Sequence[str]]


@cache
def grammar() -> Grammar:
    """The one in the package."""
    read = tomllib.loads(files(__package__).joinpath("second.toml").read_text("utf-8"))
    names = Names(read["nouns"], read["colours"])
    return Grammar(read["wordings"], names, read["wanted_shapes"], read["wanted_colours"], read["typos"])


def second(scene: Scene, edit: Edit, seed: int) -> str:
    """An instruction for this edit of this scene; `seed` is the episode's."""
    draws = Draws(seed ^ OWN_STREAM)
    wording = draws.one_of(grammar().wordings[edit.kind])
    return mistyped(draws, filled(draws, wording, scene, edit))


def filled(draws: Draws, wording: str, scene: Scene, edit: Edit) -> str:
    """The wording with the scene's and the edit's words in it, in the spelling of one country."""
    slots = _asked(draws, edit)
    if edit.subject is not None:
        thing = called(draws, scene, edit, grammar().names, common="{bare}" in wording)
        capital = thing.words[:1].upper() + thing.words[1:]
        slots |= {"it": thing.words, "It": capital, "bare": thing.bare}
    text = wording.format(**slots)
    if "colour" in text:
        return text.replace("gray", "grey")
    return text.replace("grey", "gray") if "color" in text else text


def _asked(draws: Draws, edit: Edit) -> dict[str, str]:
    """What the edit asks for beyond its kind, by slot."""
    if edit.kind == "orbit":
        return {"side": edit.value}
    if edit.kind not in ("recolour", "morph"):
        return {}
    slot, words = ("colour", grammar().wanted_colours)
    if edit.kind == "morph":
        slot, words = ("shape", grammar().wanted_shapes)
    word = draws.one_of(words[edit.value])
    return {slot: word, f"a_{slot}": f"an {word}" if word[0] in VOWELS else f"a {word}"}


def mistyped(draws: Draws, text: str) -> str:
    """The text, now and then with one of its words mistyped."""
    typos = grammar().typos
    there = [word for word in typos if re.search(rf"\b{word}\b", text)]
    if not there or not draws.chance(MISTYPED):
        return text
    word = draws.one_of(there)
    return re.sub(rf"\b{word}\b", draws.one_of(typos[word]), text, count=1)
