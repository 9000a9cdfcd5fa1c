"""Words in the names of things that the embedded model was not taught are told, and no others."""

from __future__ import annotations

import pytest

from frame2frame.caption.clauses import by_rules
from frame2frame.caption.rules.tidy import tidy
from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.wordings.second import second
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import OF_THINGS, draw_edit
from frame2frame.worlds.tabletop.naming import ANY, SHAPE_WORDS
from frame2frame.worlds.tabletop.phrases import words_of
from frame2frame.worlds.tabletop.scene import draw_scene
from frame2frame.worlds.tabletop.wide import draw_wide
from frame2frame.worlds.wishes import beyond
from frame2frame.worlds.wishes.patterns import COLOUR
from frame2frame.worlds.wishes.untaught import untaught


def told(wish: str) -> tuple[str, ...]:
    return untaught(tuple(map(tidy, by_rules(wish))))


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("paint the teal cone red", ("teal",)),
        ("Could you lift that AQUA ball, please?", ("aqua",)),
        ("shrink the tall cylinder", ("tall",)),
        ("raise the left wooden cube", ("wooden",)),
        ("move the mustard thing to the left", ("mustard",)),
        ("remove the golden ball", ("golden",)),
        ("paint the teal cone red and lift the maroon ball", ("teal", "maroon")),
    ],
)
def test_a_word_in_a_name_that_was_not_taught_is_told_and_refuses_nothing(
    wish: str, words: tuple[str, ...]
) -> None:
    assert told(wish) == words and beyond(by_rules(wish)) is None


@pytest.mark.parametrize(
    "wish",
    [
        "raise the left cube",
        "shrink the bigger one",
        "take the closest one away",
        "paint the shiny red cube blue",
        "raise the light blue ball",
        "remove that ugly old box",
        "that box thing, make it blue",
        "the kids want the cone to be a ball",
        "paint the turquoise cone red",
        "lift the gary cube",
        "make the street foggy",
    ],
)
def test_places_sizes_and_what_only_adorns_a_clear_name_are_not_told(wish: str) -> None:
    assert told(wish) == ()


def test_hardly_any_wish_within_the_grammars_has_one() -> None:
    wishes = list[str]()
    for seed in range(DEVELOPMENT, DEVELOPMENT + 150):
        draws = Draws(seed)
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, draws.one_of(OF_THINGS))
        wishes += [draw_wide(draws, scene, edit, typos=0), second(scene, edit, seed)]
    noted = [wish for wish in wishes if told(wish)]
    assert len(noted) < 0.02 * len(wishes) and all("aqua" in wish for wish in noted)


def test_every_word_for_a_colour_or_a_shape_that_a_name_may_have_stands_in_the_training_texts() -> None:
    texts = list[str]()
    for draws in map(Draws, range(1500)):
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, draws.one_of(OF_THINGS))
        texts.append(draw_wide(draws, scene, edit, typos=0).lower())
    shapes = {word for words in SHAPE_WORDS.values() for word in words}
    assert COLOUR | shapes | set(ANY) <= words_of(texts)
