"""Commands: what is to be done to a thing."""

from __future__ import annotations

from . import nouns
from .change import SCENE, rule

_MOVE = "(?:move|push|slide|bring|put|place|pull|drag|get|set|shift|stick|hang|lay|stand|seat)"
_PERSON = "him|her|them|it"
_NEAR = (
    r"(?:in front of|behind|next to|beside|near|under(?:neath)?|between|away from|above|below|over"
    r"|against|around"
    r"|on the (?:left|right|other) side of) "
)
_EDGE = r"the (?:left|right|top|bottom)(?: edge| side)?(?: of the (?:picture|image|photo))?"
_SOME = (
    r"(?:an?|some|two|three|four|five|six|seven|eight|nine|ten|\d+|more|another|several|many|lots of|a few"
    r"|a pair of|long|short|big|small|little)"
)
_THIS_THING = (
    r"this (?!(?:look|be|feel|much|an?|even|way|very|really|so|far|slightly|more|less|into|to|in|at|as|like"
    r"|photo|photograph|picture|image|scene|pic|view|shot|place)\b)[\w-]+ .*"
    r"\b(?:big|bigger|large|larger|huge|small|smaller|tiny|flat|flatter|an? [\w-]+)$"
)
"""A thing, and not the scene, that is to have another size or form."""
_NO_ARTICLE = "".join(
    rf"(?<! {word})"
    for word in ("a", "an", "the", "his", "her", "its", "more", "less", "very", "really", "and", "of")
)
"""Not after these: what follows goes with them."""

