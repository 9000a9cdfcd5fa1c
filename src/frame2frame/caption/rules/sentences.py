"""A whole wish: read as one clause, or as several that are joined again."""

from __future__ import annotations

import re
from functools import lru_cache

from . import verbs
from .acts import act
from .change import Change, first_fitting
from .commands import COMMANDS
from .likened import likened
from .nouns import (
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECTS,
    agreeing,
    is_adjective,
    is_plain_adjective,
    subject,
)
from .phrases import phrase, state_at_end
from .scenes import SCENES
from .statements import caused, said
from .words import listed

_JOINT = re.compile(r",? and then |,? then |,? and |,? but |,? while |,? as (?!if\b|though\b)|; |\. |, ")
_JOINED = {"while": " while ", "as": " as ", "but": " but ", "then": ", then ", "and then": ", then "}
_SIZED = re.compile(
    r"make it ((?:much |a lot )?(?:big|bigger|large|larger|huge|small|smaller|tiny|little|flat|flatter))"
)
_NO_THING = re.compile(r"the (?:scene|camera|light|picture|season|person)\b|(?:it|he|she|they)\b")
_CAUSES = frozenset({"make", "let", "have"})
_COMMANDS = _CAUSES | listed("clause commands")
_GAPS = listed("gap commands")
"""Commands that also hold for a second thing: "make the leaves orange and the sky grey"."""
_NAMES = DETERMINERS | PRONOUNS | SUBJECTS.keys()
_ITSELF = listed("commands to itself")
"""Commands for what a thing does by itself."""
_ALSO_THINGS = listed("verbs that name things")
"""Verbs with which a phrase about a thing may begin."""
_OF_THINGS = listed("done to named things")
_AFTER_ACTS = listed("after acts")
_PARTICLE = r"up|off|out|down|away|open|apart|over|back"
_HOW = (
    r" (?:by|to|into|with|in|onto|from|over|around|through|until|towards?|at|for|like|so that|off|out"
    r"|on|across"
    r"|under|up|as|along|down|all over|behind|next to|beside|in front of|between|near|above|below|inside"
    r"|against) .+"
    r"| (?:upside down|sideways|wide|apart|slightly|halfway|completely|clockwise|anticlockwise|short"
    r"|open|shut|flat"
    r"|up|clean|half|long|off|down|out|away|a (?:bit|little)|half(?:way)? (?:open|closed)|backwards?"
    r"|forwards?"
    r"|higher|lower|further|together|around|over)(?: .+)?"
)
"""How something is done, which is no part of the thing's name."""
_DO = re.compile(rf"(?P<verb>[a-z]+) (?:(?P<off>{_PARTICLE}) )?(?P<x>.+?)(?P<how>{_HOW})?", re.IGNORECASE)


LONGEST = 40
"""Words; a longer wish is left as it is."""


def read(plain: str) -> Change | None:
    """The change that a tidied wish asks for; None if no rule knows it."""
    return _read(plain) if re.search(r"\w", plain) and len(plain.split()) <= LONGEST else None


@lru_cache(maxsize=64)
def _read(plain: str) -> Change | None:
    return _several(plain) or _clause(plain) or phrase(plain)


def _clause(plain: str) -> Change | None:
    """A wish with one verb, or with several of one who acts."""
    plain = likened(plain) or plain
    return (
        first_fitting(SCENES, plain)
        or caused(plain)
        or first_fitting(COMMANDS, plain)
        or _done_to(plain)
        or said(plain)
        or _bare_act(plain)
    )


def _several(plain: str) -> Change | None:
    """Two clauses, each with a verb of its own."""
    for joint in _JOINT.finditer(plain):
        left, right = plain[: joint.start()].strip(" ,;."), plain[joint.end() :].strip(" ,;.")
        if not left or not right:
            continue
        first = _clause(left) if begins_clause(left) else state_at_end(left.split())
        second = _sized(first, right) or _second(left, right)
        if first is not None and second is not None:
            joined = _JOINED.get(joint[0].strip(" ,;."), " and ")
            return Change(f"{first.clip}{joined}{second.clip}", f"{first.target} and {second.target}")
    return None


