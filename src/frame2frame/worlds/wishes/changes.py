"""Whether known words ask for a change that the model is trained on, of what it can happen to."""

from __future__ import annotations

import re
from enum import Enum, auto

from ..tabletop.naming import AFTER, ANY, COLOUR_WORDS, PLACES, SHAPE_WORDS
from ..tabletop.phrases import words_of
from ..tabletop.scene import COLOURS
from .vocabulary import forms, sense, words_in

COLOUR = frozenset(word for colour in COLOURS for word in COLOUR_WORDS.get(colour, (colour,)))
CAN = "can"
"""A thing that is called so is known by what stands before it."""
THING = frozenset(
    word + end for words in (*SHAPE_WORDS.values(), ANY) for word in words for end in ("", "s", "es")
) - {CAN}

_PLACED = words_of(*PLACES.values()) | {"most"}
_BEHIND = sorted({" ".join(words_in(place)) for places in AFTER.values() for place in places}, key=len)


def _any(words: frozenset[str]) -> str:
    """As an alternative of a pattern; longer words come first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_THING, _COLOUR, _BEFORE = _any(THING), _any(COLOUR), _any(COLOUR | _PLACED)


class Asked(Enum):
    """What a clause asks for."""

    NOTHING = auto()
    TRAINED = auto()
    BEYOND = auto()


def asked_by(known: str) -> Asked:
    """What a clause of known words asks for."""
    text = _told_apart(known)
    if any(shape.search(text) for shape in _NEVER) and not _ON_THINGS.search(text):
        return Asked.BEYOND
    there = forms(text)
    if there & THING:
        if there & sense("parts"):
            return Asked.BEYOND
        return Asked.TRAINED if _is_of_a_thing(text) else Asked.NOTHING
    if there & (sense("settings") | sense("lasting")):
        return Asked.TRAINED if _is_of_a_photograph(text, there) else Asked.BEYOND
    asks = there & (sense("acts") | sense("changes") | COLOUR | _TINGED)
    return Asked.TRAINED if asks or _SEVERAL.search(text) else Asked.NOTHING


def names_thing(text: str) -> bool:
    """Whether a text of known words speaks of a thing of the tabletop."""
    return bool(forms(_told_apart(text)) & THING)


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
    return bool(said) or _MORPHS.search(text) is not None or _GOES.search(text) is not None


def _is_of_a_photograph(text: str, there: set[str]) -> bool:
    """Whether the whole changes where the words speak of its parts."""
    if _SEVERAL.search(text):
        return True
    if _ADDED.search(text) or (there & sense("removing") and not there & _CLEARED):
        return False
    changes = sense("changes") - (sense("wider") if there & sense("parts") else frozenset())
    if there & COLOUR and not there & changes - _LIT:
        turns = bool(there & sense("turning")) and there & COLOUR <= sense("turned")
        return turns or _GREY_SKY.search(text) is not None
    return bool(there & changes)


_TINGED = frozenset({"colour", "color"})
_LIT = frozenset({"light", "lighting", "bright", "lights"})
_CLEARED = _TINGED | {"noise", "grain", "blur"}
"""What can be taken out of a photograph."""

_ON_THINGS = re.compile(r"\bstrip|\bpaint|\bcolou?r|\bflat")
"""What does come onto a thing."""
_WANTED = re.compile(rf"\ban? ((?:\w+ ){{0,3}})(?:{_THING})\b")
"""A thing as it is to be, of which what stands before it is wanted."""
_NAME = re.compile(
    rf"\b(?:(?:the|this|that|these|those|my|both|all) (?:\w+ )?)?(?:(?:{_BEFORE}) )*(?:{_THING})\b"
    rf"(?: (?:{'|'.join(_BEHIND[::-1])})(?! (?:edge|side|border|row|of)\b)(?= (?:should|to|must|is|be)\b))?"
)
"""A thing as it is called."""
_MORPHS = re.compile(
    rf"\b(?:into|with|for|by|to|become|becomes|be|is|a|an|{_THING})"
    rf" (?:an? )?(?:(?:{_BEFORE}) )*(?:{_THING})\b"
)
"""What a thing is to become."""
_GOES = re.compile(
    r"\bgo(?:es)?(?: away)?$|\bpick(?:s|ed)? (?:.+ )?up\b|\btake\b.* (?:off|away|out)\b"
    r"|\bnot (?:want|need|like)\b"
    rf"|\b(?:no|without) (?:more )?(?:(?:a|the|any|{_BEFORE}) )*(?:{_THING})\b"
    rf"|\b(?:{_THING}) (?:\w+ )?(?:instead|rather)\b|\bhalf (?:the|its|as|of)\b"
)
"""A thing goes, or goes up."""
_SEVERAL = re.compile(
    r"\b(?:lift|raise|open|bring)\w*(?: up)? (?:the )?shadows?\b|\bfield of view\b"
    r"|\bwhat (?:is |lies )?(?:around|outside|beyond|on|to|at)\b"
    r"|\b(?:evening|late|low)\b.*\bsun\b|\bsun\b.*\b(?:set|sets|setting|down|low)\b"
    r"|\bsoft\w* (?:the )?backdrop\b|\bbackdrop (?:is |be )?soft"
    r"|\bfrom (?:the )?(?:left|right)\b|\bmore of\b|\bsee more$|\bdepth of field\b"
    r"|\bbrown (?:print|photo|photograph|picture|image|tone)s?\b"
)
"""Changes of a photograph that only several words together ask for."""
_ADDED = re.compile(
    r"\b(?:add|put|more|another|place)(?: (?:a|an|the|some|more|two|in))*(?: full| big| few)? "
    r"(?:tree|plant|house|building|sun|star|street|mountain|hill|lake|river|tower|church|castle|bridge)s?\b"
)
_GREY_SKY = re.compile(r"\bgr[ae]y (?:sky|skies)\b|\b(?:sky|skies)\b.* gr[ae]y\b")

_BESIDE = "on|onto|top of|next to|behind|beside|under|below|inside|between|over|near|around"
_MOVES = r"(?:roll|throw|fade|sink)\w*"
_NEVER = tuple(
    map(
        re.compile,
        (
            # further things, and things beside things
            rf"\badd (?:(?:an?|the|some|one|another|more) )*(?:(?:{_BEFORE}) )*(?:{_THING})\b",
            rf"(?<!no )\b(?:another|a second|a third|two|three|extra|(?<!no )more) (?:.* )?(?:{_THING})\b",
            rf"\b(?:put|place|drop|hide|stick|move|push)\b.* (?:into|in) (?:a|the) (?:{_THING})\b",
            rf"\b(?:{_BESIDE}) (?:the |a |that )(?:(?:{_BEFORE}) )*(?:{_THING})\b",
            rf"\b{_MOVES} (?:.* )?(?:{_THING})\b|\b(?:{_THING}) .*\b{_MOVES}",
            r"\b(?:an|like an|the) orange$",
            # lamps
            r"\b(?:turn|switch|put)\w* (?:on\b.*\blights?|.*\blights? on)\b|\b(?:second|more|two) lights\b",
            r"\b(?:a second|another) light\b|\badd an? light$|\blight from\b",
            # turns that are not the camera's, and its other places
            r"\b(?:rotate|swivel|circle)\w*\b(?!.*\b(?:camera|view|scene)\b)",
            r"\bfrom (?:behind|above|below|the back|the front|the top)$|\bcrop out\b",
            # the other way round
            r"\b(?:in)?to (?:the )?(?:day|daylight|daytime)\b(?!.*\bnight)",
            r"\b(?:morning|day|daytime|noon|sunny|spring) light\b|\bsunny(?: day| morning| weather| scene)?$",
            r"\b(?:lift|raise|dry|stop) (?:the |this |it )?(?:fog|mist|rain|snow|cloud)",
            r"\b(?:fog|mist|rain|snow|clouds?|night) (?:lift|stop|go|clear|melt|vanish|disappear|end)s?\b",
            (
                r"\b(?:less|lower|reduce|decrease|weaker)(?: the| colou?r)* "
                r"(?:satura|vivid|vibran|colou?rful|sharp|rich)"
            ),
            r"\b(?:add|more|put in|put)(?: (?:some|a|of|bit))* (?:noise|grain|blur)\b",
            r"^(?!.*\b(?:less|not|too|no|backdrop)\b).*\bmake\b.* (?:blurry|blurred|fuzzy|grainy|noisy)\b",
            # in parts, or everything
            r"\bhalf (?:\w+ )*half\b|\b(?:remove|delete|erase|clear) (?:everything|all)$",
            r"\b(?:leaf|leaves) falls?\b(?! colou?r)",
        ),
    )
)
"""What no training text asks for though it has their words."""
