"""The wide wording: an edit as people may type it, far beyond the plain grammar of `words`.

Names leave out what the picture tells (`naming`), verbs and values have synonyms, and a wish may be polite,
long, half a sentence, or typed in haste. The words still say all that the target needs: each wording of a
kind means the same end as the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .draws import Draws
from .edits import Edit
from .naming import ANY, SHAPE_WORDS, colour_word, draw_name, shape_word
from .phrases import phrase, words_of
from .scene import COLOURS, Scene

WIDE = 2**61
"""Added to an episode's seed, for wordings that leave its pictures as they are."""

TYPOS = 0.08
"""The share of texts with a slip of the finger."""

_DO: dict[str, tuple[str, ...]] = {
    "recolour": (
        "{paint|colour|color|tint|dye|turn|make} {it} {value}",
        "{change|switch|set} {it} to {value}",
        "change the {colour|color} of {it} {to|into} {value}",
        "give {it} {a {value} colour|a {value} color|a coat of {value} paint}",
        "have {it} {turn|become|go} {value}",
        "let {it} {turn|become|be} {value}",
        "recolour {it} {in|to} {value}",
    ),
    "left": (
        "{move|push|slide|shift|bring|put|drag|send} {it} {|over }to the {left|left-hand} {edge|side|border}",
        "{move|push|slide|shift} {it} {all the way|as far as possible} to the left",
        "{move|shift|slide} {it} as far left as {possible|it goes}",
        "have {it} {slide|move|go} to the left {edge|side}{| of the {picture|image}}",
    ),
    "right": (
        "{move|push|slide|shift|bring|put|drag|send} {it} {|over }to the right{|-hand} {edge|side|border}",
        "{move|push|slide|shift} {it} {all the way|as far as possible} to the right",
        "{move|shift|slide} {it} as far right as {possible|it goes}",
        "have {it} {slide|move|go} to the right {edge|side}{| of the {picture|image}}",
    ),
    "closer": (
        "{move|bring|put|pull|shift} {it} {to|into} the {front row|foreground}",
        "{move|bring|pull} {it} {closer|nearer|forward|closer to us|closer to the camera}",
        "{bring|move|slide} {it} to the front",
        "have {it} {come|move} {closer|forward|to the front}",
    ),
    "away": (
        "{move|put|push|shift|send} {it} {to|into} the {back row|background}",
        "{move|push|slide|send} {it} {away|further away|farther away|back|far back|away from us}",
        "{push|move|send} {it} to the {back|rear}",
        "have {it} {go|move} {further away|back|to the back}",
    ),
    "float": (
        "{lift|raise|pick up|hoist} {it}",
        "{lift|raise} {it} {up|off the floor|off the ground|into the air|above the floor}",
        "{make|let|have} {it} {float|hover|levitate}{| in the air| in mid-air| above the {floor|ground}}",
        "levitate {it}",
        "have {it} rise {into the air|up in the air|off the floor}",
    ),
    "grow": (
        "make {it} {big|bigger|larger|large|huge|a lot bigger|much larger}",
        "{enlarge|grow|scale up|upscale} {it}",
        "increase the size of {it}",
        "{let|have} {it} {become|get|grow} {bigger|larger}",
        "scale {it} up",
    ),
    "shrink": (
        "make {it} {small|smaller|tiny|little|a lot smaller|much smaller}",
        "{shrink|scale down|downsize} {it}",
        "reduce the size of {it}",
        "{let|have} {it} {become|get} smaller",
        "scale {it} down",
    ),
    "remove": (
        "{remove|delete|erase|get rid of|take away|clear away|eliminate} {it}",
        "take {it} {away|out|out of the picture|off the table}",
        "{make|let|have} {it} {disappear|vanish|go away}",
    ),
    "morph": (
        "{turn|transform|change|convert|morph|make} {it} into a {value}",
        "{replace|swap|exchange} {it} {with|for} a {value}",
        "{let|have} {it} become a {value}",
        "make {it} a {value}",
    ),
    "stripes": (
        "make {it} {striped|stripy|stripey}",
        "{paint|put|add|draw} {stripes|a striped pattern} {on|onto} {it}",
        "give {it} {stripes|a striped pattern|some stripes}",
        "add stripes to {it}",
        "cover {it} {in|with} stripes",
    ),
    "squash": (
        "{squash|flatten|crush|squish|press down} {it}",
        "make {it} {flat|flatter}",
        "{press|squeeze|squash} {it} {flat|down}",
        "have {it} {go|become} flat",
    ),
    "night": (
        "{make it|let it be} {night|nighttime}",
        "turn {day into night|the scene into night|the day to night}",
        "{switch|turn} {off|out} the {light|lights}",
        "{switch|turn} the {light|lights} {off|out}",
        "let {night fall|it get dark}",
    ),
    "zoom": (
        "{zoom in|move closer|go closer|come closer|get closer}{| with the camera}",
        "{move|bring|take} the camera {closer|nearer|in}",
        "show {the scene from close up|a closer view|a close-up}",
        "zoom {in on the scene|the camera in}",
    ),
    "orbit": (
        "{look at|show|view|see|show me} the scene from the {value}{| side}",
        "{move|turn|swing|bring|orbit} the camera {|round |around }to the {value}",
        "show me the view from the {value}",
        "go {round|around} to the {value} with the camera",
    ),
}
"""What to do, as an order."""

