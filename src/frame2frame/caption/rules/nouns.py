"""Things and what they are like: articles, number, adjectives."""

from __future__ import annotations

import re

from .words import listed

COLOUR_NAMES = (
    r"red|orange|yellow|green|cyan|turquoise|blue|purple|violet|pink|magenta|white|black|gr[ea]y|brown"
    r"|gold(?:en)?|silver|beige"
)
_ONE_COLOUR = rf"(?:(?:dark|light|bright|pale|deep|plain|pure|all|hot|navy|neon) )?(?:{COLOUR_NAMES})"
COLOUR = rf"{_ONE_COLOUR}(?:(?:,? and|,) {_ONE_COLOUR})*"

ARTICLES = (
    "the|a|an|this|that|these|those|both|all|some|his|her|its|my|their|our|your|one|two|three|four|five|six"
    "|seven|eight|nine|ten|several|many|every|each|another|lots|only|more"
)
"""With these a thing begins."""
DETERMINERS = frozenset({*ARTICLES.split("|"), "half"})
SUBJECTS = {"him": "he", "her": "she", "them": "they", "me": "the person", "us": "the people"}
"""Who does what "him" is to do."""
PRONOUNS = frozenset(
    {"he", "she", "they", "it", "everyone", "everybody", "someone", "everything", "you", "people"}
)
PREPOSITIONS = listed("prepositions")

_ADJECTIVES = listed("adjectives")
_NO_ADJECTIVES = listed("no adjectives")
MATERIAL = (
    r"gold|silver|bronze|copper|metal|steel|iron|stone|marble|wood|glass|paper|cardboard|plastic"
    r"|leather|velvet|wool"
    r"|silk|denim|straw|bricks?|concrete|rubber|chocolate|candy|lego|crystal|diamonds?|clay|porcelain"
    r"|ceramic|feathers"
    r"|jelly|bamboo|granite|jade|chrome|cotton|felt|wax|gingerbread"
)
"""What things are made of."""
NOUNS_IN_ING = listed("nouns in -ing")
_LIKE_ADJECTIVES = re.compile(
    r"\w{2,}(?:ous|ful|less|ish|[^aeiou]y|ged|ned|ted|red|ked|led|ped|sed|ced|zed|med)"
)

_OF_MANY = re.compile(
    r"(?:they|both|these|those|two|three|four|five|six|seven|eight|nine|ten|several|many|some|a few"
    r"|\d+)(?: .+)?"
    r"|(?:.+ )?(?:people|men|women|children|feet|teeth|mice|geese|sheep|clothes|cattle|police|lots"
    r"|\w+(?<![sui])s)",
    re.IGNORECASE,
)
"""Several things: by their number, or by the ending of what they are called."""
_OF_ONE = re.compile(
    r"(?:.+ )?(?:lens|gas|canvas|atlas|christmas|plus|campus|news|everyone|everybody)"
    r"|some (?!.*s$)(?!.*(?:people|men|women|children)$).+",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:a lot|lots|plenty|a couple|a few|dozens|hundreds|thousands|some|all|both|a bunch|half|most) of "
)
_BESIDES = re.compile(rf" (?:{'|'.join(sorted(PREPOSITIONS))}) ")

ONE = {"s": "s", "es": "es", "is": "is", "has": "has", "it": "it"}
MANY = {"s": "", "es": "", "is": "are", "has": "have", "it": "they"}


def is_plural(thing: str) -> bool:
    """Whether "are" follows it."""
    thing = _AMOUNT.sub("the ", thing.lower())
    head = _BESIDES.split(thing, maxsplit=1)[0]
    if re.search(rf" and (?:{ARTICLES}) ", f"{thing} "):
        return True
    return _OF_MANY.fullmatch(head) is not None and not _OF_ONE.fullmatch(head)


def agreeing(thing: str, many: bool | None = None) -> dict[str, str]:
    """The words that agree with it; `many` says its number where the wish does."""
    chosen = MANY if (is_plural(thing) if many is None else many) else ONE
    return chosen if chosen is MANY else chosen | {"it": _pronoun(thing)}


_HE = re.compile(
    r"he|(?:.+ )?(?:man|boy|guy|father|dad|grandpa|king|prince|brother|son|uncle|husband|gentleman)",
    re.IGNORECASE,
)
_SHE = re.compile(
    r"she|(?:.+ )?(?:woman|girl|lady|mother|mum|mom|grandma|queen|princess|sister|daughter|aunt|wife|bride)",
    re.IGNORECASE,
)


def _pronoun(thing: str) -> str:
    head = _BESIDES.split(thing, maxsplit=1)[0]
    if head.lower().endswith(" person"):
        return "the person"
    return "he" if _HE.fullmatch(head) else "she" if _SHE.fullmatch(head) else "it"


def is_adjective(word: str) -> bool:
    """Whether it says what a thing is like."""
    if word in _NO_ADJECTIVES:
        return False
    return bool(
        word in _ADJECTIVES
        or re.fullmatch(COLOUR_NAMES, word)
        or _LIKE_ADJECTIVES.fullmatch(word)
        or is_compared(word)
    )


def is_plain_adjective(word: str) -> bool:
    """Whether it is listed as one, and not only looks like one."""
    return word in _ADJECTIVES or re.fullmatch(COLOUR_NAMES, word) is not None or is_compared(word)


def is_compared(word: str) -> bool:
    """Whether it is of the kind of "bigger"."""
    for ending in ("er", "r", "est", "st"):
        stem = word.removesuffix(ending)
        short = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
        if stem != word and {stem, short, re.sub("i$", "y", stem)} & _ADJECTIVES:
            return True
    return False


def with_article(thing: str) -> str:
    """As in "dog" → "the dog", where it is of one and has no article."""
    first = thing.split()[0].lower() if thing else ""
    if first in DETERMINERS | PRONOUNS | _AMOUNTS or first[:1].isdigit() or is_plural(thing):
        return thing
    return f"the {thing}"


_UNCOUNTED = listed("uncounted")


def with_new_article(thing: str) -> str:
    """As in "hole in the shirt" → "a hole in the shirt", for a thing that was not there."""
    first = thing.split()[0].lower() if thing else ""
    head = _BESIDES.split(thing, maxsplit=1)[0].split(" of ")[0].split()
    if (
        not head
        or first in DETERMINERS | PRONOUNS | SUBJECTS.keys()
        or first[:1].isdigit()
        or first in _AMOUNTS
    ):
        return thing
    if is_plural(thing) or head[-1].lower() in _UNCOUNTED or "'s" in head[0]:
        return thing
    return f"{'an' if re.match('[aeio]|u(?!ni|se|k)', first) else 'a'} {thing}"


_AMOUNTS = frozenset({"half", "most", "part", "none", "no", "less", "enough", "a"})


def subject(thing: str) -> str:
    """As the one who does something: "him" → "he"."""
    return SUBJECTS.get(thing.lower(), with_article(thing))


def plural(noun: str) -> str:
    """As in "bird" → "birds"."""
    odd = {
        "person": "people",
        "man": "men",
        "woman": "women",
        "child": "children",
        "sheep": "sheep",
        "fish": "fish",
        "mouse": "mice",
        "goose": "geese",
    }
    if noun in odd or is_plural(noun):
        return odd.get(noun, noun)
    if noun.endswith(("s", "sh", "ch", "x", "z")):
        return noun + "es"
    return noun[:-1] + "ies" if re.search(r"[^aeiou]y$", noun) else noun + "s"
