"""A wish of several clauses, such as "paint the ball red, then lift it", as the wishes that it is made of.

Each of them can be captioned by itself: what "it" stands for is named, as the clause before has left it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .change import first_fitting
from .commands import COMMANDS
from .nouns import COLOUR, COLOUR_NAMES, DETERMINERS, PREPOSITIONS
from .scenes import SCENES
from .sentences import begins_clause, is_command, read
from .statements import said
from .tidy import THING_FIRST, tidy
from .verbs import VERBS, of_third_person

_LATER = r"(?:then|after(?:wards?| that| this)|next(?! to\b)|finally|lastly)"
_AFTER = re.compile(
    rf"[,;.!]?\s+(?:and|but)\s+{_LATER}\b[,:]?\s+|[,;.!]\s+{_LATER}\b[,:]?\s+"
    r"|(?<!since)(?<!back)(?<!until)(?<!by)\s+then\s+",
    re.IGNORECASE,
)
"""What says that one thing comes after another."""

_STOP = re.compile(r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Dr|St|No|vs))(?<!\bMrs)[.!;]\s+(?=[A-Za-z])")
"""Between two sentences; not after an abbreviation."""

_AND = re.compile(r",\s+(?:and\s+)?|\s+and\s+")
"""What may stand between two commands, and between two things as well."""

_FIRST = re.compile(r"^(?:first(?: of all)?|to begin with)\b[,:]?\s+", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)")

LONGEST = 300
"""Words of a wish that is split: every joint between two of its parts is tried."""

_BEGINNING = 240
"""Letters, some forty words: more than the longest clause that the rules read."""

_CAUSES = frozenset({"let", "have", "get", "see", "want", "show", "imagine"})
_NO_CHANGE = frozenset({"keep", "leave", "don't", "do", "without", "no", "not", "but", "only", "everything"})
"""With these a sentence begins that says what stays."""

_ITSELF = re.compile(r"\b(?:it|them|they)\b", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|his|her|my|your|our) \w+", re.IGNORECASE)

_WHO = re.compile(r"(?:stripes slowly appear on (?P<on>.+)|(?P<x>.+?)(?: is| are)? slowly\b.*)")
_NO_THING = re.compile(r"(?:the )?(?:scene|camera|light|view|person|night|day|season|picture)s?|it|they")


def clauses(wish: str) -> tuple[str, ...]:
    """The wishes in the order in which they are to be fulfilled; the wish itself where it is one.

    They are split where the words say that one comes after another, between sentences, and between commands;
    "salt and pepper" and "a cat, a dog" are no commands. A wish that is longer than `LONGEST` stays whole.
    """
    if len(wish.split()) > LONGEST:
        return (wish,)
    plain = THING_FIRST.sub(r"\2\1\3", " ".join(wish.split()))
    pieces = [part for piece in _sentences(plain) for part in _commands(piece)]
    return tuple(_named(pieces)) if len(pieces) > 1 else (wish,)


def _sentences(wish: str) -> list[str]:
    """Split where words or full stops do; what asks for no change stays with what stands before it."""
    found = list[str]()
    for piece, is_later in _parts(wish):
        text = _FIRST.sub("", piece)
        if found and not (_is_wish(text) if is_later else _is_clause(text)):
            found[-1] = f"{found[-1]}; {piece}"
        elif text:
            found.append(text)
    return found


def _parts(wish: str) -> Iterator[tuple[str, bool]]:
    """What stands between joints, and whether words say that it comes later."""
    start, is_later, quoted = 0, False, _quotes(wish)
    joints = sorted(
        [(*joint.span(), True) for joint in _AFTER.finditer(wish)]
        + [(*joint.span(), False) for joint in _STOP.finditer(wish)]
    )
    for begin, end, later in joints:
        if begin >= start and not _is_inside(quoted, begin):
            yield wish[start:begin].strip(" ,;.!"), is_later
            start, is_later = end, later
        elif begin < start:  # "; then": a stop and a word at one place
            start, is_later = max(start, end), is_later or later
    yield wish[start:].strip(" ,;.!"), is_later


def _quotes(wish: str) -> list[tuple[int, int]]:
    """Where something is quoted, in order."""
    return [found.span() for found in _QUOTED.finditer(wish)]


def _is_inside(spans: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether it is inside one of these, which are in order and apart."""
    before = bisect_left(spans, (place, 0)) - 1
    return before >= 0 and place < spans[before][1]


