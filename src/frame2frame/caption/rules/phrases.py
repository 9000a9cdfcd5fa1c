"""Wishes without a verb: "curly hair", "cat's tail up", "wrinkles on her hands"."""

from __future__ import annotations

import re

from . import verbs
from .acts import act, become
from .change import Change
from .nouns import (
    COLOUR,
    DETERMINERS,
    NOUNS_IN_ING,
    PREPOSITIONS,
    PRONOUNS,
    agreeing,
    is_adjective,
    is_compared,
    is_plain_adjective,
    is_plural,
    subject,
    with_article,
    with_new_article,
)
from .words import listed

_WANTED = re.compile(r"(?:want|give|add|show|with) (.+)", re.IGNORECASE)
_PLACE = re.compile(r"(?:in|at|on|under|inside) .+", re.IGNORECASE)
_FORMS = listed("forms")
_IN_A_STATE = re.compile(
    r"in (?:full )?(?:bloom|blossom|flames|pieces|ruins|tears|focus|motion|half)|on fire|under ?water"
    r"|(?:upside down|inside out)"
)
_OWNERS = frozenset({"a", "an", "the", "his", "her", "their", "its", "my"})
_DEGREES = frozenset({"really", "very", "more", "less", "completely"})
_SHADES = frozenset({"dark", "light", "bright", "pale", "deep", "plain", "half"})
_ALSO_THINGS = frozenset({"light", "glass", "stone", "metal", "paper", "brick"})
_NO_ACTS = frozenset({"swimming", "rocking", "washing", "drawing", "painting", "building"})
_OF_WHAT_IS_THERE = listed("of what is there")
_ALWAYS_THERE = listed("always there")


def phrase(plain: str) -> Change | None:
    """What a phrase without a verb makes of the picture."""
    wanted = _WANTED.fullmatch(plain)
    text = wanted[1] if wanted else plain
    if _PLACE.fullmatch(text):
        return Change(f"the background slowly changes until the scene is {text}", f"the scene {text}")
    words = text.split()
    return (
        state_at_end(words)
        or _more_or_less(words)
        or _described(words)
        or _coming(words, asked=wanted is not None)
    )


def state_at_end(words: list[str]) -> Change | None:
    """Such as "the sky grey", "the umbrellas folded", "bowl full of cherries", "cat's tail up"."""
    for place in range(1, len(words)):
        last, how = words[place - 1].lower().strip(","), words[place:]
        if last in DETERMINERS | PREPOSITIONS | _DEGREES | {"and"} or is_adjective(last):
            continue
        if _is_state([word.lower().strip(",") for word in how]):
            return _come_to_be(" ".join(words[:place]), " ".join(how))
    return None


def _is_state(how: list[str]) -> bool:
    """Whether it says how a thing is, and nothing is left that an adjective would belong to."""
    if _IN_A_STATE.fullmatch(" ".join(how)):
        return True
    first, rest = how[0], how[1:]
    if not (is_adjective(first) or verbs.is_done(first) or first in _FORMS | _DEGREES):
        return False
    if not rest or rest[0] in PREPOSITIONS:
        return True
    return all(is_adjective(word) or verbs.is_done(word) or word in {"and", "more", "as"} for word in rest)


def _come_to_be(who: str, how: str) -> Change:
    who = _definite(subject(who))
    if how in {"up", "down", "away"}:
        return Change(act(who, "move", how).clip, become(who, how).target)
    if how in {"on", "off", "out"}:
        return act(who, "go", how)
    if how in {"open", "closed", "shut"}:
        return act(who, {"open": "open", "shut": "shut"}.get(how, "close"))
    return become(who, how)


def _definite(who: str) -> str:
    """As in "eyes" → "the eyes", as they are in the picture."""
    first = who.split()[0].lower()
    known = first in DETERMINERS | PRONOUNS or first[:1].isdigit()
    return who if known else f"the {who}"


