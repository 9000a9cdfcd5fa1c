"""What of a wish asks for nothing: how things are now, why, what for, and words beside a clear wish."""

from __future__ import annotations

import re

from .changes import Asked, asked_by, names_thing, with_names
from .patterns import SPOKEN
from .vocabulary import forms, read, sense, words_in

_PICTURE = "(?:photo|picture|pic|image|shot|snapshot)s?"
_SAYS = (
    "insists? on|hopes? for|longs? for|wants?|asked for|asks for|needs?|says?|prefers?|requires?|would like"
)
_WONDERS = "asked|asks|wonders?|wondering|hopes?|suggests?|suggested|insists?"
_NO_LIKENESS = "".join(
    rf"(?<!\b{word} )"
    for word in (
        "look",
        "looks",
        "one",
        "appear",
        "seem",
        "be",
        "would",
        "i'd",
        "we'd",
        "i",
        "we",
        "id",
        "you",
    )
)
"""After these "like" is no likeness of how something is done, as in "flat like a coin"."""
_REMARKS = tuple(
    re.compile(remark, re.IGNORECASE)
    for remark in (
        rf"{_NO_LIKENESS}\blike (?:an? |the |it |in |on |old )[^,;.!?]*",
        r"(?<= )as (?:an? |the )[^\W\d_]+(?: [^\W\d_]+)?$",
        r"\b(?:so that|because|since|just like|the way)\b[^,;.!?]*",
        r"\bfor (?:my|our|his|her|their)\b[^,;.!?]*",
        r"^for (?:an?|the) [^\W\d_]+(?: |,)",
        r"\bwithout an? [^\W\d_]+$",
        r"\b(?:before|after|during) (?:my|our|the|a|an) [^\W\d_]+$",
        r"^as [^,]+ (?:say|says|said|put it|call it),",
        r"\bfrom [^\W\d_]+(?= (?:in)?to\b)",
        rf"(?<=\bmy )[^\W\d_]+(?= {_PICTURE}\b)",
        rf"(?<=\bthis )[^\W\d_]+(?= {_PICTURE}\b)",
        rf"^(?:[^\W\d_]+ ){{1,3}}?(?:{_SAYS})(?= (?:the|an?|it|that|this)\b)",
        rf"^(?:[^\W\d_]+ ){{1,4}}?(?:{_WONDERS}) (?:whether|if|that)\b",
        r"^(?:it|that) would be [^\W\d_]+ (?=if\b)",
        r"^(?:hi|hey|hello|dear|good morning|good evening)\b[^,;.!?]*[,;.!?]",
    )
)
_STATE = re.compile(
    r"\s*(?:and |well |also )?(?:i|my|we|our|it|it's|this|that|these|those|everything|the|there|not|an?)\b.*?"
    r"(?:'m|'s|\b(?:is|are|am|was|were|has|have|had|looks?|seems?|takes?|took|came|comes|can|cannot|find|feels?"
    r"|think|like|love|hate|know|not|stands? out|keen|annoys|clashes|blocks|bothers|hurts|spoils|ruins"
    r"|belongs|\w{3,}s (?:me|us)))\b",
    re.IGNORECASE,
)
"""How a part of a clause begins that says how things are."""
_DEMAND = re.compile(
    r"\b(?:should|must|ought|needs?|want|would|make|turn|let|have|add|put|give|remove|be|to)\b|'d\b",
    re.IGNORECASE,
)

_MOODS = "mood|atmosphere|feel|feeling|vibes?|weather|light|day|morning|scenery"
"""What has an air of its own, which no word for it changes."""
_UNKNOWN = "§"
"""Stands for a word that is not known."""
_ARTICLES = "(?:(?:a|an|the|this|that|some|my|our|their|all|two) )*"
_OBJECT = re.compile(
    rf"^(?:please )?{_ARTICLES}(?:\w+ )?§|\b(?:with|and|but|into) {_ARTICLES}(?:\w+ )?§"
    r"|\bzoom\w* (?:in )?(?:on|to|into) .*§"
    r"|\b(?:add|put|place|remove|delete|erase|make|let|have|give|get|turn|change|paint|draw|show|want|see|take"
    r"|blur|focus|cover|replace|fill|bring|open|stop|light)(?: (?:in|on|off|out|up|down|away|to|of))* "
    rf"{_ARTICLES}(?:\w+ )?§"
)
"""An unknown word as what something is done to, who does it, or what comes with it."""

_ADORNED = re.compile(
    rf"\b((?:the|this|that|these|those|my|both|all)(?: (?:{SPOKEN['before']}))*) {_UNKNOWN} "
    rf"(?=(?:(?:{SPOKEN['before']}) )*(?:{SPOKEN['thing']})\b)"
)
"""An unknown word in the name of a thing, such as a colour or a material, which `untaught` tells."""
_THING = "¶"
"""Stands for a thing of the tabletop, as it is called."""
_MATTERS = re.compile(
    rf"^(?:please )?{_UNKNOWN}"
    rf"|\b(?:a|an|the|some|his|her|their|my|our|your|any|another|more|two|three)(?: \w+){{0,2}} {_UNKNOWN}"
    rf"|{_THING}(?: (?:should|must|can|could|will|would|to|is|are|be))*(?: (?!look)\w+)? {_UNKNOWN}"
    rf"|\bmake .*\blook {_UNKNOWN}"
    rf"|\b(?:make|turn|paint|let|have|be|become|into|with|and|or|from|of|like) {_UNKNOWN}"
)
"""An unknown word as another thing, or as what becomes of a thing or is done by it."""
_DONE = re.compile(
    rf"^(?:(?!{_THING})\w+ ){{0,5}}?{_UNKNOWN} (?:(?:up|down|out|over) )?"
    rf"(?:{_THING}|that|this|it)[^{_UNKNOWN}]+$"
)
"""An unknown verb, done to what is known."""
_TREATED = re.compile(rf"^(?:(?:please|just) )?{_UNKNOWN} (?:it|this|that|everything) [^{_UNKNOWN}]+$")
"""The same, done to the whole picture."""


def without_remarks(clause: str) -> str:
    """The clause without reasons, purposes, what is there now, and what picture it is."""
    plain = re.sub(r"n't\b", " not", clause.replace("’", "'"))
    for remark in _REMARKS:
        plain = remark.sub(" ", plain)
    parts = re.split(r"[,;.!?:]+|\b(?:so|but)\b", plain)
    return ", ".join(part for part in parts if not (_STATE.match(part) and not _DEMAND.search(part)))


def is_aside(clause: str) -> bool:
    """Whether a clause clearly asks for a change, and its unknown words for nothing."""
    clear = sense("changes") - sense("many")
    marked = [read(word) or _UNKNOWN for word in words_in(clause)]
    known = " ".join(word for word in marked if word != _UNKNOWN)
    if asked_by(known) is not Asked.TRAINED:
        return False
    if names_thing(known):
        text = with_names(_ADORNED.sub(r"\1 ", " ".join(marked)), _THING)
        return _DONE.search(text) is not None or _MATTERS.search(text) is None
    if not forms(known) & clear:
        return False
    # a word before what the whole is to become only describes it, as in "moonless night"
    described = re.sub(rf"{_UNKNOWN} (?=(?:{'|'.join(sorted(clear))}|{_MOODS})\b)", "", " ".join(marked))
    return _TREATED.search(described) is not None or _OBJECT.search(described) is None
