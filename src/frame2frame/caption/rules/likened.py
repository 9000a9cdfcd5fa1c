"""Wishes that liken the picture to a look with a name: "as if at dusk", "give it a foggy morning feel".

Whatever stands around the name, the wish is for that look, and is read as "make it dusk".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .change import SCENE
from .tables import pattern, table

_NAMED: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (pattern("likened", said, {}), meant) for said, meant in table("likened")["looks"]["named"]
)
"""The names of looks, and what each is called in the other rules; the first that fits is taken."""

_FORMS = tuple(pattern("likened", said, {"scene": SCENE}) for said in table("likened")["looks"]["forms"])
"""How a wish can liken the picture to a look."""


def likened(plain: str) -> str | None:
    """The short wish for the look that a tidied wish names; None if it names none."""
    for form in _FORMS:
        if (match := form.fullmatch(plain)) is not None and (name := _name(match["look"])) is not None:
            return f"make it {name}"
    return None


def _name(look: str) -> str | None:
    for said, meant in _NAMED:
        if (match := said.fullmatch(look)) is not None:
            return meant.format(**match.groupdict())
    return None