def _more_or_less(words: list[str]) -> Change | None:
    """Such as "less snow", and "more dramatic"."""
    first, rest = words[0].lower(), " ".join(words[1:])
    if first not in {"more", "less", "fewer"} or not rest:
        return None
    if is_adjective(words[1].lower()) and len(words) == 2:
        return Change(f"the scene slowly becomes {' '.join(words)}", f"the scene is {' '.join(words)}")
    if first == "more":
        return _coming(words, asked=True)
    who = with_article(rest)
    return Change(f"{who} slowly dwindle{agreeing(who)['s']}", " ".join(words))


def _described(words: list[str]) -> Change | None:
    """Such as "curly hair": the hair becomes curly; "a thinner book"; "scratched and dented car"."""
    owner = words[0].lower() if words[0].lower() in _OWNERS else ""
    how, thing = _parted(words[1:] if owner else words)
    there = " ".join(thing).lower() in _ALWAYS_THERE
    if not how or (owner in {"a", "an"} and not there and not any(map(_tells_of_what_is_there, how))):
        return None
    if not thing:
        return (
            None
            if owner
            else Change(f"the scene slowly becomes {_listed(how)}", f"the scene is {_listed(how)}")
        )
    if re.fullmatch(COLOUR, " ".join(how)) and {word.lower() for word in thing} & {"on", "in", "at"}:
        return None  # "red lipstick on her lips" is not there yet
    who = f"{owner if owner not in {'', 'a', 'an'} else 'the'} {' '.join(thing)}"
    going_on = verbs.of_going_on(" ".join(how))
    return act(who, going_on) if going_on else _come_to_be(who, _listed(how))


def _parted(words: list[str]) -> tuple[list[str], list[str]]:
    """The words that describe, and the thing."""
    end = 0
    while end < len(words) and (
        _describes(words[end].lower().strip(",")) or (end and words[end].lower() == "and")
    ):
        end += 1
    if (end < len(words) and words[end].lower() in PREPOSITIONS) or (
        end == len(words) > 1 and words[-1].lower() in _ALSO_THINGS
    ):
        end -= 1
    return words[: max(end, 0)], words[max(end, 0) :]


def _describes(word: str) -> bool:
    if is_adjective(word) or verbs.is_done(word) or word in _DEGREES | {"well", "much", "longer"}:
        return True
    return verbs.of_going_on(word) is not None and word not in _NO_ACTS | NOUNS_IN_ING


def _tells_of_what_is_there(word: str) -> bool:
    """Whether it tells of a thing in the picture how it is to be."""
    return is_compared(word.lower()) or word.lower() in _OF_WHAT_IS_THERE


def _listed(words: list[str]) -> str:
    """As in "long red" → "long and red"."""
    first, *others = [word.lower() for word in words]
    two = (
        len(others) == 1
        and first not in _SHADES
        and is_plain_adjective(first)
        and is_plain_adjective(others[0])
    )
    return (" and " if two else " ").join(words)


def _coming(words: list[str], asked: bool) -> Change | None:
    """A thing that is not there yet."""
    low, text = [word.lower() for word in words], " ".join(words)
    named = low[0] in DETERMINERS or low[0][:1].isdigit() or is_plural(text)
    if low[0] in PREPOSITIONS | {"make", "let"} or (not asked and not named and len(words) > 6):
        return None
    if not all(re.fullmatch(r"[\w'’,-]+", word) for word in words):
        return None
    for place in range(1, len(words)):
        if low[place] in PREPOSITIONS - {"of", "with", "for", "to", "like", "as"}:
            thing, where = with_new_article(" ".join(words[:place])), " ".join(words[place:])
            return Change(f"{thing} slowly appear{agreeing(thing)['s']} {where}", f"{thing} {where}")
    thing = with_new_article(text)
    return Change(f"{thing} slowly come{agreeing(thing)['s']} into view", thing)
