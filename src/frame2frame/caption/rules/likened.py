"""Wishes that liken the picture to a look with a name: "as if at dusk", "give it a foggy morning feel".

Whatever stands around the name, the wish is for that look, and is read as "make it dusk".
"""

from __future__ import annotations

import re

from .change import SCENE

_CLOCK = (
    r"(?:(?:early|late) )?(?:golden hour|blue hour|dawn|dusk|sunset|sunrise|twilight|daybreak|nightfall|noon"
    r"|midday|midnight)"
)
_DAY = r"(?:day|morning|afternoon|evening|night)"
_AIR = (
    r"(?:foggy|misty|hazy|rainy|snowy|sunny|overcast|cloudy|stormy|wintry|autumnal|summery|moonlit|starry"
    r"|frosty|wet|gr[ae]y)"
)
_SEASON = r"(?:(?:early|late|deep|mid) )?(?:winter|summer|spring|autumn|fall)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|winter|summer|spring|autumn)"
)
_BEING = r"(?:is|was|were|has|had|be|been|just|about to|slowly|only|already)"
_AGO = r"(?:an? |the )?(?:old |faded |vintage |classic )*"
_PHOTO = r"(?: (?:photo|photograph|picture|image|print|film|movie|shot))?"

_NAMED = tuple(
    (re.compile(said, re.IGNORECASE), meant)
    for said, meant in (
        (rf"(?:an? |the )?(?P<y>{_CLOCK})", "{y}"),
        (r"(?:an? |the )?(?:(?:middle|dead) of the |late at |dark )?night(?:[- ]?time)?", "night"),
        (rf"(?:the )?sun {_BEING}(?: {_BEING})* (?:set|setting|going down|gone down)", "sunset"),
        (rf"(?:the )?sun {_BEING}(?: {_BEING})* (?:rising|risen|coming up|come up)", "sunrise"),
        (rf"(?:it )?(?:{_BEING} )+(?P<y>rain|snow)(?:ing|ed)", "{y}"),
        (rf"(?:an? |the )?(?:[\w-]+,? )??(?P<y>{_AIR} {_DAY})(?: in {_MONTH})?", "a {y}"),
        (r"(?:that |an? |the )?(?:warm )?(?P<y>(?:early |late )?(?:morning|afternoon|evening))", "{y}"),
        (rf"(?:an? |the )?(?P<y>(?:early |late )?{_DAY}) in {_MONTH}", "{y}"),
        (rf"(?:an? |the )?(?:[\w-]+(?: and|,)? )??(?P<y>{_AIR})", "{y}"),
        (r"(?:the )?sun (?:go down|set|sink)", "sunset"),
        (r"(?:the )?sun (?:come up|rise)", "sunrise"),
        (rf"(?:an? |the )?(?P<y>{_SEASON})(?: day| time)?", "{y}"),
        (r"(?:an? |the |some )?(?:[\w-]+ ){0,2}(?P<y>fog|mist)", "{y}"),
        (r"(?:an? |the )?storm (?:is |was )?(?:coming|brewing|on its way)(?: up)?", "stormy"),
        (rf"{_AGO}(?P<y>black[- ]and[- ]white|sepia|monochrome){_PHOTO}", "{y}"),
    )
)
"""The names of looks, and what each is called in the other rules; the first that fits is taken."""

_ALL = rf"(?:{SCENE}|the whole thing|the (?:light|lighting|sky|weather))"
_SEEM = r"(?:to )?(?:look|feel|seem|appear)(?: (?:more|a bit|a little))?"
_LIKE = r"(?:something |more |just |a bit |a little )?(?:like|as if|as though)"
_TAKEN = (
    r"(?: (?:it|this) (?:is|was|were|had been)(?: just)?(?: (?:taken|shot|photographed|painted))?)?"
    r"(?: (?:at|in|on|during))?"
)
_DO = r"(?:make|let|have|paint|render|light|lit|show|turn|draw|edit|set|want|colou?r|relight)"
_ANY = r"(?:the|this|that|these|those) (?:person's )?(?:[\w-]+ ){0,2}?[\w-]+"
_IT = r" (?:it (?:is|was|were) |(?=it (?:is|was|were|has|had)\b))"
"""Not of the thing, but of the time or the weather."""
_MOOD = r"(?:(?:light )?feel(?:ing)?|look|mood|vibes?|atmosphere|ambience|lighting|glow|tones?|effect)"
_OVER = rf"(?: (?:on|over|to|in|for|across) {_ALL})?"
_LOOK = r"(?P<look>.+?)"

_FORMS = tuple(
    re.compile(said, re.IGNORECASE)
    for said in (
        rf"(?:{_DO} )?{_ALL}(?: should)?(?: {_SEEM}s?)? {_LIKE}{_TAKEN} {_LOOK}",
        rf"(?:make|let|have) {_ANY} {_SEEM} {_LIKE}{_IT}{_LOOK}",
        rf"(?:paint|render|show|colou?r|relight|edit) {_ANY} {_LIKE}{_IT}{_LOOK}",
        rf"{_LIKE}{_TAKEN} {_LOOK}",
        rf"(?:{_DO} )?{_ALL} {_SEEM} (?=(?:[\w-]+(?: and|,)? )?{_AIR}$){_LOOK}",
        rf"(?:(?:want|use|show|add)|(?:give|lend) {_ALL}) the (?:{_MOOD}|light|colours|colors) of {_LOOK}",
        rf"(?:show|see|want) (?:this|the|that) (?:place|spot|location|view) (?:on|at|in|during) {_LOOK}",
        r"(?:let|have|make) (?P<look>(?:the )?sun (?:go down|set|sink|come up|rise))",
        rf"(?:let|have|make) {_LOOK} (?:come|fall|begin|arrive|set in)",
        rf"(?:give|lend) {_ALL} (?:an?|the|that|some|more of an?) {_LOOK} (?:{_MOOD}|light|touch)",
        rf"(?:want|add|put|use|with|apply|have) (?:an?|the|that|some) {_LOOK} {_MOOD}{_OVER}",
    )
)
"""How a wish can liken the picture to a look."""


def likened(plain: str) -> str | None:
    """The short wish for the look that a tidied wish names; None if it names none."""
    for form in _FORMS:
        if (match := form.fullmatch(plain)) is not None and (name := _name(match["look"])) is not None:
            return f"make it {name}"
    return None


def _name(look: str) -> str | None:
    for said, meant in _NAMED:
        if (match := said.fullmatch(look)) is not None:
            return meant.format(**match.groupdict())
    return None