def _is_wish(text: str) -> bool:
    """Whether it asks for a change, given that it is said to come later."""
    first = text.partition(" ")[0].lower()
    return bool(first) and first not in _NO_CHANGE and read(tidy(text)) is not None


def _is_clause(text: str) -> bool:
    """The same of a sentence, which may as well be a remark."""
    plain = tidy(text)
    return _is_wish(text) and (begins_clause(plain) or first_fitting((*SCENES, *COMMANDS), plain) is not None)


def _commands(piece: str) -> list[str]:
    """Split between commands."""
    found, start, quoted = list[str](), 0, _quotes(piece)
    for joint in _AND.finditer(piece):
        left, right = _short(piece[start : joint.start()]), _short(piece[joint.end() :])
        if not _is_inside(quoted, joint.start()) and _is_told(left) and is_command(tidy(right)):
            found.append(piece[start : joint.start()])
            start = joint.end()
    return [*found, piece[start:]]


def _short(text: str) -> str:
    """The beginning, which tells whether it is a command; a long text would be read again at every joint."""
    return text[:_BEGINNING].rpartition(" ")[0] or text[:_BEGINNING] if len(text) > _BEGINNING else text


def _is_told(left: str) -> bool:
    """Whether it is a command of its own, after which another one is not what someone is made to do."""
    first, *words = tidy(left).lower().split()
    if first in _CAUSES or (first == "make" and VERBS & set(words[2:])):
        return False
    return is_command(tidy(left))


@dataclass
class _Things:
    """What was spoken of so far."""

    last: str = ""
    """What "it" stands for."""
    doer: str = ""
    """Who did what the clause before tells of."""
    renamed: dict[str, str] = field(default_factory=dict)
    """What a thing was called, and is called since a clause has changed it."""


def _named(pieces: Sequence[str]) -> Iterator[str]:
    """The clauses with the names of things in place of "it", and in place of names that fit no more."""
    things = _Things()
    for piece in pieces:
        text = _with_names(piece, things)
        yield text
        things.doer = _doer(text)
        if (found := _thing(text)) is not None:
            before, things.last = found
            things.renamed |= {before: things.last} if things.last not in ("", before) else {}


def _with_names(text: str, things: _Things) -> str:
    for old, new in things.renamed.items():
        text = re.sub(rf"\b{re.escape(old)}\b", new, text, flags=re.IGNORECASE)
    if things.doer and of_third_person(text.partition(" ")[0].lower()):
        return f"{things.doer} {text}"
    found = _ITSELF.search(text)
    if not things.last or first_fitting(SCENES, tidy(text)) is not None:
        return text
    if found is not None and not _is_own(text[: found.start()]):
        text = _ITSELF.sub(things.last, text, count=1)
    return _ITS.sub(f"{things.last}'s", text)


def _doer(clause: str) -> str:
    """Who does it, of a clause that tells what someone does; empty for a command."""
    plain = tidy(clause)
    made = None if is_command(plain) else said(plain)
    found = made and _WHO.fullmatch(made.clip)
    return found["x"] or "" if found else ""


def _is_own(before: str) -> bool:
    """Whether "it", after these words of a clause, is a thing that they name: "the cube until it" falls."""
    return _DEFINITE.search(before) is not None and before.split()[-1].lower() not in PREPOSITIONS - {"until"}


def _thing(clause: str) -> tuple[str, str] | None:
    """What the thing is called that a clause changes, before and after; empty where it is gone.

    None where it changes no thing.
    """
    made = read(tidy(clause))
    found = made and _WHO.fullmatch(made.clip)
    if made is None or not found:
        return None
    who = re.sub(r"^an? ", "the ", found["on"] or found["x"])
    if _NO_THING.fullmatch(who) or who.split()[0].lower() not in DETERMINERS:
        return None
    end = re.fullmatch(rf"{re.escape(who)} (?:is|are) (?P<end>.+)", made.target)
    return who, _called(who, end["end"] if end else "")


def _called(who: str, end: str) -> str:
    """As in "the cyan cone", "orange" → "the orange cone"; "a ball" → "the cyan ball"."""
    if end == "gone":
        return ""
    article, _, name = who.partition(" ")
    colours = re.match(rf"(?:{COLOUR})(?= )", name)
    if re.fullmatch(COLOUR, end):
        return f"{article} {end} {name[colours.end() + 1 :] if colours else name}"
    if other := re.fullmatch(r"an? (.+)", end):
        has_own = re.match(rf"(?:{COLOUR_NAMES})\b", other[1])
        return f"{article} {colours[0] + ' ' if colours and not has_own else ''}{other[1]}"
    return who
