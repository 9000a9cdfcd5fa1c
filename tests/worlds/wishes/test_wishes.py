"""What of a wish is beyond the embedded model, by its words alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from frame2frame.caption.clauses import by_rules
from frame2frame.plugins.model import Beyond
from frame2frame.worlds.photoworld import words as photographs
from frame2frame.worlds.photoworld.kinds import KINDS as OF_PHOTOGRAPHS
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop import words as plain
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import draw_edit
from frame2frame.worlds.tabletop.scene import draw_scene
from frame2frame.worlds.tabletop.wide import draw_wide
from frame2frame.worlds.wishes import beyond
from frame2frame.worlds.wishes.vocabulary import read

ROWS = [
    json.loads(line) for line in Path(__file__).with_name("development.jsonl").read_text("utf-8").splitlines()
]
"""Written by the author of the check, to develop it with."""


def found(wish: str) -> Beyond | None:
    return beyond(by_rules(wish))


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_tabletop_is_trained_on_is_never_beyond_it(kind: str) -> None:
    for seed in range(40):
        draws = Draws(seed)
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, kind)
        texts = (draw_wide(draws, scene, edit, typos=0), plain.draw_texts(draws, scene, edit).instruction)
        assert [text for text in texts if found(text)] == []


@pytest.mark.parametrize("kind", OF_PHOTOGRAPHS)
def test_what_is_trained_on_photographs_is_never_beyond_it(kind: str) -> None:
    texts = [photographs.draw_texts(Draws(seed), kind).instruction for seed in range(40)]
    assert [text for text in texts if found(text)] == []


def test_of_the_wishes_to_develop_with_few_are_answered_wrongly() -> None:
    drawn = [row for row in ROWS if not row["can"] and found(row["instruction"]) is None]
    refused = [row for row in ROWS if row["can"] and found(row["instruction"]) is not None]
    assert len(drawn) <= 0.01 * sum(not row["can"] for row in ROWS)
    assert len(refused) <= 0.03 * sum(row["can"] for row in ROWS)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("the dog sits down", ("dog",)),
        ("Make HER smile, please", ("HER", "smile")),
        ("paint the ball red, then add a dog", ("dog",)),
        ("put a hat on the cube", ("hat",)),
        ("make the cube transparent", ("transparent",)),
        ("make it look like a painting", ("painting",)),
        ("remove the person in the rain", ("person",)),
        ("make the cone black and furry", ("furry",)),
        ("raise the Black cube", ("black",)),
        ("paint the ball black", ("black",)),
        ("the mouse pushes the ball to the left", ("mouse",)),
        ("make the ball red with a cross", ("cross",)),
        ("the client asked for a hat", ("hat",)),
    ],
)
def test_the_words_that_it_was_never_told_of_are_named_as_they_were_typed(
    wish: str, words: tuple[str, ...]
) -> None:
    told = found(wish)
    assert told is not None and told.words == words and not told.is_foreign


@pytest.mark.parametrize(
    "wish",
    [
        "remove the fog",
        "turn the night into day",
        "make the sky green",
        "add another cone",
        "put the ball on the cube",
        "paint the cube brown",
        "move the tree to the left",
        "let the leaves fall from the trees",
        "less saturation please",
        "make the grass yellow",
        "turn the ball into an orange",
        "rotate it",
        "do something nice",
        "paint the top of the cone white",
        "make the cube purple with green edges",
        "remove the stripes",
        "move the light to the left",
        "turn the clouds pink",
        "swap red and blue",
        "let the leaves fall",
        "make it bigger, 2000 pixels wide",
        "turn around and look behind",
        "change winter to summer",
        "is this a cube?",
        "move the ball closer to the cube",
        "make the ball less orange",
        "lower the cube a little",
        "delete everything except the ball",
        "colour everything red",
        "turn the whole thing pink",
        "move everything to the left",
        "make the light come from the left",
    ],
)
def test_known_words_that_ask_for_no_known_change_are_beyond_it_too(wish: str) -> None:
    assert found(wish) == Beyond(wish)


@pytest.mark.parametrize(
    "wish",
    [
        "mkae the cuve green pelase",
        "I can barely see the cone, make it a lot bigger",
        "my desk is messy, so paint the ball red",
        "turn the leaves orange and red",
        "make the sky grey",
        "make it a moonless night",
        "could you please, if you do not mind, lift that ball?",
        "change the season from summer to winter",
        "scoot the cube over to the left",
        "make this street foggy",
        "put stripes on the ball",
        "my boss wants the cube orange",
        "whack the ball to the far left",
        "I think the cube would look stunning in red",
        "colour the can on the left blue",
        "make it look like evening",
        "flatten the ball like a pancake",
        "the cone should fly, as light as a feather",
        "I can't see anything, make it brighter",
        "could you photoshop the cube out",
        "get the cube off the ground",
        "have it hovering a bit over the table",
        "bigger cone, please",
        "put the ball up in the air",
        "the client has asked whether the cone could be green",
        "for the thumbnail, I need the ball huge",
        "have it rain cats and dogs",
        "I'd like a foggy, mysterious mood",
        "push in a bit",
        "show the surroundings too",
        "let fog creep in from the back",
        "make the green leaves red and yellow",
        "a b/w version, please",
        "move the camera closer to the cube",
        "less blue, more warm",
        "lower the brightness",
        "bring everything into focus",
    ],
)
def test_slips_of_the_keyboard_manners_and_remarks_refuse_nothing(wish: str) -> None:
    assert found(wish) is None


@pytest.mark.parametrize("wish", ["把灰色的立方体变成红色", "asdf qwer", "сделай шар синим"])
def test_a_wish_of_which_no_word_is_known_is_told_apart(wish: str) -> None:
    told = found(wish)
    assert told is not None and told.is_foreign and told.words == tuple(wish.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Blalls", None),
        ("cyilnder", "cylinder"),
        ("cylnder", "cylinder"),
        ("brighterr", "brighter"),
        ("squashing", "squash"),
        ("stripier", "stripy"),
        ("cloudiest", "cloudy"),
        ("mke", "make"),
    ],
)
def test_forms_and_slips_of_a_word_stand_for_it(typed: str, meant: str | None) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize("word", ["planet", "shower", "roses", "boots", "wall", "painting", "bride"])
def test_another_word_is_no_slip_of_a_known_one(word: str) -> None:
    assert read(word) is None


def test_a_wish_without_words_is_beyond_it() -> None:
    assert found("123") is not None
