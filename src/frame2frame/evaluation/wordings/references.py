"""What people call a thing in its scene: by its colour, its shape, its place or its size, or just "it".

Nothing is called what another thing in the scene could be called too, as the camera sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...worlds.tabletop.draws import Draws
from ...worlds.tabletop.edits import Edit
from ...worlds.tabletop.scene import Scene, Thing, depth

LEAST_DEPTH = 0.6
"""How much nearer than the next one a thing is that is called the nearest, in floor units."""

LEAST_SIZE = 1.25
"""How much taller than the next one it looks in the picture if it is called the biggest."""

COMMON = {"full": 8, "noun": 8, "colour": 3}
"""Ways of calling a thing that stand after "that" or "no" as well, and how often each is taken."""

OTHERS = {
    "pronoun": 8,
    "odd": 1,
    "left": 4,
    "middle": 4,
    "right": 4,
    "near": 2,
    "far": 2,
    "big": 2,
    "small": 2,
}
"""The other ways, where they are true."""

SAID = {"left": "left", "right": "right", "closer": "near", "away": "far", "grow": "big", "shrink": "small"}
"""By kind of edit, the way that would say what is asked for: nobody wants the left one on the left."""

NO_PRONOUN = ("closer", "away")
""" "Bring it closer" could mean the whole picture."""


@dataclass(frozen=True)
class Reference:
    """The way in which a thing is called, and the words with "the" or what stands in its place."""

    way: str
    words: str

    @property
    def bare(self) -> str:
        return self.words.removeprefix("the ")


@dataclass(frozen=True)
class Names:
    """What shapes and colours are called, by what the world calls them."""

    nouns: Mapping[str, Sequence[str]]
    colours: Mapping[str, Sequence[str]]


def references(scene: Scene, index: int, names: Names) -> list[Reference]:
    """All that this thing can be called. Within a way, what is listed twice is said more often."""
    thing, others = scene.things[index], [one for i, one in enumerate(scene.things) if i != index]
    found = [Reference(way, words) for way, words in _by_looks(thing, others, names)]
    if not others:
        return found + [Reference("pronoun", words) for words in ("it", "this", "the thing", "the object")]
    ways = (_by_side, _by_depth, _by_size)
    return found + [Reference(way, words) for by in ways for way, words in by(thing, others, names)]


def called(draws: Draws, scene: Scene, edit: Edit, names: Names, *, common: bool) -> Reference:
    """One of them, which does not say already what the edit asks for."""
    if edit.subject is None:
        raise ValueError(f"an edit of the whole scene names no thing: {edit}")
    avoided = {SAID.get(edit.kind, ""), "pronoun" if edit.kind in NO_PRONOUN else ""}
    ways = COMMON if common else COMMON | OTHERS
    found = [one for one in references(scene, edit.subject, names) if one.way in ways.keys() - avoided]
    there = {one.way: ways[one.way] for one in found}
    way = draws.one_of([way for way, often in there.items() for _ in range(often)])
    return draws.one_of([one for one in found if one.way == way])


def _by_looks(thing: Thing, others: Sequence[Thing], names: Names) -> list[tuple[str, str]]:
    nouns, colours = names.nouns[thing.shape], names.colours[thing.colour]
    found = [("full", f"the {colour} {noun}") for colour in colours for noun in nouns]
    if all(one.shape != thing.shape for one in others):
        found += [("noun", f"the {noun}") for noun in nouns]
    if all(one.colour != thing.colour for one in others):
        found += [("colour", f"the {colour} {noun}") for colour in colours for noun in ("one", "thing")]
    return found + [("odd", f"the {words} one") for words in _outline(thing, others)]


def _outline(thing: Thing, others: Sequence[Thing]) -> list[str]:
    """A cylinder is round from above and square from the side, so beside it neither word is clear."""
    shapes = {one.shape for one in others}
    clear = {"ball": ("round", "cylinder", "cone"), "cube": ("square", "cylinder"), "cone": ("pointy",)}
    word, *doubtful = clear.get(thing.shape, ("",))
    return [word] if word and shapes.isdisjoint({thing.shape, *doubtful}) else []


def _by_side(thing: Thing, others: Sequence[Thing], names: Names) -> list[tuple[str, str]]:
    own, beside = _sight(thing), [_sight(one) for one in others]
    if len(others) > 1 and min(beside) < own < max(beside):
        return [("middle", "the one in the middle"), ("middle", "the middle one")]
    side = "left" if own < min(beside) else "right"
    found = [(side, f"the {side}most one"), (side, f"the one furthest to the {side}")]
    sign = 1 if side == "left" else -1
    if sign * own < 0 < min(sign * one for one in beside):
        noun = names.nouns[thing.shape][0]
        found = [
            (side, f"the {side} one"),
            (side, f"the one on the {side}"),
            (side, f"the {noun} on the {side}"),
        ]
    return found


def _by_depth(thing: Thing, others: Sequence[Thing], names: Names) -> list[tuple[str, str]]:
    away = [one.z - thing.z for one in others]
    if min(away) > LEAST_DEPTH:
        return [("near", "the one at the front"), ("near", "the one nearest the camera")]
    if max(away) < -LEAST_DEPTH:
        return [("far", "the one at the back"), ("far", "the one furthest away")]
    return []


def _by_size(thing: Thing, others: Sequence[Thing], names: Names) -> list[tuple[str, str]]:
    end = "r" if len(others) == 1 else "st"
    if all(thing.size > one.size and _look(thing) > LEAST_SIZE * _look(one) for one in others):
        return [("big", f"the bigge{end} one"), ("big", f"the large{end} one")]
    if all(thing.size < one.size and _look(one) > LEAST_SIZE * _look(thing) for one in others):
        return [("small", f"the smalle{end} one")]
    return []


def _sight(thing: Thing) -> float:
    """Where it is seen: below 0 left of the picture's middle."""
    return thing.x / depth(thing)


def _look(thing: Thing) -> float:
    """The height that it has in the picture."""
    return thing.size / depth(thing)
