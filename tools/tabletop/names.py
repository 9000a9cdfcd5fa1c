"""What the encoder learns of the things in a picture: names that are true of it and names that are not, and
wishes that it cannot fulfil.

A wish about a thing that the picture does not show is refused before anything is drawn, by such a name
(`score/contrast.py`). Where it is drawn for all that, the model changes something else; the wanted scene must
not fit that.
"""

from __future__ import annotations

from collections.abc import Sequence

from frame2frame.score.contrast import THINGS
from frame2frame.score.limits import DRAWING, PHOTOGRAPH
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import WHOLE_SCENE
from frame2frame.worlds.tabletop.naming import COLOUR_WORDS, SHAPE_WORDS, colour_word, shape_word
from frame2frame.worlds.tabletop.scene import COLOURS, SHAPES
from frame2frame.worlds.tabletop.words import draw_wish

MEDIUM = 0.1
"""Share of drawn scenes that are named so, not by a thing."""
BARE = 0.25
"""Share of names without a colour."""
STRANGE = 0.2
"""Share of absent names that are of no drawn thing at all."""
NEAR = 0.7
"""Share of the others in which one word is that of a thing that is there."""

NO_THINGS = (
    "sky", "floor", "ground", "light", "camera", "air", "night", "sun", "moon", "wind", "wall", "shadow",
    "background", "water", "grass", "music",
)  # fmt: skip
"""What no wish can move or reshape."""
ELSEWHERE = (*THINGS, "a sky", "a camera", "a night", "a sun", "a moon", "a wall", "water", "grass")
"""What no drawn scene shows."""
NOTHING = 0.4
"""Share of wishes that cannot be fulfilled which are about these."""
OF_THINGS = tuple(kind for kind in KINDS if kind not in WHOLE_SCENE)
TO_NOTHING = ("recolour", "morph", "stripes", "squash", "float")
"""Kinds that no word of these could be meant for; "bring the light closer" could."""


def taught() -> list[str]:
    """The words of all names, in alphabetical order."""
    things = (word for name in ELSEWHERE for word in name.split() if word not in ("a", "an"))
    shapes = (word for words in SHAPE_WORDS.values() for word in words)
    colours = (word for colour in COLOURS for word in COLOUR_WORDS.get(colour, (colour,)))
    return sorted({*shapes, *colours, *things})


def named(draws: Draws, things: Sequence[str]) -> tuple[str, str]:
    """A name that is true of a picture with these things, and one that is not.

    Of a photograph, which has no known things, it is not known what else it shows.
    """
    if not things:
        return PHOTOGRAPH, DRAWING if draws.chance(0.5) else _spoken(draws, *_other(draws, ()))
    if draws.chance(MEDIUM):
        return DRAWING, PHOTOGRAPH
    there = draws.one_of(things).split()
    true = _spoken(draws, *there)
    if draws.chance(STRANGE):
        return true, draws.one_of(ELSEWHERE)
    shapes = {name.split()[1] for name in things}
    lacking = [shape for shape in SHAPES if shape not in shapes]
    if lacking and draws.chance(BARE):
        return f"a {shape_word(draws, there[1])}", f"a {shape_word(draws, draws.one_of(lacking))}"
    return true, _spoken(draws, *_other(draws, things))


def vain(draws: Draws, kind: str, things: Sequence[str]) -> str:
    """A wish that cannot be fulfilled, of this kind where it is one of a thing's."""
    if draws.chance(NOTHING):
        name, kind = draws.one_of(NO_THINGS), draws.one_of(TO_NOTHING)
    else:
        name = " ".join(_other(draws, things))
        kind = kind if kind in OF_THINGS else draws.one_of(OF_THINGS)
    values = SHAPES if kind == "morph" else tuple(COLOURS)
    value = draws.one_of([one for one in values if one not in name.split()])
    return draw_wish(draws, kind, f"the {name}", value)


def _other(draws: Draws, things: Sequence[str]) -> list[str]:
    """Colour and shape of a thing that is not there."""
    words = {word for name in things for word in name.split()}
    absent = [[colour, shape] for colour in COLOURS for shape in SHAPES if f"{colour} {shape}" not in things]
    near = [name for name in absent if words & set(name)]
    return draws.one_of(near if near and draws.chance(NEAR) else absent)


def _spoken(draws: Draws, colour: str, shape: str) -> str:
    return f"a {colour_word(draws, colour)} {shape_word(draws, shape)}"
