"""Who does what, found in a wish: "make the dog sit", "the dog sits", "the dog should sit", "a dog "
"sitting".
"""

from __future__ import annotations

import re

from . import verbs
from .acts import act, become, change_until, start
from .change import Change
from .nouns import (
    COLOUR_NAMES,
    DETERMINERS,
    NOUNS_IN_ING,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    is_adjective,
    is_plain_adjective,
    is_plural,
    plural,
)
from .words import listed

_CAUSED = re.compile(r"(make|let|have|get|see|watch|want) (.+)", re.IGNORECASE)
_SHOULD = re.compile(
    r"(.+?) (?:should|must|shall|could|would|ought to|needs? to|has to|have to|is supposed to|(?:is"
    r"|are) going to"
    r"|will)(?: all| both| now)? (.+)",
    re.IGNORECASE,
)
_NUMBERS = r"one|two|three|four|five|six|\d+"
_REMAIN = re.compile(
    rf"(?:only|just) (?P<count>{_NUMBERS}) (?P<noun>\w+)(?: (?:should|must|is|are))?"
    r"(?: (?:remains?|stays?|left|be left|to remain))?(?: (?:in|on) .+)?",
    re.IGNORECASE,
)
_START = re.compile(r"(?:start|begin|continue) (?:to )?(\w+)(.*)")
_STARTING = {"starts": False, "begins": False, "continues": False, "start": True, "begin": True}
"""Whether it is of many."""
_BEING = {"is": False, "was": False, "are": True, "were": True}
_OBJECTS = frozenset({"the", "his", "her", "its", "their"})
_COMMANDS = listed("no names")
_ADVERBS = listed("adverbs")
_ALSO_THINGS = listed("adjectives that name things")
"""Adjectives that also name a thing."""
_THINGS_IN_S = listed("things in -s")
"""Things of many that look like what someone does."""
_AFTER_HER = listed("after her")
"""What may be hers, though it looks like what she is to do."""


def caused(plain: str) -> Change | None:
    """Such as "make the dog sit", "let it go", "want them to dance"."""
    match = _CAUSED.fullmatch(plain)
    if match is None:
        return None
    command, words = match[1].lower(), match[2].split()
    for place in range(1, len(words)):
        who, word, rest = words[:place], words[place].lower().strip(","), words[place + 1 :]
        if not _names_someone(who) or _is_hers(who, words[place:]):
            continue
        if (verb := _verb_after(command, who, word, rest)) is not None:
            return _act(_without_adverbs(who), verb, rest)
    return None


def _verb_after(command: str, who: list[str], word: str, rest: list[str]) -> str | None:
    """The verb that the word is, if it is what "who" is to do."""
    if command == "want" and who[-1] != "to" and is_adjective(word):
        return None
    if rest and re.fullmatch(COLOUR_NAMES, word):
        return None
    if word == "be" and rest:
        return "be"
    if (doing := verbs.of_going_on(word)) and _goes_on(word, rest):
        return doing
    described = not rest or (rest[0] == "and" and len(rest) == 2 and is_adjective(rest[1]))
    closing = is_plain_adjective(word) and described and command == "make" and word != "open"
    return word if _is_verb(word, rest) and not closing else None


def said(plain: str) -> Change | None:
    """Such as "the dog sits", "the dog should sit", "the dog is sitting", "a dog sitting on the sofa"."""
    plain = re.sub(r"^want (?!to )", "", plain)
    return _remaining(plain) or _obliged(plain) or _told(plain)


def _remaining(plain: str) -> Change | None:
    match = _REMAIN.fullmatch(plain)
    if match is None:
        return None
    left, is_ = f"only {match['count']} {match['noun']}", "is" if match["count"] in {"one", "1"} else "are"
    return Change(f"the other {plural(match['noun'])} slowly disappear until {left} {is_} left", left)


def _obliged(plain: str) -> Change | None:
    match = _SHOULD.fullmatch(plain)
    if match is None:
        return None
    who, does = match[1], match[2]
    how = re.fullmatch(r"(?:be|(?:stand|lie) (?=in the (?:front|back) row)) ?(.+)", does)
    if how is None or re.match(r"an? |made |gone|\w+ing\b", how[1]) or _is_passive(how[1]):
        return caused(f"make {who} {does}") or become(who, does)
    return change_until(who, how[1])


def _is_passive(how: str) -> bool:
    first = how.split()[0]
    return verbs.is_done(first) and not is_adjective(first)


def _told(plain: str) -> Change | None:
    words = plain.split()
    for place in range(1, len(words)):
        who, word, rest = words[:place], words[place].lower().strip(","), words[place + 1 :]
        if not _names_someone(who) or (place == 1 and who[0].lower() in verbs.VERBS and word in _THINGS_IN_S):
            continue
        if (made := _finite(_without_adverbs(who), word, rest)) is not None:
            return made
    return None


def _finite(name: list[str], word: str, rest: list[str]) -> Change | None:
    """What the words say if this one is their verb."""
    if (made := _being(name, word, rest)) is not None:
        return made
    if word in _STARTING and rest:
        return _act(name, word.removesuffix("s"), rest, _STARTING[word])
    if (verb := verbs.of_third_person(word) or _unknown(name, word, rest)) and not _is_noun(name, word, rest):
        return _act(name, verb, rest, many=False)
    if name[0].lower() not in _COMMANDS:
        if (verb := verbs.of_going_on(word)) and _goes_on(word, rest):
            return _act(name, verb, rest)
        if _likely_goes_on(word, rest):
            return start(" ".join(name), " ".join([word, *rest]))
    if is_plural(" ".join(name)) and word in verbs.VERBS and not _is_end(word, rest):
        return _act(name, word, rest, many=True)
    return None


