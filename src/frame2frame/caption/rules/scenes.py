"""Wishes for the whole picture: camera, light, season, weather, style."""

from __future__ import annotations

from .change import PICTURE, SCENE, rule
from .looks import LOOKS
from .views import VIEWS

_IN = r"(?:(?:in|at|during) )?"
_LIKE = r"look (?:like|as if|as though) (?:it (?:is|was|were) (?:taken |shot )?)?"
_BE = (
    rf"(?:(?:make|let|have|turn|change|convert|show|see|want|set|give) {SCENE} "
    rf"(?:be |become |into |to |to be |{_LIKE})*|{PICTURE} |(?:it"
    rf"|this) (?:is|should be|becomes|gets|turns|will be|was) )?{_IN}(?:an? |the )?"
)
_SEASON = r"(?:(?:early|late|deep|mid) )?(?:winter|summer|spring|autumn|fall)"
_CLOCK = (
    r"(?:(?:early|late) )?(?:noon|midday|dawn|dusk|sunrise|sunset|midnight|twilight|nightfall|daybreak"
    r"|golden hour|blue hour)"
)
_DAY = (
    r"(?:(?:early|late|mid|bright|winter|summer|autumn|spring) )?(?:day|daytime|morning"
    r"|evening|afternoon)"
)
_FALLS = r"(?:rain|snow|storm|hail|drizzle|pour|sleet)"
_WEATHER = (
    r"(?:(?:heavy|light|thick|dense|strong|dark|wild|a lot of|lots of|more|fresh|soft|grey|gray"
    r"|storm|rain) )*"
    r"(?:fog|mist|rain|snow|hail|(?:thunder|snow|sand|rain|hail)?storm|drizzle|blizzard|haze|wind|clouds?"
    r"|rainbow|lightning|thunder|sunshine|sunlight|snowfall|rainfall|northern lights|frost)"
)
_LIGHT = r"(?:light|sun|sunlight|sunshine|moonlight|lighting|glow|candlelight)"
_MIST = r"(?:(?:thick|dense|light|heavy|soft) )*(?:fog|mist|haze)"
_ADD = r"(?:(?:add|put in|bring in|want|have|with|there is) )(?:some )?"
_INTO = rf"(?:make|turn|change|convert) {SCENE} (?:in)?to"
_STYLES = (
    r"cartoon|comic|anime|manga|pixel art|lego|watercolou?r|oil painting|pencil|sketch|claymation|low-poly|3d"
    r"|origami|stained glass|vintage|cyberpunk|steampunk|noir"
)

