"""Verbs that can be seen, and their forms: "sit", "sits", "sitting", "sat".

No library has all of this: `inflect` forms no participles of the past and tells no verb from a noun, and
`lemminflect` was last released in 2022.
"""

from __future__ import annotations

import re
from functools import cache

from .words import listed

LASTING = listed("lasting")
"""What one sees going on: the end of "make her smile" is "she is smiling"."""

ENDING = listed("ending")
"""What is seen when it is over: the end of "let the rose wilt" is "the rose has wilted"."""

STATES = {
    "have": "get",
    "wear": "put on",
    "hold": "begin to hold",
    "look": "begin to look",
    "seem": "begin to seem",
    "resemble": "begin to resemble",
    "show": "begin to show",
    "face": "turn to face",
    "contain": "fill with",
    "sleep": "fall asleep",
}
"""What merely is so, and how it comes about."""

KEPT = frozenset({"keep", "stay", "remain"})
"""Verbs of what does not change."""

SEEN_AS_THEY_ARE = KEPT | STATES.keys() - {"sleep"}
"""The end of "he should wear a hat" is "he wears a hat"."""

DONE_TO = listed("done to")
"""What is done to things."""

VERBS = LASTING | ENDING | DONE_TO | STATES.keys() | {"become", "appear", "disappear", "vanish"} | KEPT

_PAST = dict(pair.split(":") for pair in listed("pasts"))
_OLD_WORDS = {"burn": "burned"}
"""As the rules have always had it of what is done to a thing."""
_DOUBLED = re.compile(
    r"(?:qu|un|[^aeiou])*[aeiou][bdgklmnprt]$|.*(?:flip|snap|drop|chop|stop|zip|wrap|gin|trap)$"
)
_NOT_DOUBLED = frozenset({"open", "button", "soften", "fasten"})


def third_person(verb: str) -> str:
    """What one does who is told to: "jump" → "jumps"."""
    if verb in ("have", "be"):
        return {"have": "has", "be": "is"}[verb]
    if verb.endswith(("s", "sh", "ch", "x", "o", "z")):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def going_on(verb: str) -> str:
    """As in "sit" → "sitting"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    return _stem(verb, vowel="i") + "ing"


def done(verb: str) -> str:
    """As in "break" → "broken"."""
    if verb in _PAST:
        return _PAST[verb]
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return (verb[:-1] if verb.endswith("e") else _stem(verb)) + "ed"


def done_to(verb: str) -> str:
    """The participle of the passive."""
    return _OLD_WORDS.get(verb) or done(verb)


def _stem(verb: str, vowel: str = "") -> str:
    if verb.endswith("e"):
        return verb if not vowel or verb.endswith(("ee", "ye", "oe")) or verb == "be" else verb[:-1]
    doubles = _DOUBLED.fullmatch(verb) and verb not in _NOT_DOUBLED
    return verb + verb[-1] if doubles else verb


@cache
def _forms() -> dict[str, dict[str, str]]:
    made = {"third": third_person, "going": going_on, "done": done, "done to": done_to}
    return {name: {form(verb): verb for verb in sorted(VERBS)} for name, form in made.items()}


def of_third_person(word: str) -> str | None:
    """The verb of which this is what one does, if there is one: "sits" → "sit"."""
    return _forms()["third"].get(word)


def of_going_on(word: str) -> str | None:
    """The verb of which this is the form that goes on: "sitting" → "sit"."""
    return _forms()["going"].get(word)


def is_done(word: str) -> bool:
    """Whether it says that something was done: "broken"."""
    return word in _forms()["done"] or word in _forms()["done to"] or _ended_in_ed(word)


def _ended_in_ed(word: str) -> bool:
    return (
        len(word) > 4 and word.endswith("ed") and word not in {"seed", "speed", "breed", "indeed", "hundred"}
    )
