"""A temporal caption without a model: rules that turn an instruction into a change over time.

After the paper's six rules (section 3.1, appendix B.1): one plain sentence that starts at this picture and
ends in the wanted scene, speaks of things changing, names only what must change, and leaves the camera
alone unless the edit is the camera.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..values import Caption, Picture
from .grammar import ACTS, MANY, ONE, PARTICIPLES, is_plural, third_person

_COLOUR = (
    r"(?:(?:dark|light|bright|pale|deep) )?(?:red|orange|yellow|green|cyan|turquoise|blue|purple|violet|pink"
    r"|magenta|white|black|gr[ea]y|brown|gold(?:en)?|silver|beige)"
)

_POLITE = re.compile(
    r"^(?:please|kindly|could you|can you|would you)(?: please)?,? |,? please$", re.IGNORECASE
)

_ACT_FORMS = "|".join(third_person(verb) for verb in ACTS.split("|"))
_ARTICLES = "the|a|an|this|that|these|those|both|all|his|her|its|my|their|our"
_THING = rf"(?:{_ARTICLES}) (?:\w+ )*?\w+"
_SCENE = r"(?:it|this|everything|the (?:scene|picture|photo|photograph|image))"
_MOVE = "(?:move|push|slide|bring|put|place|pull|drag)"
_PERSON = "him|her|them"
_SUBJECT = "he|she|they"
_SUBJECTS = {"him": "he", "her": "she", "them": "they"}
_HOW = (
    r" (?:by|to|into|with|in|onto|from|over|around|through|until|towards?|at|for|like|so that) .+"
    r"| (?:upside down|sideways|wide|apart|slightly|halfway|completely|clockwise|anticlockwise)"
)
"""How something is done, which is no part of the thing's name."""
_NO_ARTICLE = "".join(
    rf"(?<! {word})" for word in ("a", "an", "the", "his", "her", "its", "more", "less", "very")
)
"""Not after these: what follows goes with them."""


@dataclass(frozen=True)
class Rule:
    """An instruction's shape, and the two sentences that are made of its parts."""

    instruction: re.Pattern[str]
    temporal: str
    target: str


def _rule(instruction: str, temporal: str, target: str) -> Rule:
    return Rule(re.compile(instruction, re.IGNORECASE), temporal, target)


