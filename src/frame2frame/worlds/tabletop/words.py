"""The words of the tabletop world: three texts for an edit, drawn from a small grammar.

    instruction        "paint the cyan cone orange"           what a user would type
    temporal caption   "the cyan cone slowly turns orange"    what the clip shows (paper, section 3.1)
    target caption     "the cone is orange"                   the scene that it ends in

A template such as "{move|push} {it} to the left edge" is full of alternatives; `it` is the thing's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from .draws import Draws
from .edits import Edit
from .naming import draw_short
from .phrases import phrase, words_of
from .scene import Scene
from .wide import draw_wide

STILL = (
    "nothing moves",
    "nothing changes",
    "everything stays {still|as it is}",
    "a {still|static} clip{| in which nothing moves}",
    "the scene {stays|remains} {the same|unchanged}",
)
"""Captions of a clip in which nothing happens."""

_SLOWLY = "{slowly|gradually|smoothly|steadily|}"

_INSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "recolour": (
        "{paint|colour|make|turn} {it} {value}",
        "change the colour of {it} to {value}",
        "{it} should be {value}",
    ),
    "left": (
        "{move|push|slide|bring|put} {it} to the left {edge|side}{| of the picture}",
        "put {it} at the left edge",
    ),
    "right": (
        "{move|push|slide|bring|put} {it} to the right {edge|side}{| of the picture}",
        "put {it} at the right edge",
    ),
    "closer": (
        "{move|bring|put|pull} {it} {to|into} the front row",
        "bring {it} closer{|, into the front row}",
        "{it} should {stand|be} in the front row",
    ),
    "away": (
        "{move|put|push} {it} {to|into} the back row",
        "{move|push} {it} {away|far away|back}{|, into the back row}",
        "{it} should {stand|be} in the back row",
    ),
    "float": (
        "{lift|raise} {it} one height above the floor",
        "{make|let} {it} {float|hover}{| one height above the floor| in the air}",
        "{lift|raise} {it} {up|into the air}",
    ),
    "grow": ("make {it} {large|big|bigger}", "{enlarge|grow} {it}", "{it} should be {large|big}"),
    "shrink": ("make {it} {small|smaller|tiny}", "shrink {it}", "{it} should be {small|tiny}"),
    "remove": (
        "{remove|delete|erase} {it}",
        "take {it} away",
        "make {it} {disappear|vanish}",
        "get rid of {it}",
    ),
    "morph": (
        "{turn|transform|change} {it} into a {value}",
        "make {it} a {value}",
        "replace {it} {by|with} a {value}",
    ),
    "stripes": (
        "make {it} striped",
        "{paint|put|add} stripes {on|onto} {it}",
        "give {it} stripes",
    ),
    "squash": (
        "{squash|flatten|crush} {it}",
        "make {it} flat",
        "press {it} {flat|down}",
    ),
    "night": (
        "{make it|let it be} night",
        "turn {day into night|the scene into night}",
        "switch {off|out} the light",
    ),
    "zoom": (
        "{zoom in|move closer|go closer|come closer}{| with the camera}",
        "{move|bring} the camera {closer|close}",
        "show the scene from close",
    ),
    "orbit": (
        "{look at|show|view|see} the scene from the {value}",
        "{move|turn|swing} the camera to the {value}",
    ),
}

_TEMPORAL: dict[str, tuple[str, ...]] = {
    "recolour": (
        "{it} {slowly} {turns|becomes} {value}",
        "the colour of {it} {slowly} {changes|shifts} to {value}",
    ),
    "left": ("{it} {slowly} {moves|slides|glides} to the left edge{| of the picture}",),
    "right": ("{it} {slowly} {moves|slides|glides} to the right edge{| of the picture}",),
    "closer": ("{it} {slowly} {moves|comes|slides} {closer |forward |}into the front row",),
    "away": ("{it} {slowly} {moves|slides|goes} {away |back |}into the back row",),
    "float": (
        "{it} {slowly} {rises|lifts off|floats up} until it {hovers|floats} one height above the floor",
        "{it} {slowly} {rises|floats} into the air{| to one height above the floor}",
    ),
    "grow": ("{it} {slowly} {grows|becomes larger|swells} until it is {large|big}",),
    "shrink": ("{it} {slowly} {shrinks|becomes smaller} until it is {small|tiny}",),
    "remove": (
        "{it} {slowly} sinks into the floor{| and is gone| until it is gone}",
        "{it} {slowly} {disappears|vanishes}{| into the floor}",
    ),
    "morph": ("{it} {slowly} {turns|changes|morphs|transforms} into a {value}",),
    "stripes": (
        "stripes {slowly} appear on {it}",
        "{it} {slowly} {becomes|turns} striped",
    ),
    "squash": (
        "{it} is {slowly} {squashed|pressed|flattened} until it is flat",
        "{it} {slowly} becomes flat",
    ),
    "night": ("{night {slowly} falls|it {slowly} becomes night|the light {slowly} fades to night}",),
    "zoom": (
        "the camera {slowly} {moves|comes|goes|zooms} {in|closer}{| until the scene is seen from close}",
    ),
    "orbit": (
        (
            "the camera {slowly} {moves|turns|swings|orbits} to the {value}"
            "{| until the scene is seen from the {value}}"
        ),
    ),
}

_TARGETS: dict[str, tuple[str, ...]] = {
    "recolour": ("the {shape} is {value}", "a {value} {shape}"),
    "left": ("{it} is at the left edge{| of the picture}",),
    "right": ("{it} is at the right edge{| of the picture}",),
    "closer": ("{it} {is|stands} in the front row",),
    "away": ("{it} {is|stands} in the back row",),
    "float": ("{it} {hovers|floats} one height above the floor",),
    "grow": ("{it} is {large|big}", "a {large|big} {colour} {shape}"),
    "shrink": ("{it} is {small|tiny}", "a {small|tiny} {colour} {shape}"),
    "remove": ("{it} is gone", "there is no {colour} {shape}"),
    "morph": ("the {colour} thing is a {value}", "a {colour} {value}"),
    "stripes": ("{it} is striped", "a striped {colour} {shape}", "{it} has stripes"),
    "squash": ("{it} is flat", "a flat {colour} {shape}"),
    "night": ("{it is night|the scene at night}",),
    "zoom": ("the scene {|is }seen from close",),
    "orbit": ("the scene {|is }seen from the {value}",),
}


@dataclass(frozen=True)
class Texts:
    """The three texts of one edit."""

    instruction: str
    temporal_caption: str
    target_caption: str


WORDINGS = ("plain", "wide")
"""Colour and shape named by one word each; or as people may type it (`wide`)."""


def check_wording(wording: str) -> None:
    """Raise InputError for one that does not exist."""
    if wording not in WORDINGS:
        remedy = "choose one of " + ", ".join(WORDINGS)
        raise InputError("there is no such wording", got=repr(wording), remedy=remedy)


def draw_texts(draws: Draws, scene: Scene, edit: Edit, wording: str = "plain") -> Texts:
    """One wording of each text. Raises InputError for a wording that does not exist."""
    check_wording(wording)
    names = _names(scene, edit)
    if wording == "wide":
        captions = names if edit.subject is None else names | {"it": draw_short(draws, scene, edit.subject)}
        temporal, target = (
            phrase(draws, draws.one_of(grammar[edit.kind]), captions) for grammar in (_TEMPORAL, _TARGETS)
        )
        return Texts(draw_wide(draws, scene, edit), temporal, target)
    return Texts(
        *(
            phrase(draws, draws.one_of(grammar[edit.kind]), names)
            for grammar in (_INSTRUCTIONS, _TEMPORAL, _TARGETS)
        )
    )


def draw_wish(draws: Draws, kind: str, it: str, value: str) -> str:
    """One wording of an instruction to do this to whatever `it` is, such as "the sky"."""
    return phrase(draws, draws.one_of(_INSTRUCTIONS[kind]), {"it": it, "value": value})


def draw_still_caption(draws: Draws) -> str:
    """One wording of "nothing moves"."""
    return phrase(draws, draws.one_of(STILL), {})


def trained_words() -> frozenset[str]:
    """All words of the plain texts but those for colours and shapes."""
    grammars = (_INSTRUCTIONS, _TEMPORAL, _TARGETS)
    return words_of(STILL, (_SLOWLY,), *(some for grammar in grammars for some in grammar.values()))


def _names(scene: Scene, edit: Edit) -> dict[str, str]:
    names = {"value": edit.value, "slowly": _SLOWLY}
    if edit.subject is not None:
        thing = scene.things[edit.subject]
        names |= {"it": f"the {thing.name}", "colour": thing.colour, "shape": thing.shape}
    return names
