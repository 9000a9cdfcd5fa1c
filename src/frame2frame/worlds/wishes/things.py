"""Which things of a drawn scene a name in a wish may mean, as far as the encoder tells what the scene shows.

The encoder was taught names such as "a red cube", so one look at all of them tells what stands there. A name
that leaves out the colour or the shape is ambiguous where it fits two of them. A false alarm is worse than a
miss: of 3,000 drawn scenes, half of them with two things alike, `benchmarks/ambiguous_wishes.py` tells both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from ...plugins.model import Ambiguous, Shown
from ..tabletop.naming import Name, named_in
from ..tabletop.scene import COLOURS, SHAPES
from .patterns import COLOUR, THING
from .vocabulary import forms, read, sense, words_in

SURE = 1.5
"""From this presence on a thing is there, beyond the one that fits the name best."""
LEAD = 1.3
"""By so much more it must be there than what shares its colour or, where the shape is left out, its shape: a
red cube and a blue ball look a little like a blue cube as well."""
ALIKE = frozenset({"cube", "cylinder"})
"""The encoder takes these for each other, so that a thing by itself may seem to be both."""

Table = Mapping[tuple[str, str], float]
"""The presence of each colour and shape."""

_FURTHER = re.compile(
    r" (?:that|which|who|without|next to|beside|behind|in front of|near|nearest|closest|under|between"
    r"|with (?:the|stripes)|to the (?:left|right) of"
    r"|in the (?:corner|background|foreground|distance|front|back)(?! row))\b"
)
"""What follows on a name and tells more of which thing is meant."""
_OF_THE_VIEW = re.compile(r"\b(?:from|view|show|see|look|looks|looking|camera|scene|picture|photo)\b")


def ambiguous(clauses: Sequence[str], shown: Shown) -> Ambiguous | None:
    """The first name in a wish that fits several things which the picture shows; None where none does.

    The picture is asked only of a name that leaves something out. A name that may speak of what an earlier
    clause has named is clear.
    """
    for said, name in _new_names(clauses):
        if name.place is None and not (name.colour and name.shape):
            found = tuple(_fitting(name, _table(shown)))
            if len(found) > 1:
                lacks = ["its colour"] * (not name.colour) + ["its shape"] * (not name.shape)
                return Ambiguous(said, found, " or ".join(lacks))
    return None


def _new_names(clauses: Sequence[str]) -> Iterator[tuple[str, Name]]:
    before = list[Name]()
    for clause in clauses:
        found = _named(clause)
        if found is not None:
            if not any(_may_be_the_same(found[1], one) for one in before):
                yield found
            before.append(found[1])


def _named(clause: str) -> tuple[str, Name] | None:
    """The name of what the clause changes, spelt right; None where it names no thing, or says more of it."""
    text = " ".join(_spelt(word.lower()) for word in words_in(clause))
    found = named_in(text)
    if found is None or (found[0] == "it" and not _is_of_a_thing(text)):
        return None
    return None if _FURTHER.match(text.partition(found[0])[2]) else found


def _spelt(word: str) -> str:
    """Spelt right; several things stay several."""
    return word if word in THING else read(word) or word


def _is_of_a_thing(text: str) -> bool:
    """Whether "it" is no picture, no light and no weather."""
    said = forms(text)
    if _OF_THE_VIEW.search(text) or said & (sense("changes") | sense("settings") | sense("lasting")):
        return False
    return bool(said & (sense("acts") | COLOUR))


def _may_be_the_same(one: Name, other: Name) -> bool:
    pairs = (one.colour, other.colour), (one.shape, other.shape)
    return all(a is None or b is None or a == b for a, b in pairs)


def _table(shown: Shown) -> Table:
    kinds = list(product(COLOURS, SHAPES))
    return dict(zip(kinds, shown([f"a {colour} {shape}" for colour, shape in kinds]), strict=True))


def _fitting(name: Name, table: Table) -> Iterator[str]:
    """The things that it may mean, the surest first."""
    fitting = [
        (colour, shape)
        for colour, shape in table
        if name.colour in (None, colour) and name.shape in (None, shape)
    ]
    best, *others = sorted(fitting, key=lambda kind: -table[kind])
    if table[best] >= SURE:
        yield " ".join(best)
        yield from (" ".join(kind) for kind in others if _is_another(kind, best, name, table))


def _is_another(kind: tuple[str, str], best: tuple[str, str], name: Name, table: Table) -> bool:
    """Whether it is surely there beside the best one."""
    colour, shape = kind
    if name.colour is not None:
        rivals = [(other, shape) for other in COLOURS if other != colour]
        is_told = {shape, best[1]} != ALIKE
    else:
        rivals = [(colour, other) for other in SHAPES if other != shape]
        is_told = True
    return is_told and table[kind] >= SURE and table[kind] - max(table[one] for one in rivals) >= LEAD
