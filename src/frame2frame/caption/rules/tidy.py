"""A wish without what belongs to the asking: polite words, questions, "I want", slips of the keyboard."""

from __future__ import annotations

import re

from .nouns import COLOUR, DETERMINERS, PRONOUNS, SUBJECTS
from .tables import pattern, table
from .verbs import VERBS, going_on

THING_FIRST = pattern("tidy", "@{thing_first}", {"colour": COLOUR})
"""A thing, then what is to be done with it, such as "take the red cube and lift it"."""

_TABLE = tuple(
    (pattern("tidy", said, {"colour": COLOUR}), read)
    for rules in table("tidy")["rules"].values()
    for said, read in rules
)
"""What is said in many ways, and the one way in which it is read; tried in this order."""

_EDITS = {going_on(verb): verb for verb in table("tidy")["names"]["edits"].split("|") if verb.isalpha()}
"""What is done to a picture, by the form that goes on."""

_MOST_ROUNDS = 4
"""Times that the table is gone through: below what is polite there may be more of it."""

_SPELLING = {"teh": "the", "hte": "the", "backround": "background", "backgroud": "background", "u": "you"}
_COMMANDS = VERBS | {
    "make",
    "let",
    "add",
    "replace",
    "swap",
    "delete",
    "remove",
    "change",
    "zoom",
    "transform",
    "see",
    "set",
    "bring",
    "erase",
    "enlarge",
    "shrink",
    "view",
    "pan",
    "tilt",
    "keep",
}
_LOOK = re.compile(
    r"(?:bright|dark|dimm|light|warm|cool|cold|strong|rich|sharp|soft|bigg|small|larg|wid|clos)er|black|sepia|monochrome"
    r"|gr[ae]yscale|golden|vivid|vibrant|(?:fogg|mist|haz|rain|snow|sunn|cloud)y|overcast|autumn|winter|summer"
    r"|spring|night|dusk|dawn|evening|sunset|sunrise|stripes|more|less"
)
"""With which a wish begins that has no verb, as in "Warmer colours"."""


def tidy(wish: str) -> str:
    """The wish as one short command, statement or phrase."""
    plain = " ".join(wish.replace("’", "'").replace("‘", "'").split()).strip(" .!?\"'“”")
    plain = plain.lower() if plain.isupper() and " " in plain else plain
    plain = " ".join(_SPELLING.get(word.lower(), word) for word in plain.split())
    plain = _spelt(plain)
    for _ in range(_MOST_ROUNDS):
        before = plain
        for said, read in _TABLE:
            plain = said.sub(read, plain).strip(" ,.!?")
        plain = _ordered(plain)
        if plain == before:
            break
    return _uncapitalised(_spelt(plain))


def _ordered(plain: str) -> str:
    """As in "painting the ball red" → "paint the ball red"."""
    first, _, rest = plain.partition(" ")
    meant = _EDITS.get(first.lower())
    thing = re.match(r"(?:(?:up|down|out|away|off) )?(?:the|this|that|it|day|stripes)\b", rest)
    return f"{meant} {rest}" if meant and thing else plain


def _uncapitalised(plain: str) -> str:
    """Without the capital of a sentence, where a name would not have one."""
    first = plain.partition(" ")[0]
    low = first.lower()
    known = low in DETERMINERS | PRONOUNS | _COMMANDS or _LOOK.fullmatch(low)
    return plain[:1].lower() + plain[1:] if (known and first[1:].islower()) or first == "A" else plain


def _spelt(plain: str) -> str:
    """With its first word spelt right, if that is a command with a slip of the keyboard."""
    first, _, rest = plain.partition(" ")
    beginning = rest.partition(" ")[0].lower()
    if first.lower() in _COMMANDS or beginning not in DETERMINERS | PRONOUNS | SUBJECTS.keys():
        return plain
    meant = [one for one in sorted(_COMMANDS) if _slipped(first.lower(), one)]
    return f"{meant[0]} {rest}" if meant else plain


def _slipped(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters changed places, or one is missing, doubled or too many."""
    if len(typed) < 3 or len(meant) < 4 or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) == len(meant):
        return typed != meant and sorted(typed) == sorted(meant)
    longer, shorter = sorted((typed, meant), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
