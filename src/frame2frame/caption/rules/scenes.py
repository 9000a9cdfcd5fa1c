"""Wishes for the whole picture: camera, light, season, weather, style."""

from __future__ import annotations

from .change import rule

SCENE = r"(?:it|this|everything|the (?:whole )?(?:scene|picture|photo|photograph|image|view))"
_IN = r"(?:(?:in|at|during) (?:the )?)?"
_BE = (
    rf"(?:(?:make|let|have|turn|change) {SCENE} (?:be |become |into |to |look like |to be )*|(?:it"
    rf"|this) (?:is|should be|becomes|gets|turns|will be|was) )?{_IN}(?:an? )?"
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
    r"(?:(?:heavy|light|thick|dense|strong|dark|wild|a lot of|lots of|some|more|fresh|soft|grey|gray"
    r"|storm|rain) )*"
    r"(?:fog|mist|rain|snow|hail|(?:thunder|snow|sand|rain|hail)?storm|drizzle|blizzard|haze|wind|clouds?"
    r"|rainbow|lightning|thunder|sunshine|sunlight|snowfall|rainfall|northern lights|frost)"
)
_SIDE = (
    r"(?:the |its )?(?:left|right|above|below|behind|front|back|side|other side|top|bottom|close"
    r"|far away|afar|inside"
    r"|outside|underneath|(?:a )?(?:bird's|worm's|birds) eye view|a (?:low|high|different|wide) angle"
    r"|a distance"
    r"|high above|further away|farther away|up close|the sky|the ground|far|(?:left|right) side)"
)
_KIND_OF_VIEW = (
    r"(?:(?!(?:the|rotate|change|turn|move|tilt|make|add|remove|block|get|have|zoom|more|in|on|of"
    r"|show|focus|night|day)\b)[\w'-]+ ){1,3}"
    r"(?:view|shot|perspective|angle|close[- ]?up)"
)
_FROM = r"(?:(?:as|from|in|want|show|make it|get|give me) )?"
_STYLES = (
    r"cartoon|comic|anime|manga|pixel art|lego|watercolou?r|oil painting|pencil|sketch|claymation|low-poly|3d"
    r"|origami|stained glass|vintage|cyberpunk|steampunk|noir"
)
_GREY = r"black[- ]and[- ]white|monochrome|gr[ae]yscale|sepia"

_HOW_FAR = "a bit|a little|a little bit|slightly|a lot|much"
_LIGHTS = {
    "darken|dim": "darker",
    "brighten|lighten": "brighter",
    "warm": "warmer",
    "cool": "cooler",
    "sharpen": "sharper",
    "soften": "softer",
    "desaturate": "less colourful",
    "saturate": "more colourful",
}
"""What a verb makes of the whole picture."""

