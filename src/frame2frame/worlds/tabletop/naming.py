"""What a thing may be called in a scene, and which things a name may mean.

People leave out whatever the picture tells: "the cube" where there is one, "the red one", "the ball on the
left". A name is used only where it means exactly one thing, as the camera sees the scene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .draws import Draws
from .scene import COLOURS, SHAPES, Scene, Thing, depth

SHAPE_WORDS: dict[str, tuple[str, ...]] = {
    "ball": (
        "ball",
        "ball",
        "ball",
        "ball",
        "sphere",
        "sphere",
        "orb",
        "globe",
        "spheroid",
    ),
    "cube": (
        "cube",
        "cube",
        "cube",
        "cube",
        "box",
        "box",
        "block",
        "block",
        "crate",
        "cuboid",
    ),
    "cylinder": (
        *("cylinder", "cylinder", "cylinder", "cylinder", "cylinder", "tube", "can", "pillar", "drum"),
        *("barrel", "column", "canister", "tin", "pipe"),
    ),
    "cone": ("cone", "cone", "cone", "cone", "cone", "spike"),
}
"""The first word is also the likeliest."""

COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "grey": ("grey", "gray"),
    "purple": ("purple", "purple", "violet"),
    "cyan": ("cyan", "cyan", "cyan", "turquoise", "turquoise"),
}
"""Of the others there is one word."""

ANY = ("one", "thing", "object", "item", "figure", "solid")
"""Nouns for whatever it is."""

ARTICLES = (*("the",) * 18, "that", "this")

PLACES: dict[str, tuple[str, ...]] = {
    "left": ("left", "left-hand", "leftmost", "far left"),
    "right": ("right", "right-hand", "rightmost", "far right"),
    "middle": ("middle", "central", "centre", "center"),
    "front": ("front", "nearest", "closest", "nearer", "closer", "foremost"),
    "back": ("back", "farthest", "rear", "furthest", "rearmost"),
    "big": ("big", "bigger", "larger", "biggest", "largest", "large", "taller", "tallest"),
    "small": ("small", "smaller", "littler", "smallest", "little", "tiniest", "shorter", "shortest"),
}
"""Where a thing stands among others, or what size it has, as said before the noun."""

AFTER: dict[str, tuple[str, ...]] = {
    "left": (
        *("on the left", "on the left", "on the left-hand side", "on the far left"),
        *("on the left side", "furthest to the left", "most to the left"),
    ),
    "right": (
        *("on the right", "on the right", "on the right-hand side", "on the far right"),
        *("on the right side", "furthest to the right", "most to the right"),
    ),
    "middle": (
        *("in the middle", "in the middle", "in the centre", "in the center", "at the centre"),
        *("between the others", "between the other two"),
    ),
    "front": (
        *("in front", "in front", "at the front", "in the front", "in the foreground", "up front"),
        *("closest to us", "nearest to the camera", "closest to the camera"),
    ),
    "back": (
        *("at the back", "at the back", "in the back", "in the background", "behind", "at the rear"),
        *("farthest away", "furthest away", "farthest from the camera"),
    ),
}
"""The same as said behind it."""

BESIDE, NEARER, LARGER = 0.06, 0.45, 1.12
"""The least difference that a word may rest on: of places across over depth, of places along the view in
floor units, and as a ratio of heights, both real and as the camera sees them."""


@dataclass(frozen=True)
class Name:
    """What a name says of a thing; None where it says nothing of the sort."""

    colour: str | None = None
    shape: str | None = None
    place: str | None = None
    """A key of `PLACES`."""

    def means(self, scene: Scene) -> tuple[int, ...]:
        """The things that it may mean; several where it is ambiguous, none where there is no such thing."""
        found = [
            index
            for index, thing in enumerate(scene.things)
            if self.colour in (None, thing.colour) and self.shape in (None, thing.shape)
        ]
        if self.place is None or len(scene.things) < 2:
            return tuple(found)
        among = found if len(found) > 1 else list(range(len(scene.things)))
        first = foremost([scene.things[index] for index in among], self.place)
        if first is None:  # nothing tells them apart
            return tuple(among)
        return (among[first],) if among[first] in found else ()


def foremost(things: Sequence[Thing], place: str) -> int | None:
    """Which of several things is clearly the left, the front, the big one and so on; None if none is."""
    if place == "middle":
        columns = sorted(range(len(things)), key=lambda index: _column(things[index]))
        clear = all(_column(things[b]) - _column(things[a]) > BESIDE for a, b in pairwise(columns))
        return columns[1] if len(things) == 3 and clear else None
    order = sorted(range(len(things)), key=lambda index: -_measure(things[index], place))
    first, second = things[order[0]], things[order[1]]
    return order[0] if _clearly(first, second, place) else None


def _column(thing: Thing) -> float:
    """Where the camera sees it, from left to right."""
    return thing.x / depth(thing)


def _measure(thing: Thing, place: str) -> float:
    """More is more of what the word says."""
    return {
        "left": -_column(thing),
        "right": _column(thing),
        "front": -thing.z,
        "back": thing.z,
        "big": _height(thing),
        "small": -_height(thing),
    }[place]


def _height(thing: Thing) -> float:
    return thing.size * thing.flat


def _clearly(first: Thing, second: Thing, place: str) -> bool:
    lead = _measure(first, place) - _measure(second, place)
    if place in ("left", "right"):
        return lead > BESIDE
    if place in ("front", "back"):
        return lead > NEARER
    one, other = (first, second) if place == "big" else (second, first)
    real, seen = _height(one) / _height(other), (_height(one) / depth(one)) / (_height(other) / depth(other))
    return min(real, seen) > LARGER and one.flat == other.flat


def names_of(scene: Scene, index: int) -> Iterator[Name]:
    """All names that mean this thing and no other, the one by colour and shape first."""
    thing = scene.things[index]
    for place in (None, *PLACES):
        for colour in (thing.colour, None):
            for shape in (thing.shape, None):
                name = Name(colour, shape, place)
                says = colour or shape or (place and len(scene.things) > 1)
                if says and (place is None or len(scene.things) > 1) and name.means(scene) == (index,):
                    yield name


def told_apart(scene: Scene) -> bool:
    """Whether no two things have the same colour and shape, so that both together name each."""
    return len({(thing.colour, thing.shape) for thing in scene.things}) == len(scene.things)


def draw_name(draws: Draws, scene: Scene, index: int) -> str:
    """One way to say which thing is meant; short ones without a place are as likely as those with one."""
    names = list(names_of(scene, index))
    plain = [name for name in names if name.place is None]
    placed = [name for name in names if name.place is not None]
    chosen = draws.one_of(placed if placed and draws.chance(0.4) else plain or placed)
    return spoken(draws, chosen)


def draw_short(draws: Draws, scene: Scene, index: int) -> str:
    """The same without synonyms and places, which an edit may make untrue."""
    thing = scene.things[index]
    name = draws.one_of([one for one in names_of(scene, index) if one.place is None])
    return f"the {f'{thing.colour} ' if name.colour else ''}{thing.shape if name.shape else 'thing'}"


def spoken(draws: Draws, name: Name) -> str:
    """The name in words, with its article."""
    before, after = "", ""
    if name.place is not None:
        if name.place in AFTER and draws.chance(0.5):
            after = f" {draws.one_of(AFTER[name.place])}"
        else:
            before = f"{draws.one_of(PLACES[name.place])} "
    colour = f"{colour_word(draws, name.colour)} " if name.colour else ""
    noun = draws.one_of(SHAPE_WORDS[name.shape]) if name.shape else draws.one_of(ANY)
    return f"{draws.one_of(ARTICLES)} {before}{colour}{noun}{after}"


def colour_word(draws: Draws, colour: str) -> str:
    return draws.one_of(COLOUR_WORDS.get(colour, (colour,)))


def shape_word(draws: Draws, shape: str) -> str:
    return draws.one_of(SHAPE_WORDS[shape])


def things_meant(scene: Scene, text: str) -> tuple[int, ...] | None:
    """The things that the first name in an instruction may mean; None where it names no thing at all.

    One where it is clear, several where it is ambiguous, none where nothing in the scene is called so.
    """
    found = named_in(text)
    return None if found is None else found[1].means(scene)


def named_in(text: str) -> tuple[str, Name] | None:
    """The first name in an instruction, as it stands there, and what it says; None where there is none."""
    words = " ".join(text.lower().split())
    found = _NAME.search(words)
    if found is None:
        return ("it", Name()) if _IT.search(words) else None
    said = (
        f"{found['before']}{found['noun']}".replace("far left", "left").replace("far right", "right").split()
    )
    colours = [_COLOUR_OF[word] for word in said if word in _COLOUR_OF]
    shapes = [_SHAPE_OF[word] for word in said if word in _SHAPE_OF]
    places = [_PLACE_OF[word] for word in (*said, (found["after"] or "").strip()) if word in _PLACE_OF]
    return found[0], Name(*(next(iter(some), None) for some in (colours, shapes, places)))


_COLOUR_OF = {word: colour for colour in COLOURS for word in COLOUR_WORDS.get(colour, (colour,))}
_SHAPE_OF = {word: shape for shape in SHAPES for word in SHAPE_WORDS[shape]}
_PLACE_OF = {word: place for table in (PLACES, AFTER) for place, words in table.items() for word in words}
_NAME = re.compile(
    r"\b(?:the|this|that|my) "
    rf"(?P<before>(?:(?:{'|'.join(sorted({*_COLOUR_OF, *_PLACE_OF}, key=len, reverse=True))}) )*)"
    rf"(?P<noun>{'|'.join((*_SHAPE_OF, *ANY))})\b"
    rf"(?P<after> (?:{'|'.join(sorted((word for words in AFTER.values() for word in words), key=len)[::-1])})"
    r"\b(?![ -](?:hand|edge|side|border|row|margin|corner|end)))?"
)
_IT = re.compile(
    r"\bit\b(?!(?:'s)? (?:(?:be|being|is|was|were|to|gets?|go|turn|becomes?|should|shouldn't|supposed"
    r"|looks?|like|would|in|the|middle|of|a|as|already) )*"
    r"(?:night|nighttime|midnight|dark|day|possible|nice|great|good|lovely|better|cool)\b| looks? like\b)"
)
"""Not that of "make it night" or "is it possible to"."""
