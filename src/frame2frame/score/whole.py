"""Words of captions for what a picture is as a whole: its view, light, weather, colours and detail.

An edit of these may change everything, and none of them is a thing that a picture could lack.
"""

from __future__ import annotations

import re

CAMERA = re.compile(
    r"\b(?:camera|zoom\w*|pan|pans|panning|dolly|orbit\w*|view\w*|perspective|angle|close-?ups?|macro|aerial"
    r"|wide shot|seen|bird's|from (?:the |a )?(?:left|right|above|below|behind|back|front|side|close|near"
    r"|far|afar|distance|top|bottom|inside|outside))\b|^(?:move|go|come|get) closer\b",
    re.IGNORECASE,
)
"""Words of a caption whose edit is, or may be, the camera's."""

_PICTURE = "(?:scene|picture|image|photo|photograph|print|shot)"

FOCUS = re.compile(
    r"\b(?:focus(?:ed|es)?|defocus\w*|blur\w*|bokeh|depth of field"
    r"|(?:picture|scene|background|foreground|everything) (?:is|are) [\w ]*?(?:sharp|crisp|clear|soft)\w*)\b"
    rf"|^a (?:sharp|crisp) {_PICTURE}\b",
    re.IGNORECASE,
)
"""Words of a wanted scene whose edit is of the picture's focus."""

MOVES = re.compile(
    r"\b(?:(?:scene|picture) (?:\w+ )?seen from (?:far|close|near)|seen further|wider view|view further)\b",
    re.IGNORECASE,
)
"""Words of a wanted scene from where the camera has moved straight ahead, back, or to the side."""

GRAIN = re.compile(
    rf"\b(?:noise|noisy|grain(?:y|iness)?)\b|^the {_PICTURE} is clean\b|^a clean {_PICTURE}\b", re.IGNORECASE
)
"""Words of a wanted scene whose edit is of the picture's grain, as that of "clean up this"."""


def keeps_detail(target: str) -> bool:
    """Whether the wanted scene has the picture's finest detail; the grain that is to go is such, too."""
    return GRAIN.search(target) is None


_LOOK = (
    r"scenes?|background|foreground|everything|whole|world|landscape|surroundings|sk(?:y|ies)"
    r"|lights?|lit|lighting|shad(?:e|ow)\w*|highlights?|exposure|atmosphere|mood"
    r"|(?:dark|bright|sharp|soft|warm|cold|cool)(?:er|est|ness|th|en\w*)?"
    r"|(?:mid)?night(?:time|fall)?|evening|morning|noon|days?|daylight|daytime|dawn|dusk|twilight"
    r"|sun(?:ny|light|lit|set|rise|shine)?|moon(?:light|lit|rise)?|weather|overcast"
    r"|seasons?|winter(?:y|time)?|summer(?:y|time)?|spring|autumn|fall"
    r"|snow(?:y|fall|storm|ing)?|rain(?:y|fall|storm|ing)?|frost\w*|fog(?:gy)?|mist(?:y)?|haz[ey]"
    r"|storm(?:y|s)?|clouds?|cloudy"
    r"|colou?rs|tones?|tints?|hues?|saturation|vibrance|contrast|balance|sepia|monochrome|black and white"
    r"|blur(?:s|red|ry|riness)?|focus(?:ed)?|depth|bokeh|noise|noisy|grain|grainy"
    r"|(?<!of the )(?<!in the )(?:pictures?|images?|photos?|photographs?)"
)
_EVERYWHERE = (
    r"room|lamps?|ice|icy|smok\w*|dust\w*|fire|flames?|water|underwater|flood\w*|paintings?|watercolou?r"
    r"|drawing|sketch|cartoon|anime|comic|style\w*|vintage|film"
)
"""Things that may change light, colour or detail everywhere."""

WHOLE = re.compile(rf"\b(?:{_LOOK}|{_EVERYWHERE})\b", re.IGNORECASE)
"""Words of a caption whose edit may change light, colour or detail everywhere."""

_NO_THING = re.compile(rf"{_LOOK}|colou?r|ground|time", re.IGNORECASE)
_HEAD = re.compile(r"(.+?)(?= (?:of|in|on|at|under|over|behind|with|to|from|around|near)\b|$)")
"""What stands before a preposition."""


def is_thing(name: str) -> bool:
    """Whether a picture could lack what is called so: a "red ball", but no "colours of the leaves".

    "The person" is whoever is there: captions call so one whom the wish does not name.
    """
    found = _HEAD.match(name)
    head = found[1].split()[-1] if found else name
    return name != "person" and not _NO_THING.fullmatch(head) and not CAMERA.fullmatch(head)