RULES = (
    # The camera and the light.
    _rule(
        r"(?:zoom in|(?:move|go|come|bring|get) (?:the camera )?close(?:r)?(?: with the camera)?"
        r"|(?:show|see|view) (?:the )?(?:scene|picture) from close)(?P<y> (?:on|to|at) .+)?"
        r"(?: with the camera)?",
        "the camera slowly moves closer{y} until the scene is seen from close",
        "the scene seen from close",
    ),
    _rule(
        r"(?:zoom out|(?:move|go) (?:the camera )?(?:back|away))(?: with the camera)?",
        "the camera slowly moves back until the scene is seen from far",
        "the scene seen from far",
    ),
    _rule(
        r"(?:look at|show|view|see) (?P<x>.+?) from (?P<y>the left|the right|above|below|behind|the side)",
        "the camera slowly moves until {x} is seen from {y}",
        "{x} seen from {y}",
    ),
    _rule(
        r"(?:move|turn|swing|orbit|pan) the camera to (?P<y>the left|the right)",
        "the camera slowly moves to {y} until the scene is seen from {y}",
        "the scene seen from {y}",
    ),
    _rule(
        r"(?:(?:make|let) it(?: be)?|turn day into|turn .+ into) night|switch (?:off|out) the lights?",
        "the light slowly fades to night",
        "the scene at night",
    ),
    _rule(
        rf"(?:make|turn) {_SCENE} (?:in)?to (?P<y>black and white|monochrome|gr[ae]yscale|sepia)"
        rf"|(?:make {_SCENE} )?(?P<y2>black and white|monochrome|gr[ae]yscale|sepia)",
        "the colours slowly fade until the picture is {y}",
        "the picture is {y}",
    ),
    _rule(
        rf"(?:make|let) {_SCENE} (?:be )?(?:in )?"
        r"(?P<y>(?:(?:early|late) )?(?:winter|summer|spring|autumn|fall))",
        "the season slowly changes to {y}",
        "the scene in {y}",
    ),
    _rule(
        rf"(?:make|let) {_SCENE} (?:be )?(?:at )?"
        r"(?P<y>noon|midday|dawn|dusk|sunrise|sunset|midnight|twilight)",
        "the light slowly changes until it is {y}",
        "the scene at {y}",
    ),
    _rule(
        rf"(?:make|let) {_SCENE} (?:be )?(?P<y>day|daytime|morning|evening)",
        "the light slowly changes until it is {y}",
        "the scene in the light of {y}",
    ),
    _rule(
        rf"(?:make|let) {_SCENE} (?P<y>rain|snow|storm|hail)",
        "it slowly begins to {y}",
        "the scene in the {y}",
    ),
    _rule(
        rf"make {_SCENE} look (?P<y>(?:like|as if) .+)",
        "the scene slowly changes until it looks {y}",
        "the scene looks {y}",
    ),
    _rule(
        rf"(?:make {_SCENE} )?(?P<y>in the style of .+)",
        "the picture slowly changes until it is {y}",
        "the picture is {y}",
    ),
    _rule(r"swap (?P<x>.+)", "{x} slowly change{s} places", "{x} {has} changed places"),
    # Switches.
    _rule(
        r"(?:turn|switch) (?P<y>on|off) (?P<x>.+)|(?:turn|switch) (?P<x2>.+) (?P<y2>on|off)",
        "{x} slowly go{es} {y}",
        "{x} {is} {y}",
    ),
    # Going away.
    _rule(
        r"(?:remove|delete|erase|get rid of|take away) (?P<x>.+)"
        r"|take (?P<x2>.+) away|make (?P<x3>.+) (?:disappear|vanish)",
        "{x} slowly disappear{s} until {it} {is} gone",
        "{x} {is} gone",
    ),
    # Colour and pattern.
    _rule(
        r"change the colou?r of (?P<x>.+) (?:to|into) (?P<y>.+)",
        "{x} slowly turn{s} {y}",
        "{x} {is} {y}",
    ),
    _rule(
        rf"(?:paint|colou?r|make|turn|dye) (?P<x>.+) (?P<y>{_COLOUR})",
        "{x} slowly turn{s} {y}",
        "{x} {is} {y}",
    ),
    _rule(
        r"(?:paint|put|add) (?P<y>(?:\w+ )?stripes) (?:on|onto|to) (?P<x>.+)"
        r"|give (?P<x2>.+) (?P<y2>(?:\w+ )?stripes)",
        "{y} slowly appear on {x}",
        "{x} {has} {y}",
    ),
    _rule(
        rf"give (?P<x>{_PERSON}|the \w+) (?P<y>.+)",
        "{x} slowly get{s} {y}",
        "{x} {has} {y}",
    ),
    # Place.
    _rule(
        rf"{_MOVE} (?P<x>.+?) (?P<y>(?:in front of|behind|next to|beside|near|under|between|away from) .+)",
        "{x} slowly move{s} {y}",
        "{x} {is} {y}",
    ),
    _rule(
        rf"{_MOVE} (?P<x>.+) (?:to|at|onto) "
        r"(?P<y>the (?:left|right|top|bottom)(?: edge| side)?(?: of the (?:picture|image|photo))?)",
        "{x} slowly move{s} to {y}",
        "{x} {is} at {y}",
    ),
    _rule(
        rf"{_MOVE} (?P<x>.+?) to (?P<y>(?!the (?:front|back) row).+)",
        "{x} slowly move{s} to {y}",
        "{x} {is} at {y}",
    ),
    _rule(
        rf"{_MOVE} (?P<x>.+?)"
        r"(?: (?:closer|far away|away|back|forward))?,? "
        r"(?:to|into|in) (?P<y>.+)",
        "{x} slowly move{s} into {y}",
        "{x} {is} in {y}",
    ),
    _rule(
        r"(?:move|push|bring|put|pull|drag) (?P<x>.+?) (?:closer|forward)",
        "{x} slowly move{s} closer into the front row",
        "{x} {is} in the front row",
    ),
    _rule(
        r"(?:move|push|put|drag) (?P<x>.+?) (?:far away|away|back)",
        "{x} slowly move{s} away into the back row",
        "{x} {is} in the back row",
    ),
    _rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?P<y> (?:one height )?above .+)",
        "{x} slowly rise{s} until {it} hover{s}{y}",
        "{x} hover{s}{y}",
    ),
    _rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?: (?:into|in) the air)?",
        "{x} slowly rise{s} until {it} {is} raised",
        "{x} {is} raised",
    ),
    _rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?: in the air)?",
        "{x} slowly rise{s} into the air",
        "{x} hover{s} above the floor",
    ),
    _rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?P<y> .+)",
        "{x} slowly rise{s} until {it} hover{s}{y}",
        "{x} hover{s}{y}",
    ),
    _rule(
        r"(?:move|put|place|set|lay) (?P<x>the .+?) (?:on|onto|on top of) (?P<y>.+)",
        "{x} slowly move{s} onto {y}",
        "{x} {is} on {y}",
    ),
    _rule(
        rf"(?:make {_SCENE}|(?:convert|change) {_SCENE} (?:in)?to) (?P<y>an? .+)",
        "the scene slowly turns into {y}",
        "{y}",
    ),
    _rule(rf"make {_SCENE} (?P<y>.+)", "the scene slowly becomes {y}", "the scene is {y}"),
    # Size and form.
    _rule(
        r"(?:enlarge|grow) (?P<x>.+)|make (?P<x2>.+) (?:large|big|huge|larger|bigger)",
        "{x} slowly grow{s} until {it} {is} large",
        "{x} {is} large",
    ),
    _rule(
        r"shrink (?P<x>.+)|make (?P<x2>.+) (?:small|tiny|smaller)",
        "{x} slowly shrink{s} until {it} {is} small",
        "{x} {is} small",
    ),
    _rule(
        r"(?:squash|flatten|crush) (?P<x>.+)|(?:make|press) (?P<x2>.+) (?:flat|down)",
        "{x} {is} slowly flattened until {it} {is} flat",
        "{x} {is} flat",
    ),
    # A person or thing that acts: "make the dog jump over the fence".
    _rule(
        rf"(?:make|let|have) (?P<x>{_PERSON}|{_THING}) (?P<y>(?:{ACTS})\b.*)",
        "{x} slowly {y_s}",
        "{x} {y_s}",
    ),
    _rule(
        r"(?:turn|transform|change|morph) (?P<x>.+) into (?P<y>.+)"
        r"|replace (?P<x2>.+) (?:by|with) (?P<y2>.+)"
        r"|make (?P<x3>.+) (?P<y3>an? .+)",
        "{x} slowly turn{s} into {y}",
        "{x} {is} {y}",
    ),
    _rule(
        r"change (?P<x>.+?) (?:to|into) (?P<y>.+)",
        "{x} slowly change{s} to {y}",
        "{x} {is} {y}",
    ),
    _rule(
        r"(?P<x>.+) (?:should|must) (?:be|become|turn|stand|lie) (?P<y>.+)",
        "{x} slowly change{s} until {it} {is} {y}",
        "{x} {is} {y}",
    ),
    # Its end as a sentence: "the dog jumps over the fence".
    _rule(
        rf"(?P<x>{_SUBJECT}|{_THING}) (?P<y>(?:{_ACT_FORMS})\b.*)",
        "{x} slowly {y}",
        "{x} {y}",
    ),
    _rule(
        rf"(?P<x>they|(?:{_ARTICLES}) (?:\w+ )*?(?:\w+s|people|men|women|children)) (?P<y>(?:{ACTS})\b.*)",
        "{x} slowly {y}",
        "{x} {y}",
    ),
    _rule(
        rf"(?P<x>{_SUBJECT}|{_THING}) (?:is|are) (?P<y>.+)",
        "{x} slowly change{s} until {it} {is} {y}",
        "{x} {is} {y}",
    ),
    _rule(
        r"(?P<v>" + "|".join(PARTICIPLES) + rf") (?P<x>.+?)(?P<z>{_HOW})?",
        "{x} {is} slowly {v_ed}{z}",
        "{x} {is} {v_ed}{z}",
    ),
    _rule(
        r"(?:add|put) (?P<x>.+?) (?:to|on|onto|in|into) (?P<y>.+)",
        "{x} slowly come{s} into view and join{s} {y}",
        "{y} with {x}",
    ),
    _rule(
        r"add (?P<x>.+)",
        "{x} slowly come{s} into view",
        "{x} {is} in the picture",
    ),
    _rule(
        rf"make (?P<x>{_PERSON}|{_THING}) "
        r"(?P<y>(?:much |a bit |slightly |a little )?(?:more|less|very|as) .+)",
        "{x} slowly become{s} {y}",
        "{x} {is} {y}",
    ),
    _rule(
        rf"make (?P<x>{_PERSON}|(?:{_ARTICLES}) .+){_NO_ARTICLE} (?P<y>\w+)",
        "{x} slowly become{s} {y}",
        "{x} {is} {y}",
    ),
)