SCENES = (
    rule(
        r"(?:(?:zoom|dolly|push|move) in|(?:move|go|come|bring"
        r"|get) (?:the camera )?close(?:r)?(?: with the camera)?"
        r"|(?:show|see|view) (?:the )?(?:scene|picture) from close|(?:come |go |get )?(?:a (?:bit"
        r"|little) |much )?(?:closer|nearer)"
        r"|close[- ]?up)(?: with the camera)?(?: a (?:bit|little|lot)| more| further| closer)?",
        "the camera slowly moves closer until the scene is seen from close",
        "the scene seen from close",
    ),
    rule(
        r"(?:(?:slowly )?zoom (?:the camera )?(?:in )?(?:on|to|onto|into|towards?)|(?:get|go|come"
        r"|move) (?:the camera )?(?:in )?closer (?:to|on)"
        r"|(?:a |an |get a )?(?:extreme )?close[- ]?up (?:of|on)|focus the camera on) (?P<x>.+)",
        "the camera slowly moves closer to {x} until {it} fill{s} the view",
        "{x} seen from close",
    ),
    rule(
        r"(?:(?:zoom|dolly) (?:out|back)|(?:move|go|pull|take|step) (?:the camera )?(?:back|backwards"
        r"|away|out|further away|further back)|(?:further|farther) (?:away|back"
        r"|out))(?: with the camera)?(?: a (?:bit|little|lot))?",
        "the camera slowly moves back until the scene is seen from far",
        "the scene seen from far",
    ),
    rule(
        r"zoom (?:out|away) (?:from|of) (?P<y>.+)|(?:move|pull) (?:the camera )?(?:back"
        r"|away) from (?P<y2>.+)",
        "the camera slowly moves back until {y} is seen from far",
        "{y} seen from far",
    ),
    rule(
        r"(?:zoom|pull|move|dolly) (?:the camera )?(?:out|back) (?:to|until|so that) (?:show|see"
        r"|reveal|we see|you see)?(?: )?(?P<y>.+)"
        r"|(?:see|show|reveal|want) (?P<y2>(?:more of|the (?:whole|entire|full|rest of the)) .+)",
        "the camera slowly moves back until {y} comes into view",
        "a wider view that shows {y}",
    ),
    rule(
        r"(?:as |from |want |show )?(?:it |this )?(?:from )?(?:an? |the )?(?:aerial|top[- ]?down"
        r"|overhead|birds?'?s?[- ]eye|drone) (?:view|shot|perspective)",
        "the camera slowly rises until the scene is seen from above",
        "the scene seen from above",
    ),
    rule(
        r"(?:show |want )?(?:an? |the )?(?:aerial|top[- ]?down|overhead|birds?'?s?[- ]eye) (?:view"
        r"|shot) of (?P<x>.+)",
        "the camera slowly rises until {x} {is} seen from above",
        "{x} {is} seen from above",
    ),
    rule(
        rf"{_FROM}(?P<y>(?:an? |the )?{_KIND_OF_VIEW}) of (?P<x>.+)|(?:show|see|view|look at"
        rf"|film) (?P<x2>.+?) (?:from|in) (?P<y2>an? {_KIND_OF_VIEW})",
        "the camera slowly moves until {x} {is} seen from {ay}",
        "{x} from {ay}",
    ),
    rule(
        rf"{_FROM}(?P<y>(?:an? )?{_KIND_OF_VIEW})",
        "the camera slowly moves until the scene is seen from {ay}",
        "the scene from {ay}",
    ),
    rule(
        r"(?:the |an? )?(?:view|shot|seen) from (?P<y>(?:inside|outside|the|above|under|behind) .+)",
        "the camera slowly moves until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        r"(?:show|see|reveal) (?P<y>what is .+)",
        "the camera slowly moves until {y} comes into view",
        "{y} in view",
    ),
    rule(
        r"(?:show|see|view|reveal) (?P<y>the (?:other side|back|front|top|inside|rear|bottom"
        r"|left side|right side|underside) of .+)",
        "the camera slowly moves around until {y} comes into view",
        "{y} in view",
    ),
    rule(
        r"lower the camera|(?:move )?the camera down",
        "the camera slowly moves down",
        "the scene seen from lower down",
    ),
    rule(
        r"(?:raise|lift) the camera|(?:move )?the camera up",
        "the camera slowly moves up",
        "the scene seen from higher up",
    ),
    rule(
        r"(?:(?:let|make|have) )?(?:the camera )?(?:to )?(?P<v>follow|circle|orbit"
        r"|track)s? (?P<y>(?!around|to)(?:the|his|her|this|him|them|it)\b.*)",
        "the camera slowly {does} {y}",
        "{y} in view",
    ),
    rule(
        rf"(?:look at|show|view|see|film|watch) {SCENE}(?: from| in)? (?P<y>{_SIDE})"
        rf"|(?:view |shot |seen |look |camera |camera angle |angle )?from (?P<y2>{_SIDE})",
        "the camera slowly moves until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        rf"(?:look at|show|view|see|film|watch|want) (?P<x>.+?) (?:seen )?from (?P<y>{_SIDE})"
        rf"|(?:an? )?(?:view|shot) of (?P<x2>.+?) from (?P<y2>{_SIDE})|(?P<x3>(?:the|his|her|their"
        rf"|an?) .+?) (?:seen )?from (?P<y3>{_SIDE})",
        "the camera slowly moves until {x} {is} seen from {y}",
        "{x} {is} seen from {y}",
    ),
    rule(
        r"(?:move|turn|swing|orbit|pan|rotate|slide|track) the camera to (?P<y>the left|the right)",
        "the camera slowly moves to {y} until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    rule(
        r"(?:(?:let|make|have) )?(?:the )?(?:camera|view) (?:to )?(?P<v>pan|tilt|orbit|circle|rotate"
        r"|track|dolly|rise|move|swing|turn|fly|go|look|slide|zoom|sweep|pull|push)s?(?P<y> .+)"
        r"|(?P<v2>pan|tilt|orbit|circle|rotate|track|dolly|move|swing|turn|fly|lower|raise|lift|bring|slide"
        r"|point|aim|crane) the (?:camera|view|shot)(?P<y2> .+)"
        r"|(?P<v3>pan|tilt|orbit|dolly|circle|fly|rotate|swing|track|go|walk|spin"
        r"|move)(?P<y3> (?:around|over|across|up|down|left|right|along|through|past|to the (?:left"
        r"|right)|from .+ to)(?: .*)?)|(?P<v5>pan|orbit|circle|tilt|rotate)(?P<y5> (?:to|in|out|back|by) .+)"
        r"|(?P<v4>look)(?P<y4> (?:up|down|left|right|around|through|out of|into|over)(?: .+)?)",
        "the camera slowly {does}{y}",
        "the view{y}",
    ),
    rule(
        rf"(?:(?:make|let) {SCENE}(?: be)?|turn day into|turn .+ into|(?:it|this) (?:is|should be"
        rf"|becomes|gets)|add)?(?: ?(?:late )?(?:at|by|as|into|an?))* ?(?:night(?: ?time)?(?: scene"
        rf"| sky)?|dark outside)"
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
        rf"(?:(?:show|make|want|see|put|set) )?(?P<x>(?!make|let|turn|it |.* (?:should|is|are"
        rf"|be) )[\w' -]+?) (?P<z>(?:at"
        rf"|by) (?:night|{_CLOCK})|in the (?:(?:early|late) )?(?:morning|evening|afternoon))",
        "the light slowly changes until {n} {is} seen {z}",
        "{n} {z}",
    ),
    rule(
        r"(?:turn|change) (?:the )?night (?:in)?to (?P<y>.+)",
        "the light slowly changes from night until it is {y}",
        "the scene in the light of {y}",
    ),
    rule(
        rf"(?:make|turn|convert|change) {SCENE} (?:in|in ?to )?(?P<y>{_GREY})(?: (?:photo|picture"
        rf"|image|film))?"
        rf"|(?:make {SCENE} (?:look )?)?(?P<y2>{_GREY})(?: (?:photo|picture|image|film))?",
        "the colours slowly fade until the picture is {y}",
        "the picture is {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_SEASON})(?:time)?(?: (?:scene|day|landscape|comes|arrives|begins|outside))?",
        "the season slowly changes to {y}",
        "the scene in {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_CLOCK})(?: (?:light|scene|lighting|sun|sky|mood))?",
        "the light slowly changes until it is {y}",
        "the scene at {y}",
    ),
    rule(
        rf"{_BE}(?P<y>{_DAY})(?: (?:light|scene|lighting|sun|sky|mood))?",
        "the light slowly changes until it is {y}",
        "the scene in the light of {y}",
    ),
    rule(
        rf"{_BE}(?P<y>(?!the|this|every|good)\w+ (?:day|morning|afternoon|evening|night))",
        "the light slowly changes until it is {ay}",
        "{ay}",
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
        rf"(?:(?:add|put in|bring in|bring|give me|insert|make|have|want|with"
        rf"|let there be) )?(?P<x>(?:an? |the |some )?{_WEATHER})(?: (?:rolls? in|comes? up|sets? in"
        rf"|to the (?:scene|picture|image)|outside))*",
        "{n} slowly come{s} up",
        "the scene with {n}",
    ),
    *(
        rule(
            rf"(?:{verb})(?: up| down)? {SCENE}(?: up| down)?(?P<z> (?:{_HOW_FAR}))?",
            f"the scene slowly becomes{{z}} {end}",
            f"the scene is{{z}} {end}",
        )
        for verb, end in _LIGHTS.items()
    ),
    rule(
        rf"make {SCENE} look (?P<y>(?:like|as if|as though) .+)|let {SCENE} look (?P<y2>(?:like|as if"
        rf"|as though) .+)",
        "the scene slowly changes until it looks {y}",
        "the scene looks {y}",
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
        r"(?:want |as |like |make it )*(?P<y>an? (?:[\w-]+ )+(?:painting|drawing|sketch|photo"
        r"|photograph|film|movie|comic|cartoon|poster|portrait))",
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
        r"(?:bring|get|put) (?P<x>.+) (?:in|into|in to) (?:sharp )?focus|focus on (?P<x2>.+)"
        r"|(?P<x3>.+) in focus",
        "{x} slowly come{s} into focus",
        "{x} {is} in focus",
    ),
)
"""The first that fits is taken."""
