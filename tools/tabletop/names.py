"""What the encoder learns of the things in a picture: the name of one that is there, and of one that is not.

A wish about a thing that the picture does not show is refused before anything is drawn, by how far such a
name stands out among others (`score/contrast.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from frame2frame.score.contrast import THINGS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.naming import colour_word, shape_word
from frame2frame.worlds.tabletop.scene import COLOURS, SHAPES

DRAWING, PHOTOGRAPH = "a drawing", "a photograph"
MEDIUM = 0.1
"""Share of drawn scenes that are named so, not by a thing."""
BARE = 0.25
"""Share of names without a colour."""
STRANGE = 0.2
"""Share of absent names that are of no drawn thing at all."""
NEAR = 0.7
"""Share of the others in which one word is that of a thing that is there."""


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
        return true, draws.one_of(THINGS)
    shapes = {name.split()[1] for name in things}
    lacking = [shape for shape in SHAPES if shape not in shapes]
    if lacking and draws.chance(BARE):
        return f"a {shape_word(draws, there[1])}", f"a {shape_word(draws, draws.one_of(lacking))}"
    return true, _spoken(draws, *_other(draws, things))


def _other(draws: Draws, things: Sequence[str]) -> list[str]:
    """Colour and shape of a thing that is not there."""
    words = {word for name in things for word in name.split()}
    absent = [[colour, shape] for colour in COLOURS for shape in SHAPES if f"{colour} {shape}" not in things]
    near = [name for name in absent if words & set(name)]
    return draws.one_of(near if near and draws.chance(NEAR) else absent)


def _spoken(draws: Draws, colour: str, shape: str) -> str:
    return f"a {colour_word(draws, colour)} {shape_word(draws, shape)}"