@dataclass(frozen=True)
class Temporal:
    """Rules that turn an instruction, or the description of a scene, into a change over time."""

    def write(self, image: Picture, instruction: str) -> Caption:
        return temporal_caption(instruction)


def temporal_caption(instruction: str) -> Caption:
    """The caption that the first fitting rule makes; a description becomes the end of a change."""
    plain = _POLITE.sub("", " ".join(instruction.split()).strip(" .!?\"'"))
    for rule in RULES:
        if match := rule.instruction.fullmatch(plain):
            parts = _parts(match)
            temporal, target = rule.temporal.format(**parts), rule.target.format(**parts)
            return Caption(temporal=temporal, target=target, author="temporal")
    return Caption(
        temporal=f"the scene slowly changes until it shows: {plain}",
        target=plain,
        author="temporal",
        notes=(UNRULED,),
    )


UNRULED = (
    "No caption rule fits this wish, so it stands in the caption as it is; words like “make the ball blue”, "
    "--caption-text with a sentence of your own, or --caption vlm may do better."
)
"""The note of a caption that no rule has made."""


def _parts(match: re.Match[str]) -> dict[str, str]:
    """The named parts, and words that agree with them; `x2` and `x3` are `x` in another word order."""
    found = {name.rstrip("23"): part for name, part in match.groupdict().items() if part is not None}
    parts = {"x": "", "y": "", "v": "", "z": ""} | found
    parts["x"] = _SUBJECTS.get(parts["x"].lower(), parts["x"])
    done = PARTICIPLES.get(parts["v"].lower(), "")
    many = is_plural(parts["x"])
    agreeing = MANY if many else ONE
    return parts | agreeing | {"y_s": parts["y"] if many else third_person(parts["y"]), "v_ed": done}