COMMANDS = (
    rule(
        r"swap (?:the )?(?:places|positions) of (?P<x>.+)|swap (?P<x2>.+)",
        "{x} slowly change{s} places",
        "{x} {has} changed places",
    ),
    # Switches.
    rule(
        r"(?:turn|switch) (?P<y>on|off) (?P<x>.+)|(?:turn|switch|put) (?P<x2>.+) (?P<y2>on"
        r"|off)(?P<z> (?:in|at|outside) ?.*)?",
        "{x} slowly go{es} {y}{z}",
        "{x} {is} {y}{z}",
    ),
    rule(
        r"(?:leave|set|push|prop|swing) (?P<x>.+?) (?P<y>ajar|(?:wide |half )?open|closed)",
        "{x} slowly move{s} until {it} {is} {y}",
        "{x} {is} {y}",
    ),
    # Going away.
    rule(
        r"(?:(?:show|make|want) )?(?P<y>.+) without (?:an? |any |the )?(?P<x>.+)",
        "{x} slowly disappear{s} from {y}",
        "{y} without {x}",
    ),
    rule(
        r"(?:take|wipe|pull|get|rub|clean|wash|strip|pick|knock|brush|remove|erase"
        r"|delete) (?P<x>(?!an? ).+?) (?:off|from|out of)(?: of)? (?P<y>(?!a |an |the background"
        r"|the (?:picture|photo|image|scene)).+)",
        "{x} slowly disappear{s} from {y}",
        "{y} without {x}",
    ),
    rule(
        r"(?:remove|delete|erase|get rid of|take away|take out|eliminate|clear away|edit out|crop out"
        r"|lose|hide|wipe away|drop) (?P<x>.+?)(?: (?:from|in) the (?:picture|photo|image|scene))?"
        r"|take (?P<x2>.+) (?:away|out)(?: of the (?:picture|photo|image|scene|frame))?"
        r"|make (?P<x3>.+) (?:disappear|vanish|go away)|no (?P<x4>(?:more )?.+)",
        "{x} slowly disappear{s} until {it} {is} gone",
        "{x} {is} gone",
    ),
    # Colour and pattern.
    rule(
        r"(?:change|turn|make|set) the colou?r of (?P<x>.+?) (?:from .+ )?(?:to|into) (?P<y>.+)"
        r"|(?:change|turn|make|set) (?P<x2>.+?)(?:'s)? colou?r (?:from .+ )?(?:to|into) (?P<y2>.+)"
        rf"|(?:turn|change) (?P<x3>.+) from .+ (?:in)?to (?P<y3>{nouns.COLOUR})",
        "{x} slowly turn{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        rf"(?:paint|colou?r|make|turn|dye|tint|spray|change"
        rf"|stain)(?: all)? (?P<x>.+?)(?<!\bthe)(?<!\bhis)(?<!\bits)(?<!\btheir)(?<!\bless)(?<!\bmore)"
        rf"(?: (?:to|into))? (?P<y>{nouns.COLOUR}|(?:rainbow|multi)[- ]?colou?red"
        rf"|an? (?:[\w-]+ )*(?:shade|tone|tint) of .+|a (?:{nouns.COLOUR}) colou?r)",
        "{x} slowly turn{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        r"(?:paint|colou?r|dye) (?P<x>.+) (?P<y>(?:\w+ )?(?:pattern(?:ed)?|striped|rainbow|and .+))",
        "{x} slowly turn{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        r"(?:paint|put|add|draw) (?P<y>(?:\w+ )?(?:stripes|spots|dots|patterns)) (?:on|onto|to) (?P<x>.+)"
        r"|give (?P<x2>.+) (?P<y2>(?:\w+ )?stripes)",
        "{y} slowly appear on {x}",
        "{x} {has} {y}",
    ),
    rule(
        rf"give (?P<x>{_PERSON}|everyone|.+?) (?P<y>{_SOME} .+)|give (?P<x2>{_PERSON}|(?:the|my|this"
        rf"|his|her) \w+) (?P<y2>.+)",
        "{x} slowly get{s} {y}",
        "{x} {has} {y}",
    ),
    rule(
        r"(?:dress|clothe) (?P<x>.+?) (?P<y>(?:in|as|like|up) .+)",
        "{x} {is} slowly dressed {y}",
        "{x} {is} dressed {y}",
    ),
    rule(
        r"(?:make|keep|leave|set) (?P<y>.+?) free (?:of|from) (?P<x>.+)",
        "{x} slowly disappear{s} from {y}",
        "{y} without {x}",
    ),
    rule(
        r"make (?P<x>.+?) (?:to be )?(?:out of|(?:made |entirely |completely )*(?:of"
        r"|from)) (?P<y>(?!the |his |her |their ).+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} made of {y}",
    ),
    rule(
        rf"(?:(?:make|want|show|paint|build) )?(?P<x>(?!.*\b(?:is|are|should"
        rf"|be)\b).+?) (?:(?:made )?(?:out of|from)|made of|in) (?P<y>(?:solid "
        rf"|pure )?(?:{nouns.MATERIAL}|(?<=from )ice|(?<=of )ice))"
        rf"|(?P<y2>{nouns.MATERIAL}) (?P<x2>(?!the\b)\w+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} made of {y}",
    ),
    rule(
        r"(?:show|make|see|picture) (?P<x>.+?) (?:when|after|as if|once) (?P<y>(?:he|she|it"
        r"|they) (?:is|are|has|have|was|were) .+)",
        "{x} slowly change{s} until {y}",
        "{x} when {y}",
    ),
    rule(
        rf"turn (?P<x>{_PERSON}|.+?) (?P<y>(?:upside down|around|sideways|over|inside out|(?:to"
        rf"|towards?) (?!a |an ).+|to face .+)(?:,? .+)?)",
        "{x} slowly turn{s} {y}",
        "{x} {is} turned {y}",
    ),
    rule(
        rf"make (?:it|the number of \w+|that) (?P<y>{nouns.ARTICLES}|\d+) (?P<x>\w+s|people|men|women"
        rf"|children|sheep)",
        "the number of {x} slowly changes until there are {y}",
        "{y} {x}",
    ),
    rule(
        r"(?:put|place|bring|send|take|transport|move) (?P<x>.+?) (?P<y>(?:in|on|at|to|into) (?:an? "
        r"|outer )?(?:forest|beach|space|city|desert|jungle|snow|woods|castle|park|garden|mountains"
        r"|underwater).*)",
        "the background slowly changes until {x} {is} {y}",
        "{x} {is} {y}",
    ),
    # Place.
    rule(
        r"(?:set|light) (?P<x>.+) (?:on fire|ablaze|alight)", "{x} slowly catch{es} fire", "{x} {is} on fire"
    ),
    rule(
        rf"{_MOVE} (?P<x>(?!an? |some |two |three |more ).+?) (?P<y>{_NEAR}.+)",
        "{x} slowly move{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        rf"{_MOVE} (?P<x>.+) (?:to|at|onto) (?P<y>{_EDGE})",
        "{x} slowly move{s} to {y}",
        "{x} {is} at {y}",
    ),
    rule(
        rf"{_MOVE} (?P<x>.+?) to (?P<y>(?!the (?:front|back) row).+)",
        "{x} slowly move{s} to {y}",
        "{x} {is} at {y}",
    ),
    rule(
        rf"{_MOVE} (?P<x>(?!an? |some |two |three |more ).+?)(?: (?:closer|far away|away|back"
        rf"|forward))?,? (?:to|into|in|inside) (?P<y>.+)",
        "{x} slowly move{s} into {y}",
        "{x} {is} in {y}",
    ),
    rule(
        r"(?:move|push|bring|put|pull|drag) (?P<x>.+?) (?:closer|forward)",
        "{x} slowly move{s} closer into the front row",
        "{x} {is} in the front row",
    ),
    rule(
        r"(?:move|push|put|drag) (?P<x>.+?) (?:far away|away|back)",
        "{x} slowly move{s} away into the back row",
        "{x} {is} in the back row",
    ),
    rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?P<y> (?:one height )?(?:above|over) .+)",
        "{x} slowly rise{s} until {it} hover{s}{y}",
        "{x} hover{s}{y}",
    ),
    rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?: (?:into|in) the air)?",
        "{x} slowly rise{s} until {it} {is} raised",
        "{x} {is} raised",
    ),
    rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?: in the air)?",
        "{x} slowly rise{s} into the air",
        "{x} hover{s} above the floor",
    ),
    rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?P<y> .+)",
        "{x} slowly rise{s} until {it} hover{s}{y}",
        "{x} hover{s}{y}",
    ),
    rule(
        r"(?:move|put|place|set|lay) (?P<x>(?:the|it|him|her|them|this|that|these|those)\b.*?) (?:on"
        r"|onto|on top of) (?P<y>.+)",
        "{x} slowly move{s} onto {y}",
        "{x} {is} on {y}",
    ),
    rule(
        rf"(?:make {SCENE}|(?:convert|change|turn) {SCENE} (?:in)?to) (?P<y>an? .+)",
        "the scene slowly turns into {y}",
        "{y}",
    ),
    rule(
        rf"make {SCENE} (?:be )?(?P<y>(?:in|at|on|under|inside) .+)",
        "the background slowly changes until the scene is {y}",
        "the scene {y}",
    ),
    rule(
        rf"make (?!{_THIS_THING}){SCENE} (?:look |be |feel )?(?P<y>.+)",
        "the scene slowly becomes {y}",
        "the scene is {y}",
    ),
    # Size and form.
    rule(
        r"(?:enlarge|grow) (?P<x>(?!.+ (?:on|over|in|up|along|around) ).+)"
        r"|make (?P<x2>.+?)(?: (?:a bit|a little|much|slightly|way|a lot|twice as|three times as"
        r"|half as|far|really|very"
        r"|so))* (?:large|big|huge|larger|bigger)",
        "{x} slowly grow{s} until {it} {is} large",
        "{x} {is} large",
    ),
    rule(
        r"(?:shrink|make) (?P<x>.+?) (?:small )?(?P<y>to the size .+)",
        "{x} slowly shrink{s} {y}",
        "{x} {is} shrunk {y}",
    ),
    rule(
        r"shrink (?P<x>.+)|make (?P<x2>.+?)(?: (?:a bit|a little|much|slightly|way|a lot|twice as"
        r"|three times as|half as|far|really"
        r"|very|so))* (?:small|tiny|smaller)",
        "{x} slowly shrink{s} until {it} {is} small",
        "{x} {is} small",
    ),
    rule(
        r"(?:squash|flatten|crush) (?P<x>.+)|(?:make|press) (?P<x2>.+) (?:flat|down)",
        "{x} {is} slowly flattened until {it} {is} flat",
        "{x} {is} flat",
    ),
    rule(
        r"(?:turn|transform|change|morph|convert|make) (?P<x>.+) into (?P<y>.+)"
        r"|make (?P<x3>.+) (?P<y3>an? .+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} {y}",
    ),
    rule(r"replace (?P<x>.+?) (?:by|with) (?P<y>.+)", "{x} slowly turn{s} into {ay}", "{x} {is} {ay}"),
    rule(
        r"(?:change|turn|convert) (?P<x>.+?) from .+? (?:in)?to (?P<y>.+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} {y}",
    ),
    rule(
        r"(?:change|convert|turn) (?P<x>.+?) to (?P<y>.+)",
        "{x} slowly change{s} to {y}",
        "{x} {is} {y}",
    ),
    rule(
        r"(?:cover|fill|surround|decorate|wrap) (?P<x>.+?) (?P<y>in .+)",
        "{x} {is} slowly covered {y}",
        "{x} {is} covered {y}",
    ),
    rule(
        r"(?:show|reveal|see)(?: me)? (?P<x>(?:the|his|her|their|some|an?) .+)",
        "the camera slowly moves until {x} come{s} into view",
        "{x} in view",
    ),
    # Adding.
    rule(
        r"(?:add|put|place|stick|hang|draw(?! the)|set|lay|insert|attach|include|paint|plant|throw"
        r"|drop|tie|wrap|pin|leave|splash|sprinkle|scatter|spread|spray|spill)"
        r" (?P<x>.+?) (?P<y>(?:on|in|over|under|behind|beside|next to|near|around|in front of|above"
        r"|between|along|all over|at|there|here|everywhere)(?: .+)?)",
        "{n} slowly appear{s} {y}",
        "{n} {is} {y}",
    ),
    rule(
        r"(?:add|put|place|stick|drop|throw) (?P<x>.+?) (?:into|inside) (?P<y>.+)",
        "{n} slowly appear{s} in {y}",
        "{n} {is} in {y}",
    ),
    rule(
        r"(?:add|put|place|stick|drop|throw) (?P<x>.+?) onto (?P<y>.+)",
        "{n} slowly appear{s} on {y}",
        "{n} {is} on {y}",
    ),
    rule(
        r"pour (?P<x>.+?) (?P<y>(?:into|onto|over|in|on) .+)", "{n} slowly pour{s} {y}", "{n} {is} poured {y}"
    ),
    rule(
        r"(?:add|put|attach) (?P<x>.+?) to (?P<y>.+)",
        "{n} slowly come{s} into view and join{s} {y}",
        "{y} with {n}",
    ),
    rule(
        r"(?:add|insert|include|draw(?! the)|bring in|put in|generate|create|spawn) (?P<x>.+)",
        "{n} slowly come{s} into view",
        "{n} {is} in the picture",
    ),
    # Number.
    rule(
        r"double the (?:number|amount) of (?P<x>.+)|double (?:the )?(?P<x2>\w+s)",
        "the number of {x} is slowly doubled",
        "the number of {x} is doubled",
    ),
    # How it is.
    rule(
        r"keep (?P<x>(?:the|his|her|its|their) (?:\w+ )*?\w+) (?P<y>(?!the same)\w+|as .+|the same)",
        "{x} stay{s} {y}",
        "{x} stay{s} {y}",
    ),
    rule(r"keep (?P<x>.+)", "{x} stay{s} the same", "{x} stay{s} the same"),
    rule(
        r"(?:move|bring|hold|place|set|push|shift) (?P<x>.+?) (?P<y>(?:a (?:bit|little) )?(?:lower"
        r"|higher|further|farther|nearer|up|down|forwards?|backwards?|left|right|apart|together"
        r"|outside|upwards?|downwards?)(?: .+)?)",
        "{x} slowly move{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        rf"make (?P<x>{_PERSON}|.+?) (?P<y>(?:much |a bit |slightly |a little )*(?:half|fully"
        rf"|completely|totally|entirely|slightly|\w+ (?:years|times|shades|sizes)|a bit|a little|a lot"
        rf"|far|all|quite|really|more|less|very|as|much|even|so|too|extremely) .+)",
        "{x} slowly become{s} {y}",
        "{x} {is} {y}",
    ),
    rule(
        rf"make (?P<x>{_PERSON}|everyone|everybody|.+?){_NO_ARTICLE} (?P<y>\w+(?:,? and \w+)?)",
        "{x} slowly become{s} {y}",
        "{x} {is} {y}",
    ),
)
"""The first that fits is taken."""