_BE: dict[str, tuple[str, ...]] = {
    "recolour": ("{value}", "{painted|coloured|colored} {value}"),
    "left": ("at the left {edge|side}", "moved to the left {edge|side}"),
    "right": ("at the right {edge|side}", "moved to the right {edge|side}"),
    "closer": ("in the front row", "closer", "moved to the front"),
    "away": ("in the back row", "further away", "moved to the back"),
    "float": ("{floating|hovering|levitating}{| in the air| above the floor}", "up in the air", "lifted"),
    "grow": ("{bigger|larger|big|huge}",),
    "shrink": ("{smaller|tiny|small}",),
    "remove": ("{gone|removed|deleted|erased}",),
    "morph": ("a {value}", "turned into a {value}"),
    "stripes": ("{striped|stripy}", "covered in stripes"),
    "squash": ("{flat|flattened|squashed}",),
}
"""How the thing shall be."""

_ORDERS = (
    *("{do}",) * 6,
    "please {do}",
    "{do}{,|} please",
    "{can|could|would|will} you {|please |kindly }{do}",
    "{can|could} you {do}{,|} please",
    "{I want|I need|I would like|I'd like} you to {do}",
    "{I'd like to|I want to|let's|let us} {do}",
    "{just|now|next,|ok,|hey,|hi,} {do}",
    "{do} {now|for me|, thanks|, thank you}",
    "in this {picture|image|photo}, {do}",
    "edit the {picture|image}: {do}",
)
_STATES = (
    "{it} should be {be}",
    "{it} {be}",
    "{I'd like|I want|I would like|I need} {it} {|to be }{be}",
    "{can|could} {it} be {be}",
    "{can|could} {I have|we have} {it} {be}",
    "{it} {must|needs to|has to|ought to} be {be}",
    "{it}, but {be}",
)
_WITH_IT = ("take {it} and {do}", "see {it}{ over there|}? {do}", "{find|pick} {it} and {do}")
"""A name first, then what to do with "it"."""


JOINTS = (
    *(" and ", ", and ", ", then ", " and then ", ", and then ", " then ", " and after that ", ". Then "),
    *(". After that, ", "; then "),
)
"""What stands between two wishes."""
_SEVERAL = (
    *("{do}",) * 4,
    "please {do}",
    "{can|could|would} you {|please }{do}",
    "I'd like you to {do}",
    "{do}, please",
)


def draw_several(draws: Draws, scenes: Sequence[Scene], edits: Sequence[Edit], typos: float = TYPOS) -> str:
    """Several wishes in one text, each said of the scene that those before it leave.

    The thing of the wish before is "it", or is named again now and then.
    """
    text = ""
    for place, (scene, edit) in enumerate(zip(scenes, edits, strict=False)):
        names = {"value": _value(draws, edit)}
        if edit.subject is not None:
            again = place > 0 and edit.subject == edits[place - 1].subject and draws.chance(0.8)
            names["it"] = "it" if again else draw_name(draws, scene, edit.subject)
        text += draws.one_of(JOINTS) if place else ""
        text += phrase(draws, draws.one_of(_DO[edit.kind]), names)
    return typed(draws, phrase(draws, draws.one_of(_SEVERAL), {"do": text}), typos)


def draw_wide(draws: Draws, scene: Scene, edit: Edit, it: str | None = None, typos: float = TYPOS) -> str:
    """One wide wording of an instruction; `it` is what the thing is called where that is settled already."""
    names = {"value": _value(draws, edit)}
    order = draws.one_of(_DO[edit.kind])
    if edit.subject is None:
        return typed(draws, phrase(draws, draws.one_of(_ORDERS), names | {"do": order}), typos)
    name = it or draw_name(draws, scene, edit.subject)
    if it is None and draws.chance(0.08):
        with_it = phrase(draws, order, names | {"it": "it"})
        text = phrase(draws, draws.one_of(_WITH_IT), {"it": name, "do": with_it})
    elif edit.kind in _BE and draws.chance(0.25):
        be = draws.one_of(_BE[edit.kind])
        text = phrase(draws, draws.one_of(_STATES), names | {"it": name, "be": be})
    else:
        text = phrase(draws, draws.one_of(_ORDERS), names | {"it": name, "do": order})
    return typed(draws, text, typos)


def _value(draws: Draws, edit: Edit) -> str:
    if edit.value in COLOURS:
        return colour_word(draws, edit.value)
    return shape_word(draws, edit.value) if edit.value in SHAPE_WORDS else edit.value


def typed(draws: Draws, text: str, typos: float = TYPOS) -> str:
    """The text as it comes from a keyboard: with capitals and full stops or without, and with some slips."""
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    if draws.chance(typos):
        text = slipped(draws, text)
    if draws.chance(0.03):
        return text.upper()
    if draws.chance(0.4):
        text = f"{text[:1].upper()}{text[1:]}"
    return text + draws.one_of(("", "", "", ".", ".", "!")) if text[-1].isalpha() else text


def slipped(draws: Draws, text: str) -> str:
    """The text with two letters of a word exchanged, one left out, or one doubled; no first letter.

    What comes out is no other word of the grammar.
    """
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return text
    place = draws.one_of(long)
    word, at = words[place], 1 + draws.below(len(words[place]) - 2)
    made = draws.one_of(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[: at + 1] + word[at:],
        )
    )
    return text if made.lower() in _WORDS else " ".join([*words[:place], made, *words[place + 1 :]])


def trained_words() -> frozenset[str]:
    """All words of the wide wording that are spelt right."""
    return _WORDS


_WORDS = words_of(
    *_DO.values(),
    *_BE.values(),
    _ORDERS,
    _STATES,
    _WITH_IT,
    *SHAPE_WORDS.values(),
    COLOURS,
    ANY,
)
