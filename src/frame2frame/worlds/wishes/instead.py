"""What the model knows in the place of a colour or a shape that it does not know."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PIL import ImageColor

from ..tabletop.scene import COLOURS, SHAPES
from .vocabulary import names_beyond, sense, words_in


def instead_of(clause: str, words: Sequence[str]) -> str:
    """Such as "the shapes ball and cube" where each of these words is a shape or its plural, else nothing.

    Nor is there anything to say of a clause on parts of a photograph, which the model gives no other colour.
    """
    if sense("settings") & {word.lower() for word in words_in(clause)}:
        return ""
    asked = {word.lower() for word in words}
    if _are_among(asked, names_beyond("colours") | set(ImageColor.colormap)):
        return f"the colours {_listed(tuple(COLOURS))}"
    return f"the shapes {_listed(SHAPES)}" if _are_among(asked, names_beyond("shapes")) else ""


def _are_among(asked: set[str], names: Set[str]) -> bool:
    return bool(asked) and all(word in names or word.removesuffix("s") in names for word in asked)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