def _sized(first: Change | None, right: str) -> Change | None:
    """A size for "it", which is the thing that the clause before changes: by itself it would be the scene."""
    asked = _SIZED.fullmatch(right)
    if asked is None or first is None or _NO_THING.match(first.clip):
        return None
    made = _clause(f"make the thing {asked[1]}")
    return made and Change(made.clip.replace("the thing", "it"), made.target.replace("the thing", "it"))


def _second(left: str, right: str) -> Change | None:
    """The clause on the right, which may lack the command of the left one."""
    if begins_clause(right):
        return _read(right)
    command, words = left.split()[0].lower(), right.split()
    first = words[0].lower()
    if command in _CAUSES and first in _NAMES and (made := caused(f"make {right}")) is not None:
        return made
    if len(words) > 1 and (made := state_at_end(words)) is not None:
        return made
    if command in _GAPS and len(words) > 3 and first in _NAMES:
        return first_fitting(COMMANDS, f"{command} {right}")
    if command not in _CAUSES | _NAMES and begins_clause(left) and not is_adjective(first):
        return _bare_act(right)
    return said(right) if len(words) > 1 and first not in verbs.VERBS else None


def begins_clause(text: str) -> bool:
    """Whether it begins with a command, or tells who does something."""
    first, _, rest = text.lower().partition(" ")
    return is_command(text) or (bool(rest) and first in _NAMES and said(text) is not None)


def is_command(text: str) -> bool:
    """Whether it begins with what is to be done, and to what."""
    first, _, rest = text.lower().partition(" ")
    following = rest.partition(" ")[0]
    if first in _COMMANDS and rest:
        return True
    return first in verbs.VERBS and (following in _NAMES or re.fullmatch(_PARTICLE, following) is not None)


def _done_to(plain: str) -> Change | None:
    """Such as "open the book", "roll up his sleeves", and verbs that no table has, before an article."""
    match = _DO.fullmatch(plain)
    if match is None or not _is_done_to(match["verb"].lower(), match["x"].split()[0].lower()):
        return None
    verb, who = match["verb"].lower(), subject(match["x"])
    how = " ".join(part.strip() for part in (match["off"], match["how"]) if part)
    if verb in _ITSELF or (verb == "grow" and how):
        return act(who, verb, how)
    is_, end = agreeing(who)["is"], re.sub(r"^until ", "", how)
    done = verbs.done_to(verb)
    target = end if end != how else f"{done} {how}".strip()
    return Change(f"{who} {is_} slowly {done} {how}".strip(), f"{who} {is_} {target}")


def _is_done_to(verb: str, first: str) -> bool:
    """Whether the words are a command and the first of a thing."""
    if verb in _NAMES | PREPOSITIONS | {"want", "make", "let", "see"} or first in PREPOSITIONS:
        return False
    if verbs.of_going_on(verb) or (verb.endswith("ing") and len(verb) > 5):
        return False
    return first in _NAMES or (
        verb in verbs.VERBS and not is_plain_adjective(verb) and verb not in verbs.LASTING | _OF_THINGS
    )


def _bare_act(plain: str) -> Change | None:
    """Such as "lie down on the floor", "clap hands": who is to do it is not said."""
    verb, _, how = plain.lower().partition(" ")
    first = how.partition(" ")[0]
    if doing := verbs.of_going_on(verb):
        verb = doing if first in _NAMES | PREPOSITIONS else ""
    if (verb in _ALSO_THINGS and how) or verb not in verbs.VERBS - verbs.DONE_TO - _CAUSES:
        return None
    fitting = first in _NAMES | PREPOSITIONS | _AFTER_ACTS | {""} or first.endswith("ly")
    return act("the person", verb, how) if fitting else None
