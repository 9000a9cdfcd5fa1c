"""The wide wording: an edit as people may type it, far beyond the plain grammar of `words`.

Names leave out what the picture tells (`naming`), verbs and values have synonyms, and a wish may be polite,
long, half a sentence, or typed in haste. The words still say all that the target needs: each wording of a
kind means the same end as the plain one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from .draws import Draws
from .edits import Edit
from .naming import ANY, SHAPE_WORDS, colour_word, draw_name, shape_word
from .phrases import phrase, words_of
from .scene import COLOURS, Scene

WIDE = 2**61
"""Added to an episode's seed, for wordings that leave its pictures as they are."""

TYPOS = 0.08
"""The share of texts with a slip of the finger."""

PLAIN = 0.5
"""The share of texts that are a short order in plain words."""

_FORMS: Mapping[str, Any] = tomllib.loads(files(__package__).joinpath("wide.toml").read_text("utf-8"))
_KINDS: Mapping[str, Mapping[str, list[str]]] = _FORMS["kinds"]
"""Of each kind `short`, orders in plain words, `do`, others, `be`, how the thing is then, `said`, wishes."""

_BARE = ("{do}",) * 8 + ("please {do}", "{do}{,|} please")
_PARTICLE = re.compile(r"\b(up|down|away|off|out) it\b(?! of)")
"""What follows a short "it": "scale it up", not "scale up it"."""


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
        text += draws.one_of(_FORMS["joints"]) if place else ""
        order = draws.one_of(_KINDS[edit.kind]["short" if draws.chance(2 * PLAIN / 3) else "do"])
        text += _spoken(draws, order, names)
    return typed(draws, phrase(draws, draws.one_of(_FORMS["several"]), {"do": text}), typos)


def draw_wide(draws: Draws, scene: Scene, edit: Edit, it: str | None = None, typos: float = TYPOS) -> str:
    """One wide wording of an instruction; `it` is what the thing is called where that is settled already."""
    names = {"value": _value(draws, edit)}
    if edit.subject is not None:
        names["it"] = it or draw_name(draws, scene, edit.subject)
    return typed(draws, _wish(draws, _KINDS[edit.kind], names, named=it is not None), typos)


def _wish(draws: Draws, kind: Mapping[str, list[str]], names: Mapping[str, str], *, named: bool) -> str:
    if draws.chance(PLAIN):
        return ordered(draws, draws.one_of(kind["short"]), names, _BARE)
    way = draws.unit()
    if way < 0.3:
        return phrase(draws, draws.one_of(kind["said"]), names)
    if way < 0.5 and "be" in kind:
        return phrase(draws, draws.one_of(_FORMS["states"]).replace("{be}", draws.one_of(kind["be"])), names)
    order = draws.one_of((*kind["short"], *kind["do"]))
    if way < 0.62 and "it" in names and not named:
        done = _spoken(draws, order, {**names, "it": "it"})
        return phrase(draws, draws.one_of(_FORMS["with_it"]), {**names, "do": done})
    return ordered(draws, order, names, _FORMS["orders"])


def ordered(
    draws: Draws, order: str, names: Mapping[str, str], forms: Sequence[str] = tuple(_FORMS["orders"])
) -> str:
    """An order in one of the ways in which people ask for something to be done."""
    return phrase(draws, draws.one_of(forms), {"do": phrase(draws, order, names)})


def _spoken(draws: Draws, order: str, names: Mapping[str, str]) -> str:
    """The order by itself, in which "it" stands before what belongs to the verb."""
    return _PARTICLE.sub(r"it \1", phrase(draws, order, names))


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
    """The text with a slip of the finger, or in the spelling of a chat.

    A letter that is wrong is none of a word's first, and makes no other word of the grammar.
    """
    slip = draws.one_of((_mistyped,) * 6 + (_run_together, _doubled, _bare, _chatty))
    made = slip(draws, text)
    return made if made != text else _mistyped(draws, text)


def _mistyped(draws: Draws, text: str) -> str:
    """With two letters of a word exchanged, one left out, doubled, or one taken for its neighbour's key."""
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
            word[:at] + draws.one_of(_NEIGHBOURS.get(word[at].lower(), word[at])) + word[at + 1 :],
        )
    )
    return text if made.lower() in _WORDS else " ".join([*words[:place], made, *words[place + 1 :]])


def _run_together(draws: Draws, text: str) -> str:
    """Without one of the spaces."""
    spaces = [at for at, sign in enumerate(text) if sign == " " and text[at - 1].isalpha()]
    at = draws.one_of(spaces) if spaces else len(text)
    return text[:at] + text[at + 1 :]


def _doubled(draws: Draws, text: str) -> str:
    """With a word said twice."""
    words = text.split(" ")
    place = draws.below(len(words))
    return " ".join([*words[: place + 1], *words[place:]]) if words[place].isalpha() else text


def _bare(draws: Draws, text: str) -> str:
    """Without what people leave out in haste: apostrophes, or else the articles."""
    return text.replace("'", "") if "'" in text else re.sub(r"\b(?:the|an?) (?!one\b)", "", text)


def _chatty(draws: Draws, text: str) -> str:
    """As people type in a chat."""
    for said, typed_so in _CHAT:
        text = re.sub(rf"\b{said}\b", typed_so, text, flags=re.IGNORECASE)
    return text.lower()


_CHAT = (
    *(("please", "pls"), ("you", "u"), ("thanks", "thx"), ("thank u", "ty"), ("want to", "wanna")),
    *(("going to", "gonna"), ("are", "r"), ("the", "teh"), ("with", "w/"), ("because", "cuz"), ("for", "4")),
    *(("I'd", "id"), ("don't", "dont"), ("to be", "2 be"), ("picture", "pic"), ("really", "rly")),
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in _ROWS for at, key in enumerate(row)
}
"""Keys beside each."""


def trained_words() -> frozenset[str]:
    """The words of its short orders and of asking; those that the others need besides are known elsewhere.

    What a likeness or a little story names is nothing that the model can draw.
    """
    asking = (_FORMS[form] for form in ("orders", "states", "with_it"))
    return words_of(
        *asking, *(kind["short"] for kind in _KINDS.values()), *SHAPE_WORDS.values(), COLOURS, ANY
    )


_WORDS = words_of(
    *(_FORMS[form] for form in ("orders", "states", "with_it")),
    *(some for kind in _KINDS.values() for some in kind.values()),
    *SHAPE_WORDS.values(),
    COLOURS,
    ANY,
)
