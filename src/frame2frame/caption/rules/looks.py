"""Wishes for how the whole picture looks: brightness, colours, focus, noise."""

from __future__ import annotations

from .change import HOW_FAR, SCENE, Rule, rule
from .nouns import COLOUR

_PHOTO = r"(?:photo|picture|image|photograph|print|film|shot|version)"
_GREY = r"black[- ]and[- ]white|monochrome|gr[ae]yscale|sepia"
_COLOURS = r"(?:colou?rs|colou?r tones|tones|hues)"
_TINT = r"(?:tones?|tint|cast|hue|filter)"
_QUALITY = (
    r"(?:(?:much|more|less|a bit|a little|slightly|very|really) )*"
    r"(?:(?:warm|cool|cold|strong|rich|bright|dark|soft|dull|deep|light|bold)(?:er)?|paler?|muted|faded|vivid"
    r"|vibrant|natural|intense|pastel)"
)
"""How the colours of a whole picture may be."""

_GIVE = rf"(?:(?:want|give|add|with|use|apply|put on|have)(?: {SCENE})? )"
_SOME = r"(?:an? |the |some |all |any |that |this |of )*"
_OF_IT = rf"(?: (?:from|of|in|to|out of) {SCENE})?"
_REMOVED = "remove|delete|eliminate|lose|get rid of|take (?:away|out)|drop|no|without"
_REMOVE = (
    rf"(?:{_REMOVED}|fix|correct|reduce|lower|lessen|decrease|less|clean(?: up)?|smooth(?: out)?"
    r"|clear(?: up| away)?)"
)
_CAST = r"(?:warm|cool|cold)(?:er)?|vivid|vibrant|muted|faded|pastel"
_LESS = r"(?:a bit |a little |much )?less"
_BIT = r"(?:a (?:little )?bit |a little |some |much |even )?"
_UP = r"(?:increase|raise|lift|boost|enhance|strengthen|intensify)"
_DOWN = r"(?:decrease|reduce|lower|lessen|weaken|cut)"

_DIALS = (
    ("brightness|exposure|luminosity|light|lighting|illumination", "the scene", "brighter", "darker"),
    (r"(?:colou?r )?saturation|vibrance|colou?rs?", "the colours", "more vivid", "less vivid"),
    ("contrast", "the contrast", "stronger", "weaker"),
    ("sharpness|clarity", "the picture", "sharper", "softer"),
    (r"warmth|(?:colou?r )?temperature", "the colours", "warmer", "cooler"),
)
"""What is turned up and down, where it is seen, and what becomes of it either way."""

_VERBS = {
    "darken|dim": "darker",
    "brighten|lighten": "brighter",
    "warm": "warmer",
    "cool": "cooler",
    "saturate": "more colourful",
}
"""What a verb makes of the whole picture."""

_COMPLAINTS = (
    ("dark|dim|gloomy|underexposed", "the scene", "brighter"),
    ("bright|light|overexposed", "the scene", "darker"),
    ("warm|yellow|orange", "the colours", "cooler"),
    ("cold|cool|blue", "the colours", "warmer"),
    ("dull|flat|pale|washed out", "the colours", "more vivid"),
    (r"colou?rful|saturated|vivid", "the colours", "less vivid"),
)
"""What is asked for by saying that the picture is too much so."""

_TOO = rf"(?:{SCENE} (?:is|looks|seems) )?(?:\w+ )?too"
_BLURRY = r"(?:blurry|blurred|fuzzy|unsharp|soft|out of focus)"
_NOISE = r"(?:(?:film |digital |colou?r |image |iso )?(?:noise|grain|graininess))"


def _becomes(wish: str, what: str, end: str) -> Rule:
    """Of the scene, the picture, or the colours."""
    s, is_ = ("", "are") if what.endswith("s") else ("s", "is")
    return rule(wish, f"{what} slowly become{s} {end}", f"{what} {is_} {end}")


def _turned(verb: str, way: str, amount: str, dial: str) -> str:
    """The wish to turn something up or down."""
    return (
        rf"(?:{verb} (?:the )?(?:{dial})|(?:turn|push|bring|tone|crank) {way} the (?:{dial})"
        rf"|(?:turn|push|bring|tone|crank) the (?:{dial}) {way}|{_GIVE}?{_BIT}{amount} (?:{dial}))"
        rf"{_OF_IT}(?: by .+| (?:{HOW_FAR}))?"
    )