SCENES = (
    *VIEWS,
    *LOOKS,
    rule(
        rf"(?:{_BE}|turn day into |turn .+ into |add |want )?(?:(?:late|at|by|as|an?) )*"
        r"(?:night(?:[ -]?time)?(?: (?:scene|sky|shot|photo|picture|image|photograph|version))?|dark outside)"
        r"|switch (?:off|out) the light|(?:(?:let )?(?:the )?night falls?)",
        "the light slowly fades to night",
        "the scene at night",
    ),
    rule(
        rf"{_BE}(?P<y>(?:(?:dark|moonlit|starry|clear|late|deep|cold|stormy) )+night)(?: time| scene| sky)?",
        "the light slowly fades to a {y}",
        "the scene in a {y}",
    ),
    rule(
        r"(?:turn|change) (?:the )?night (?:in)?to (?P<y>.+)",
        "the light slowly changes from night until it is {y}",
        "the scene in the light of {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_SEASON})(?: ?time)?(?: (?:scene|day|landscape|comes|arrives|begins|outside))?",
        "the season slowly changes to {y}",
        "the scene in {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_CLOCK})(?: (?:light|scene|lighting|sun|sky|mood))?",
        "the light slowly changes until it is {y}",
        "the scene at {y}",
    ),
    rule(
        rf"{_BE}(?P<y>(?:(?:just|shortly|right) )?(?:after|before) {_CLOCK})",
        "the light slowly changes until it is {y}",
        "the scene {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_DAY})(?: (?:light|scene|lighting|sun|sky|mood))?",
        "the light slowly changes until it is {y}",
        "the scene in the light of {y}",
    ),
    rule(
        rf"(?:(?:show|make|want|see|put|set) )?(?P<x>(?!make|let|turn|it |.* (?:should|is|are"
        rf"|be) )[\w' -]+?) (?P<z>(?:at"
        rf"|by) (?:night|{_CLOCK})|in the (?:(?:early|late) )?(?:morning|evening|afternoon))",
        "the light slowly changes until {n} {is} seen {z}",
        "{n} {z}",
    ),
    rule(
        rf"{_BE}(?P<y>(?!the|this|every|good)\w+ (?:day|morning|afternoon|evening|night))",
        "the light slowly changes until it is {ay}",
        "the scene on {ay}",
    ),
    rule(
        r"(?:an? |the )?(?P<y>sunrise|sunset|dawn|dusk|moonrise) (?P<z>(?:over|behind|on|at|in|above) .+)",
        "the light slowly changes until it is {y} {z}",
        "{y} {z}",
    ),
    rule(
        rf"(?:(?:make|let) {SCENE} (?:start )?(?:to )?|(?:(?:it|let it|make it) )?(?:starts?"
        rf"|begins?)(?: to)? |it (?:should|is) )?"
        rf"(?P<y>{_FALLS})(?:s|ing)?",
        "it slowly begins to {y}",
        "the scene in the {y}",
    ),
    rule(
        rf"(?:(?:make|let) {SCENE} (?:start )?(?:to )?|it (?:starts?|begins?)(?: to)? |it (?:should|is) )?"
        rf"(?P<y>{_FALLS})(?:s|ing)?(?P<z> (?:heavily|hard|lightly|softly|a lot|really hard|more"
        rf"|harder|gently|on .+|in .+|outside))",
        "it slowly begins to {y}{z}",
        "the scene in the {y}, falling{z}",
    ),
    rule(
        rf"(?:let|have|make) (?:some )?(?P<x>{_MIST}) "
        rf"(?:(?:roll|come|set|drift) in|come up|fill {SCENE})"
        rf"|(?:cover|fill|wrap|shroud) {SCENE} (?:with|in) (?P<x2>{_MIST})|(?:{_BE}|{_ADD})(?P<x3>{_MIST})",
        "{n} slowly fills the scene",
        "the scene in {n}",
    ),
    rule(
        rf"(?:{_ADD})?(?:falling |pouring )?"
        r"(?P<y>(?:(?:heavy|light|more|soft|fresh) )*(?:rain|snow|hail|sleet|drizzle))",
        "{y} slowly sets in",
        "the scene in {y}",
    ),
    rule(
        rf"(?:cover|wrap|bury|blanket) {SCENE} (?:with|in|under) (?P<x>.+)",
        "{n} slowly cover{s} the scene",
        "the scene covered in {n}",
    ),
    rule(
        rf"(?:bathe|flood|light|illuminate|give|show|put|wash)(?: up)? {SCENE} (?:(?:in|with|by) )?"
        rf"(?:the |some )?(?P<y>(?:[\w-]+,? ){{1,3}}{_LIGHT})"
        rf"|(?:want|add) (?!an? )(?P<y2>(?:[\w-]+,? ){{2,3}}{_LIGHT})",
        "{y} slowly fills the scene",
        "the scene in {y}",
    ),
    rule(
        rf"(?:show |see |want |give )?{PICTURE} (?P<y>(?:(?:covered|bathed|lit) )?(?:in|under|during) .+)"
        rf"|(?P<y2>(?:in|under) (?:the |an? )?(?:{_WEATHER}|(?:[\w-]+,? ){{1,2}}(?:sky|{_LIGHT})))",
        "the scene slowly changes until it is {y}",
        "the scene {y}",
    ),
    rule(
        rf"(?:(?:want|add|with|show|give)(?: {SCENE})? )?(?:more )?(?P<y>autumn|fall) (?:colou?rs|tones)",
        "the season slowly changes to {y}",
        "the scene in {y} colours",
    ),
    rule(
        r"(?:(?:want|add|with|show) )?(?:more )?(?P<y>autumn|fall) (?:leaves|foliage)",
        "the leaves slowly turn to {y} colours",
        "the leaves are in {y} colours",
    ),
    rule(
        r"(?:give|paint|turn|make|colou?r|dress) (?P<x>.+?) (?:in |into |to )?"
        r"(?P<y>(?:autumn|fall|spring|summer|winter|pastel|neon|rainbow|natural) (?:colou?rs|tones|shades))",
        "{x} slowly turn{s} to {y}",
        "{x} {is} in {y}",
    ),
    rule(
        r"(?:(?:show|see|want) (?P<x>(?:the|this|his|her) (?:\w+ ){0,2}?\w+)|(?P<x2>(?:the|this) \w+)) "
        rf"(?P<y>(?:in|under|during) (?:the )?(?:{_SEASON}|{_WEATHER}))",
        "the scene slowly changes until {x} {is} {y}",
        "{x} {y}",
    ),
    rule(
        rf"(?:{_INTO} |make {SCENE} |want )?an? (?P<y>[\w-]+) (?:one|version)|(?P<y2>\w+y) version",
        "the scene slowly becomes {y}",
        "the scene is {y}",
    ),
    rule(
        rf"(?:{_INTO}|(?:make|turn) {SCENE}) (?P<y>an? (?!(?:bit|little|lot|quarter|half|few|full)\b).+)",
        "the scene slowly turns into {y}",
        "{y}",
    ),
    rule(
        rf"turn {SCENE} (?P<y>\w+y(?: and \w+)?|\w+ and \w+y)",
        "the scene slowly becomes {y}",
        "the scene is {y}",
    ),
    rule(
        rf"(?:(?:add|put in|bring in|bring|give me|insert|make|have|want|with"
        rf"|let there be) )?(?:some )?(?P<x>(?:an? |the )?{_WEATHER})(?: (?:rolls? in|comes? up|sets? in"
        rf"|to the (?:scene|picture|image)|outside))*",
        "{n} slowly come{s} up",
        "the scene with {n}",
    ),
    rule(
        rf"make {SCENE} look (?P<y>(?:like|as if|as though) .+)|let {SCENE} look (?P<y2>(?:like|as if"
        rf"|as though) .+)",
        "the scene slowly changes until it looks {y}",
        "the scene looks {y}",
    ),
    rule(
        r"(?P<y>(?:a bit|a little|much|way|far|slightly|even) (?!more\b|less\b)\w+er)",
        "the scene slowly becomes {y}",
        "the scene is {y}",
    ),
    rule(
        rf"(?:(?:make|turn|paint|draw|render|show|redo|do|put|want) {SCENE} )?(?:to be )?(?P<y>(?:in"
        rf"|as in) (?:the |an? )?(?:.+ )?style(?: of .+)?)",
        "the picture slowly changes until it is {y}",
        "the picture is {y}",
    ),
    rule(
        r"(?:want |make |turn (?:it|this) into |give me )?(?P<y>(?:an? )?(?:[\w-]+ )*(?:version"
        r"|drawing|painting|sketch|photo|picture|rendering))"
        r" of (?P<x>(?:the|this|him|her|them|my|it)\b.*)",
        "{x} slowly turn{s} into {ay}",
        "{ay} of {x}",
    ),
    rule(
        r"(?:want |as |like |make it )*(?P<y>an? (?:[\w-]+ )+(?:painting|drawing|sketch|photo|picture|image"
        r"|print|shot|photograph|film|movie|comic|cartoon|poster|portrait))",
        "the scene slowly turns into {y}",
        "{y}",
    ),
    rule(
        r"(?P<y>(?!(?:add|put|convert|change|draw|paint|see|show|give|replace|delete|erase|get|let"
        r"|open|close|move|want|it|make|turn|the|remove|hang|this|his|her|my)\b)"
        r"(?:(?!(?:the|this|that|an?|my|his|her|its|for|in|on|at|from|with)\b)[\w-]+ )+(?:painting"
        r"|drawing|sketch|photo|photograph|film|comic|cartoon|portrait))",
        "the scene slowly turns into {ay}",
        "{ay}",
    ),
    rule(
        rf"(?:want |make {SCENE} (?:look )?|turn {SCENE} into |(?:add|give it|apply) )?(?:an? "
        rf"|the )?(?P<y>[\w'-]+(?: [\w'-]+)?)[ -]style(?:d)?"
        rf"|(?:want |make {SCENE} |turn {SCENE} into |(?:add|give it"
        rf"|apply) )?(?:an? )?(?P<y2>(?:\w+ )?(?:{_STYLES}))(?: (?:look|effect|filter))?",
        "the picture slowly changes until it is in {y} style",
        "the picture in {y} style",
    ),
    rule(
        r"(?:bring|get|put) (?P<x>.+) (?:in|into|in to) (?:sharp )?focus|(?:re)?focus on (?P<x2>.+)"
        r"|(?:put|shift|move|set|bring) (?:the )?focus (?:on|onto|to) (?P<x4>.+)|(?P<x3>.+) in focus",
        "{x} slowly come{s} into focus",
        "{x} {is} in focus",
    ),
)
"""The first that fits is taken."""
