"""Words that ask for more or less of a change are told, and none of names, of places or of what is wrong."""

from __future__ import annotations

import re

import pytest

from frame2frame.caption.clauses import by_rules
from frame2frame.worlds.photoworld import words as photographs
from frame2frame.worlds.photoworld.kinds import KINDS as OF_PHOTOGRAPHS
from frame2frame.worlds.photoworld.wide import draw_wide as wide_of_photographs
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop import words as plain
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import draw_edit
from frame2frame.worlds.tabletop.scene import draw_scene
from frame2frame.worlds.tabletop.wide import draw_wide
from frame2frame.worlds.wishes.degrees import degrees


def told(wish: str) -> tuple[str, ...]:
    return degrees(by_rules(wish))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("make the cube a little bit smaller", "a little bit"),
        ("make the red ball half as big", "half"),
        ("make the ball twice the size", "twice"),
        ("shrink the cube to half its size", "half"),
        ("Much darker, please", "Much"),
        ("make it slightly warmer", "slightly"),
        ("slightly blur the background", "slightly"),
        ("make it a bit foggy", "a bit"),
        ("move the cube a bit to the left", "a bit"),
        ("zoom in a little", "a little"),
        ("brighten the picture a lot", "a lot"),
        ("increase the brightness by 50 percent", "50 percent"),
        ("make the ball 2 times bigger", "2 times"),
        ("lift the ball halfway", "halfway"),
    ],
)
def test_how_much_of_a_change_is_asked_for_is_told_as_it_was_typed(wish: str, words: str) -> None:
    assert told(wish) == (words,)


@pytest.mark.parametrize(
    "wish",
    [
        "paint the slightly bigger cube red",
        "remove the much smaller ball",
        "paint the cube that is a bit to the left red",
        "turn it into a little cylinder",
        "paint the little cube red",
        "paint the cube on the far left red",
        "it's a bit dark, brighten it",
        "it came out much too dark",
        "too much sun, make it overcast",
        "add a bit of fog",
        "make it half past nine in the evening",
        "make it more vivid",
        "two thirds of my photos are grainy, denoise this one",
    ],
)
def test_names_places_and_what_is_wrong_now_ask_for_none(wish: str) -> None:
    assert told(wish) == ()


ASKED = re.compile(
    r"\b(?:(?:a bit|a lot|so much|much|far|way) (?:more|less|\w+er)|twice|half|double|halve"
    r"|(?:up|down|in|out) a bit|(?:everything|\w+|it|up|down) a (?:bit|lot)\b[.!?]*$)",
    re.IGNORECASE,
)
"""All ways in which training texts ask for a degree; they have no more."""


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_the_tabletop_is_trained_on_only_true_degrees_are_told(kind: str) -> None:
    for seed in range(40):
        draws = Draws(seed)
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, kind)
        texts = (draw_wide(draws, scene, edit, typos=0), plain.draw_texts(draws, scene, edit).instruction)
        assert [text for text in texts if told(text) and not ASKED.search(text)] == []


@pytest.mark.parametrize("kind", OF_PHOTOGRAPHS)
def test_of_what_is_trained_on_photographs_only_true_degrees_are_told(kind: str) -> None:
    texts = [photographs.draw_texts(Draws(seed), kind).instruction for seed in range(40)]
    texts += [wide_of_photographs(Draws(seed), kind, typos=0) for seed in range(60)]
    assert [text for text in texts if told(text) and not ASKED.search(text)] == []
