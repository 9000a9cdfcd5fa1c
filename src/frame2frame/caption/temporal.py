"""A temporal caption without a model: rules that turn an instruction into a change over time.

After the paper's six rules (section 3.1, appendix B.1): one plain sentence that starts at this picture and
ends in the wanted scene, speaks of things changing, names only what must change, and leaves the camera
alone unless the edit is the camera.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..values import Caption, Picture

_COLOUR = (
    r"(?:(?:dark|light|bright|pale|deep) )?(?:red|orange|yellow|green|cyan|turquoise|blue|purple|violet|pink"
    r"|magenta|white|black|gr[ea]y|brown|gold(?:en)?|silver|beige)"
)

_POLITE = re.compile(
    r"^(?:please|kindly|could you|can you|would you)(?: please)?,? |,? please$", re.IGNORECASE
)

_PARTICIPLES = {
    "open": "opened",
    "close": "closed",
    "fold": "folded",
    "unfold": "unfolded",
    "bend": "bent",
    "cut": "cut",
    "slice": "sliced",
    "peel": "peeled",
    "break": "broken",
    "melt": "melted",
    "burn": "burned",
    "light": "lit",
    "fill": "filled",
    "empty": "emptied",
    "rotate": "rotated",
    "tilt": "tilted",
    "flip": "flipped",
    "inflate": "inflated",
    "deflate": "deflated",
    "cover": "covered",
    "uncover": "uncovered",
    "stretch": "stretched",
    "roll": "rolled",
    "wash": "washed",
    "pour": "poured",
}
"""Verbs of doing, for "open the book": the book is slowly opened."""


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
    # Going away.
    _rule(
        r"(?:remove|delete|erase|get rid of|take away) (?P<x>.+)"
        r"|take (?P<x2>.+) away|make (?P<x3>.+) (?:disappear|vanish)",
        "{x} slowly disappears until it is gone",
        "{x} is gone",
    ),
    # Colour and pattern.
    _rule(
        r"change the colou?r of (?P<x>.+) (?:to|into) (?P<y>.+)",
        "{x} slowly turns {y}",
        "{x} is {y}",
    ),
    _rule(
        rf"(?:paint|colou?r|make|turn|dye) (?P<x>.+) (?P<y>{_COLOUR})",
        "{x} slowly turns {y}",
        "{x} is {y}",
    ),
    _rule(
        r"(?:paint|put|add) (?P<y>(?:\w+ )?stripes) (?:on|onto|to) (?P<x>.+)"
        r"|give (?P<x2>.+) (?P<y2>(?:\w+ )?stripes)",
        "{y} slowly appear on {x}",
        "{x} has {y}",
    ),
    # Place.
    _rule(
        r"(?:move|push|slide|bring|put|place|pull|drag) (?P<x>.+) (?:to|at|onto) "
        r"(?P<y>the (?:left|right|top|bottom)(?: edge| side)?(?: of the (?:picture|image|photo))?)",
        "{x} slowly moves to {y}",
        "{x} is at {y}",
    ),
    _rule(
        r"(?:move|push|slide|bring|put|place|pull|drag) (?P<x>.+?)"
        r"(?: (?:closer|far away|away|back|forward))?,? "
        r"(?:to|into|in) (?P<y>.+)",
        "{x} slowly moves into {y}",
        "{x} is in {y}",
    ),
    _rule(
        r"(?:move|push|bring|put|pull|drag) (?P<x>.+?) (?:closer|forward)",
        "{x} slowly moves closer into the front row",
        "{x} is in the front row",
    ),
    _rule(
        r"(?:move|push|put|drag) (?P<x>.+?) (?:far away|away|back)",
        "{x} slowly moves away into the back row",
        "{x} is in the back row",
    ),
    _rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?P<y> (?:one height )?above .+)",
        "{x} slowly rises until it hovers{y}",
        "{x} hovers{y}",
    ),
    _rule(
        r"(?:lift|raise) (?P<x>.+?)(?: up)?(?: (?:into|in) the air)?",
        "{x} slowly rises until it is raised",
        "{x} is raised",
    ),
    _rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?: in the air)?",
        "{x} slowly rises into the air",
        "{x} hovers above the floor",
    ),
    _rule(
        r"(?:make|let) (?P<x>.+) (?:float|hover)(?P<y> .+)",
        "{x} slowly rises until it hovers{y}",
        "{x} hovers{y}",
    ),
    _rule(r"make it (?P<y>.+)", "the scene slowly turns into {y}", "{y}"),
    # Size and form.
    _rule(
        r"(?:enlarge|grow) (?P<x>.+)|make (?P<x2>.+) (?:large|big|huge|larger|bigger)",
        "{x} slowly grows until it is large",
        "{x} is large",
    ),
    _rule(
        r"shrink (?P<x>.+)|make (?P<x2>.+) (?:small|tiny|smaller)",
        "{x} slowly shrinks until it is small",
        "{x} is small",
    ),
    _rule(
        r"(?:squash|flatten|crush) (?P<x>.+)|(?:make|press) (?P<x2>.+) (?:flat|down)",
        "{x} is slowly flattened until it is flat",
        "{x} is flat",
    ),
    _rule(
        r"(?:turn|transform|change|morph) (?P<x>.+) into (?P<y>.+)"
        r"|replace (?P<x2>.+) (?:by|with) (?P<y2>.+)"
        r"|make (?P<x3>.+) (?P<y3>an? .+)",
        "{x} slowly turns into {y}",
        "{x} is {y}",
    ),
    _rule(
        r"(?P<x>.+) (?:should|must) (?:be|become|turn|stand|lie) (?P<y>.+)",
        "{x} slowly changes until it is {y}",
        "{x} is {y}",
    ),
    # A person or thing that acts: "make the dog jump over the fence".
    _rule(
        r"(?:make|let|have) (?P<x>(?:the|a|an|this|that|his|her|its|my) (?:\w+ )*?\w+)"
        r" (?P<y>(?:sit|stand|jump|run|walk|smile|laugh|look|turn|raise|lift|open|close|bend|bow|clap|wave"
        r"|lie|sleep|fly|fall|kneel|squat|dance|nod|hold|eat|drink|swim|roll|fold|cry|blink|lean|crouch|melt"
        r"|bloom|burn|grow|bark|yawn)\b.*)",
        "{x} slowly {y_s}",
        "{x} {y_s}",
    ),
    _rule(
        r"(?P<v>" + "|".join(_PARTICIPLES) + r") (?P<x>.+)",
        "{x} is slowly {v_ed}",
        "{x} is {v_ed}",
    ),
    _rule(
        r"(?:add|put) (?P<x>.+?) (?:to|on|onto|in|into) (?P<y>.+)",
        "{x} slowly comes into view and joins {y}",
        "{y} with {x}",
    ),
    _rule(
        r"add (?P<x>.+)",
        "{x} slowly comes into view",
        "{x} is in the picture",
    ),
    _rule(
        r"make (?P<x>(?:the|a|an|this|that|his|her|its|my) .+) (?P<y>\w+)",
        "{x} slowly becomes {y}",
        "{x} is {y}",
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
        temporal=f"the scene slowly changes until it shows: {plain}", target=plain, author="temporal"
    )


def _parts(match: re.Match[str]) -> dict[str, str]:
    """The named parts; `x2` and `x3` are `x` in another word order."""
    found = {name.rstrip("23"): part for name, part in match.groupdict().items() if part is not None}
    parts = {"x": "", "y": "", "v": ""} | found
    verb = _PARTICIPLES.get(parts["v"].lower(), "")
    return parts | {"y_s": _third_person(parts["y"]), "v_ed": verb}


def _third_person(verb_phrase: str) -> str:
    """What one does who is told to: "jump over it" → "jumps over it"."""
    verb, _, rest = verb_phrase.partition(" ")
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        verb += "es"
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        verb = verb[:-1] + "ies"
    elif verb:
        verb += "s"
    return f"{verb} {rest}".strip()