def _being(name: list[str], word: str, rest: list[str]) -> Change | None:
    """Such as "is on", "has been eaten", "has a hat"."""
    who = " ".join(name)
    if not rest:
        return None
    if word in _BEING:
        rest = rest[1:] if rest[0] in {"now", "being", "all"} and rest[1:] else rest
        return become(who, " ".join(rest), _BEING[word])
    if word not in {"has", "have"}:
        return None
    if rest[0] in {"been", "become"} and rest[1:]:
        return become(who, " ".join(rest[1:]), word == "have")
    if _is_passive(" ".join(rest)):
        return become(who, " ".join(rest), word == "have")
    return act(who, "have", " ".join(rest), word == "have")


def _act(name: list[str], verb: str, rest: list[str], many: bool | None = None) -> Change:
    how = " ".join(rest)
    if begun := _START.fullmatch(f"{verb} {how}"):
        real = begun[1] if begun[1] in verbs.VERBS else verbs.of_going_on(begun[1])
        verb, how = (real, begun[2].strip()) if real else (verb, how)
    return act(" ".join(name), verb, how, many)


def _without_adverbs(who: list[str]) -> list[str]:
    """As in "the kids all" → "the kids"."""
    while len(who) > 1 and who[-1].lower().strip(",") in _ADVERBS:
        who = who[:-1]
    return who


def _names_someone(who: list[str]) -> bool:
    """Whether the words may name a thing: more than an article, and no adjective or preposition last."""
    names = [word.lower().strip(",") for word in _without_adverbs(who)]
    last = names[-1]
    if len(names) == 1 and (last in PRONOUNS or last in SUBJECTS):
        return True
    if (
        len(names) > 1
        and names[0] in {"it", "him", "them", "he", "she", "they"}
        and names[1] not in PREPOSITIONS
    ):
        return False
    if last == "one" and len(names) > 1:
        return True
    if last in DETERMINERS | PREPOSITIONS | {"and", "not", "very", "more"} or last.endswith("'s"):
        return False
    if re.search(r"(?:ed|en|wn)$", last) and verbs.is_done(last):
        return False
    return not is_adjective(last) or (last in _ALSO_THINGS and len(names) > 1)


def _is_hers(who: list[str], after: list[str]) -> bool:
    """Whether "her" is whose: "make her dress red", but "make her dress up"."""
    if [word.lower() for word in who] != ["her"] or after[0].lower() not in _AFTER_HER:
        return False
    following = after[1].lower() if after[1:] else ""
    return is_adjective(following) or following in verbs.VERBS | {"more", "very", "be", "really"}


def _is_verb(word: str, rest: list[str]) -> bool:
    """Whether it is known as one, or has an object: "make the man scrub the floor"."""
    if word in verbs.VERBS or re.fullmatch(r"\w{3,}(?:ize|ify)", word):
        return True
    unknown = (
        word.isalpha() and word not in PREPOSITIONS | DETERMINERS | {"and", "or"} and not is_adjective(word)
    )
    return unknown and bool(rest) and rest[0].lower() in _OBJECTS


def _unknown(name: list[str], word: str, rest: list[str]) -> str | None:
    """A verb that no table has, before its object: "the man scrubs the floor"."""
    known = name[0].lower() in DETERMINERS | PRONOUNS and not is_plural(" ".join(name))
    has_object = bool(rest) and rest[0].lower() in _OBJECTS
    return word.removesuffix("s") if has_object and known and re.fullmatch(r"[a-z]+[^s']s", word) else None


def _goes_on(word: str, rest: list[str]) -> bool:
    """Whether it is no thing, as in "an oil painting"."""
    return word not in NOUNS_IN_ING | {"meeting"} or bool(rest and rest[0] in DETERMINERS)


def _likely_goes_on(word: str, rest: list[str]) -> bool:
    """Whether it is such a form of a verb that no table has: "bees buzzing around"."""
    formed = re.fullmatch(r"[a-z]{3,}ing", word) is not None and not is_adjective(word)
    fits = not rest or rest[0].lower() in PREPOSITIONS | DETERMINERS
    return formed and word not in NOUNS_IN_ING and fits


def _is_noun(name: list[str], word: str, rest: list[str]) -> bool:
    """Whether a word such as "waves" is no verb, as one follows: "the ocean waves crash"."""
    following = rest[0].lower() if rest else ""
    if is_plural(" ".join(name)) or (
        word in _THINGS_IN_S and not rest and name[0].lower() not in DETERMINERS | PRONOUNS
    ):
        return True
    if following in {"is", "are", "should", "get", "become", "have"}:
        return True
    follows = following in verbs.VERBS and not is_adjective(following)
    return follows and following not in {"light", "back", "colour", "color", "fire"}


def _is_end(word: str, rest: list[str]) -> bool:
    """Whether it stands for how the things are: "the floors clean"."""
    return is_adjective(word) and not rest and word not in {"open", "close", "light"}
