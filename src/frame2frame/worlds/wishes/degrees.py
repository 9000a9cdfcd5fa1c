"""How much of a change a wish asks for, as in "a bit darker" or "half as big".

The training texts have such words too, with the same amount of the change whatever they are, so the model
passes over them. A name ("the slightly bigger cube") and what is wrong now ("it's a bit dark") ask for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .remarks import without_remarks
from .vocabulary import bases

_BIT = "a (?:(?:tiny|wee|little|small|slight) )?(?:bit|tad|touch|smidgen|notch|hair|shade|fraction)"
_LITTLE = f"{_BIT}|a little"
_MANNER = (
    "slightly|somewhat|marginally|moderately|minimally|subtly|considerably|significantly|substantially"
    "|noticeably|markedly|drastically|dramatically|immensely|hugely|vastly|partially|partly|half ?way"
)
_LOT = "a lot|a great deal|a good deal"
_NUMBER = "[0-9]+(?:[.,][0-9]+)?|two|three|four|five|six|ten|twenty|thirty|fifty"
_SHARE = f"half|twice|double|a third|a quarter|(?:{_NUMBER}) times"
_MEASURE = "(?:the|its|their) (?:size|width|length|volume|brightness|speed|distance)"
"""Not the height: half of it is what the model makes of a thing that is to be flat."""

_COMPARING = re.compile(rf"\b({_LITTLE}|{_LOT}|(?:so )?much|far|way|{_SHARE}) (\w+)")
_WHOLE = re.compile(
    rf"\b({_LITTLE}|{_LOT})(?=(?: please)?\s*(?:$|[,.;!?])"
    r"| (?:up|down|in|out|away|back|backwards?|forwards?|left|right|upwards?|downwards?)\b"
    r"| (?:to|towards?) (?:the|my|me|us)\b)"
)
"""Of a whole change: at the end of the wish, or before where something goes."""
_MADE = re.compile(rf"\b(?:make|turn|render)\b[^,.;!?]*? ({_BIT}) (?!of\b|of$)\w+")
_SAID = re.compile(rf"\b({_MANNER})\b")
_MEASURED = re.compile(
    rf"\b(?:({_SHARE}) (?:as\b|{_MEASURE})|(?:by|to) (half|a third|a quarter)\b"
    rf"|((?:{_NUMBER}) ?(?:%|per ?cent\b))"
    rf"|(double|triple|quadruple|halve) (?:{_MEASURE}|(?:it|this|that|the [\w ]+?) in size))"
)
_IN_A_NAME = re.compile(
    r"\b(?:the|this|that|these|those|my|our|your|both|which is|which are|that is|that are|that's) $"
)
"""What stands before a degree that says which thing is meant."""
_COMPARATIVE = frozenset(("more", "less", "closer", "nearer", "farther", "further", "better", "worse"))
_NONE = frozenset(("shower", "showers", "over", "under", "other"))
"""Which end like a comparative."""


def degrees(clauses: Sequence[str]) -> tuple[str, ...]:
    """The words that ask for more or less of a change, clause by clause, as they were typed."""
    return tuple(dict.fromkeys(words for clause in clauses for words in _asked(clause)))


def _asked(clause: str) -> Iterator[str]:
    text = without_remarks(clause)
    plain = text.lower()
    found = [one for one in _COMPARING.finditer(plain) if _compares(one[2])]
    for pattern in (_WHOLE, _MADE, _SAID, _MEASURED):
        found += pattern.finditer(plain)
    spans = {next(one.span(number) for number in range(1, 5) if one[number]) for one in found}
    told = sorted(span for span in spans if not _IN_A_NAME.search(plain[: span[0]]))
    yield from (text[start:end] for start, end in told)


def _compares(word: str) -> bool:
    """Whether it is a comparative of a word that is known."""
    is_form = word.endswith("er") and word not in _NONE and any(base != word for base in bases(word))
    return word in _COMPARATIVE or is_form
