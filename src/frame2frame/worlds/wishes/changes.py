"""Whether known words ask for a change that the model is trained on, of what it can happen to."""

from __future__ import annotations

import re
from enum import Enum, auto

from ..tabletop.naming import AFTER
from .patterns import CAN, COLOUR, SPOKEN, THING, any_of, pattern, says
from .vocabulary import forms, sense, words_in

_THING, _BEFORE = SPOKEN["thing"], SPOKEN["before"]
_BEHIND = any_of(frozenset(" ".join(words_in(place)) for places in AFTER.values() for place in places))


class Asked(Enum):
    """What a clause asks for."""

    NOTHING = auto()
    TRAINED = auto()
    BEYOND = auto()


def asked_by(known: str) -> Asked:
    """What a clause of known words asks for."""
    text = _told_apart(known)
    if says(text, "never") or (says(text, "beside", "things") and not says(text, "beside", "coats")):
        return Asked.BEYOND
    there = forms(text)
    if there & THING:
        if there & (sense("parts") - {"sky"}):
            return Asked.BEYOND
        return Asked.TRAINED if _is_of_a_thing(text) else Asked.NOTHING
    if there & sense("acts") and says(text, "things", "placed"):
        return Asked.TRAINED
    if there & (sense("settings") | sense("lasting")):
        return Asked.TRAINED if _is_of_a_photograph(text, there) else Asked.BEYOND
    asks = there & (sense("acts") | sense("changes") | COLOUR | _TINGED)
    return Asked.TRAINED if asks or _is_whole(text) else Asked.NOTHING


def names_thing(text: str) -> bool:
    """Whether a text of known words speaks of a thing of the tabletop."""
    return bool(forms(_told_apart(text)) & THING)


def colours_beyond(text: str) -> tuple[str, ...]:
    """The colour in a text of known words that no thing of the tabletop has."""
    found = pattern("never", "blacks").search(text)
    return (found[1],) if found else ()


def with_names(text: str, name: str) -> str:
    """The text with `name` in the place of what things are called."""
    return _NAME.sub(name, text)


def _told_apart(text: str) -> str:
    """With other words for a can that is a thing, one that is none, and a background to be changed."""
    text = re.sub(rf"\b(the|this|that|a|an|{_BEFORE}) {CAN}\b", r"\1 tube", text)
    text = re.sub(r"(?<!\bin the )(?<!\binto the )(?<!\bto the )\bbackground\b", "backdrop", text)
    return re.sub(rf"\b(an? (?!(?:{_BEFORE})\b)\w+) one\b", r"\1 version", text)


def _is_of_a_thing(text: str) -> bool:
    """Whether something is to become of a thing, by the words besides its name."""
    said = forms(_NAME.sub(" ", _WANTED.sub(r" \1 ", text))) & (sense("acts") | sense("scenes") | COLOUR)
    return bool(said) or _MORPHS.search(text) is not None or says(text, "things", "gone", "up", "size")


def _is_whole(text: str) -> bool:
    """Whether several words together ask for a change of the whole picture."""
    return says(text, "photographs", "light", "view", "focus", "colour")


def _is_of_a_photograph(text: str, there: set[str]) -> bool:
    """Whether the whole changes where the words speak of its parts."""
    if _is_whole(text):
        return True
    if says(text, "photographs", "added") or (there & sense("removing") and not there & _CLEARED):
        return False
    changes = sense("changes") - (sense("wider") if there & sense("parts") else frozenset())
    if there & COLOUR and not there & changes - _LIT:
        wanted = forms(pattern("photographs", "green_now").sub(" ", text)) & COLOUR
        turns = bool(there & sense("turning")) and bool(wanted) and wanted <= sense("turned")
        return turns or says(text, "photographs", "grey_sky")
    return bool(there & changes)


_TINGED = frozenset({"colour", "color"})
_LIT = frozenset({"light", "lighting", "bright", "lights"})
_CLEARED = _TINGED | {"noise", "grain", "blur"}
"""What can be taken out of a photograph."""

_WANTED = re.compile(rf"\ban? ((?:\w+ ){{0,3}})(?:{_THING})\b")
"""A thing as it is to be, of which what stands before it is wanted."""
_NAME = re.compile(
    rf"\b(?:(?:the|this|that|these|those|my|both|all) (?:\w+ )?)?(?:(?:{_BEFORE}) )*(?:{_THING})\b"
    rf"(?: (?:{_BEHIND})(?! (?:edge|side|border|row|of)\b)(?= (?:should|to|must|is|be)\b))?"
)
"""A thing as it is called."""
_MORPHS = re.compile(
    rf"\b(?:into|with|for|by|to|become|becomes|be|is|a|an|{_THING})"
    rf" (?:an? )?(?:(?:{_BEFORE}) )*(?:{_THING})\b"
)
"""What a thing is to become."""