LOOKS = (
    # Without colours.
    rule(
        rf"(?:{_REMOVED}) {_SOME}colou?rs?{_OF_IT}(?: out| away)?"
        rf"|(?:drain|take) {_SOME}colou?rs? (?:out of|from) {SCENE}|take {_SOME}colou?rs? (?:out|away)"
        rf"|desaturate {SCENE}",
        "the colours slowly fade until the picture is black and white",
        "the picture is black and white",
    ),
    rule(
        rf"(?:(?:make|turn|convert|change|transform|put|show|want|see|set) {SCENE} "
        rf"(?:look |be )?(?:in |into |to )?|{_GIVE})?(?:an? )?"
        rf"(?P<y>{_GREY})(?:[ -](?:{_TINT}|look|effect|{_PHOTO}))?(?: of {SCENE})?",
        "the colours slowly fade until the picture is {y}",
        "the picture is {y}",
    ),
    rule(
        rf"sepia[ -]tone {SCENE}",
        "the colours slowly fade until the picture is sepia",
        "the picture is sepia",
    ),
    rule(
        rf"colou?ri[sz]e {SCENE}|(?:make|turn|show) {SCENE} (?:in |into |to )?(?:full )?colou?r"
        r"|in (?:full )?colou?r",
        "colours slowly fill the picture",
        "the picture in colour",
    ),
    # Colours.
    _becomes(
        rf"{_GIVE}?{_SOME}(?P<y>{_QUALITY}) (?:{_COLOURS}|{_TINT}){_OF_IT}"
        r"|(?:raise|lower|shift|set|move|change|adjust) the (?:white balance|colou?r temperature)"
        rf" (?:to|towards) (?P<y2>{_QUALITY})",
        "the colours",
        "{y}",
    ),
    _becomes(rf"{_GIVE}an? (?P<y>{_QUALITY}) (?P<z>{COLOUR}) {_TINT}{_OF_IT}", "the colours", "{y} and {z}"),
    rule(
        rf"{_GIVE}(?P<x>an? (?:[\w-]+ )?{_TINT}){_OF_IT}",
        "the picture slowly takes on {x}",
        "the picture with {x}",
    ),
    _becomes(rf"{_GIVE}{_SOME}warmth{_OF_IT}", "the colours", "warmer"),
    _becomes(rf"(?:desaturate|mute) (?:{SCENE}|the {_COLOURS}) (?:{HOW_FAR})", "the colours", "less vivid"),
    _becomes(rf"(?:make|let) {SCENE} (?:look|feel) (?P<y>{_BIT}{_CAST})", "the colours", "{y}"),
    _becomes(
        rf"give {SCENE} (?:an? )?(?P<y>(?:(?:{HOW_FAR}) )?(?:{_CAST})(?:,? (?:and )?(?:{_CAST}|{COLOUR}r?))?)"
        r" (?:look|feel|feeling|mood)",
        "the colours",
        "{y}",
    ),
    _becomes(
        rf"make the {_COLOURS} (?:look )?(?P<y>{_QUALITY}(?:,? and (?:more )?(?:{_QUALITY}|saturated))?)",
        "the colours",
        "{y}",
    ),
    _becomes(
        rf"(?:make|let) {SCENE} (?:look )?(?:{_LESS}) (?:washed out|dull|flat|pale|faded)"
        rf"|{_GIVE}{_BIT}(?:more )?(?:punch|pop)",
        "the colours",
        "more vivid",
    ),
    _becomes(
        rf"(?:make|let|have) (?:{SCENE}|the {_COLOURS}) pop|the {_COLOURS} (?:should |must )?pop"
        rf"|saturate the {_COLOURS}",
        "the colours",
        "more vivid",
    ),
    # Light.
    rule(
        r"(?:dim|turn down) (?P<x>(?:the )?(?:lights?|lighting|lamps?))(?: down)?"
        r"|lower (?P<x2>(?:the )?(?:lights|lighting))|turn (?P<x3>the (?:lights?|lamps?)) down",
        "{x} slowly dim{s}",
        "{x} {is} dim",
    ),
    rule(
        rf"(?:lift|raise|open|brighten|lighten)(?: up)? the shadows(?: up)?(?: (?:{HOW_FAR}))?",
        "the shadows slowly become brighter",
        "the shadows are brighter",
    ),
    *(_becomes(_turned(_UP, "up", "more", dial), what, more) for dial, what, more, _ in _DIALS),
    *(_becomes(_turned(_DOWN, "down", "less", dial), what, less) for dial, what, _, less in _DIALS),
    *(
        rule(
            rf"(?:{verb})(?: up| down)? {SCENE}(?: up| down)?(?P<z> (?:{HOW_FAR}))?",
            f"the scene slowly becomes{{z}} {end}",
            f"the scene is{{z}} {end}",
        )
        for verb, end in _VERBS.items()
    ),
    *(
        rule(
            rf"(?:{verb})(?: up| down)? "
            rf"(?P<x>the (?:{_COLOURS}|light|lighting|sky|background))(?: up| down)?",
            f"{{x}} slowly become{{s}} {end}",
            f"{{x}} {{is}} {end}",
        )
        for verb, end in _VERBS.items()
    ),
    *(_becomes(rf"{_TOO} (?:{how})", what, end) for how, what, end in _COMPLAINTS),
    # Focus.
    rule(
        rf"(?:make|get|bring|put|have|set) {SCENE} (?:be |back )?in(?:to)? (?:sharp )?focus"
        rf"|(?:re)?focus (?:the (?:camera|lens)|{SCENE})|(?:deblur|unblur) {SCENE}"
        r"|(?:fix|correct|improve) the (?:focus|sharpness)"
        rf"|{_REMOVE} {_SOME}(?:motion )?(?:blur|blurriness){_OF_IT}|{_TOO} {_BLURRY}",
        "the picture slowly comes into focus",
        "the picture is sharp and in focus",
    ),
    _becomes(rf"sharpen {SCENE}(?: up)?", "the picture", "sharper"),
    _becomes(rf"soften {SCENE}", "the picture", "softer"),
    _becomes(
        rf"(?:make|let) {SCENE} (?:be |look )?(?P<y>(?:(?:{HOW_FAR}|more|less|very|pin|razor|tack|crystal) )*"
        rf"(?:{_BLURRY}|sharp|sharper|crisp|crisper|clear|clearer|grainy|noisy)"
        r"(?: and (?:sharp|crisp|clear))?)",
        "the picture",
        "{y}",
    ),
    rule(
        r"(?:get|put|throw|bring|set|make|let|have) (?P<x>.+?) (?:go |be )?out of focus",
        "{x} slowly go{es} out of focus",
        "{x} {is} out of focus",
    ),
    rule(
        r"blur (?:out )?(?:everything|all|whatever is|what is) (?:behind|around) .+"
        rf"|(?:make|let|have) .+? stand out (?:with|against|from|before) {_SOME}(?:{_BLURRY}) background",
        "the background slowly goes out of focus",
        "the picture with a blurred background",
    ),
    rule(
        rf"{_GIVE}?{_SOME}(?:more )?"
        r"(?:bokeh|(?:background|portrait) blur|shallow depth of field|portrait mode)"
        rf"(?: effect)?{_OF_IT}",
        "the background slowly goes out of focus",
        "the picture with a blurred background",
    ),
    # Noise.
    rule(
        rf"{_REMOVE} {_SOME}(?P<y>{_NOISE})(?: levels?)?{_OF_IT}"
        rf"|make {SCENE} free (?:of|from) (?P<y2>{_NOISE})",
        "the {y} slowly disappears",
        "the picture without {y}",
    ),
    rule(
        rf"de-?noise {SCENE}|{_TOO} (?:noisy|grainy)",
        "the noise slowly disappears",
        "the picture without noise",
    ),
    rule(
        rf"(?:clean|tidy) up {SCENE}|(?:clean|tidy) {SCENE} up",
        "the scene slowly becomes clean",
        "the scene is clean",
    ),
    rule(
        r"(?P<x>.+?) (?:is|are|looks?|seems?) (?:\w+ )?too (?P<y>(?!much|many)\w+)",
        "{x} slowly become{s} less {y}",
        "{x} {is} less {y}",
    ),
)
"""The first that fits is taken."""
