"""What the rules make of a wish, and the tables that they are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from . import nouns
from .verbs import third_person

PICTURE = (
    r"(?:(?:the|this|that|the person's) (?:same |whole |entire |old )?"
    r"(?:scene|picture|photo|photograph|image|pic|view|shot))"
)
"""The whole picture by a name; "my" is "the person's" by then."""
SCENE = rf"(?:{PICTURE}|it|this|everything)"
"""The whole picture, also in short."""
HOW_FAR = "a bit|a little|a little bit|slightly|a lot|much|a notch|a touch|a tad|somewhat"


class Change(NamedTuple):
    """A change and its end, both without capital and full stop."""

    clip: str
    target: str


@dataclass(frozen=True)
class Rule:
    """A wish's shape, and the two sentences that are made of its parts."""

    wish: re.Pattern[str]
    clip: str
    target: str

    def read(self, plain: str) -> Change | None:
        """What it makes of a wish; None if the wish is of another shape."""
        match = self.wish.fullmatch(plain)
        if match is None:
            return None
        parts = _parts(match)
        return Change(self.clip.format(**parts), self.target.format(**parts))


def rule(wish: str, clip: str, target: str) -> Rule:
    """In the sentences {x}, {y} and {z} are parts of the wish; {s}, {es}, {is}, {has}, {it} agree "
    "with {x}.
    """
    return Rule(re.compile(wish, re.IGNORECASE), clip, target)


def first_fitting(rules: tuple[Rule, ...], plain: str) -> Change | None:
    """What the first rule makes that fits."""
    return next((made for one in rules if (made := one.read(plain)) is not None), None)


def _parts(match: re.Match[str]) -> dict[str, str]:
    """The named parts, and words that agree with `x`; `x2` and so on are `x` in another word order."""
    found = {name.rstrip("23456"): part for name, part in match.groupdict().items() if part is not None}
    parts = {"x": "", "y": "", "z": "", "v": ""} | found
    if parts["x"]:
        parts["x"] = nouns.subject(parts["x"])
    parts |= {"n": nouns.with_new_article(found.get("x", "")), "ay": nouns.with_new_article(parts["y"])}
    return parts | nouns.agreeing(parts["x"]) | {"does": third_person(parts["v"].lower())}
