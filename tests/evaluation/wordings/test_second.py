"""The second grammar says what the edit asks for, of one thing, in words that are true of its scene."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from frame2frame.errors import InputError
from frame2frame.evaluation.tasks.edits import worded
from frame2frame.evaluation.wordings.references import Names, called, references
from frame2frame.evaluation.wordings.second import filled, grammar, second
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, KINDS, episode
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import Edit, draw_edit
from frame2frame.worlds.tabletop.scene import COLOURS, SHAPES, Scene, Thing, depth, draw_scene

SEEDS = range(FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + 40)
MANY_SEEDS = range(FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + 400)

LEAST_WORDINGS = 25

SYNONYMS = {
    **{noun: shape for shape, nouns in grammar().names.nouns.items() for noun in nouns},
    **{word: colour for colour, words in grammar().names.colours.items() for word in words},
}

PRONOUNS = ("it", "this", "the thing", "the object")


@cache
def drawn(kind: str) -> list[tuple[int, Scene, Edit]]:
    """Seeds with their scenes and an edit of this kind."""
    found = []
    for seed in SEEDS:
        draws = Draws(seed)
        scene = draw_scene(draws)
        found.append((seed, scene, draw_edit(draws, scene, kind)))
    return found


def first_and_last(things: tuple[Thing, ...], first: str, last: str, key: str) -> dict[str, list[Thing]]:
    """The two ends of the row in which this number puts the things."""
    numbers = {
        "side": lambda one: one.x / depth(one),
        "back": lambda one: one.z,
        "size": lambda one: one.size,
        "look": lambda one: one.size / depth(one),
    }
    ordered = sorted(things, key=numbers[key])
    return {first: ordered[:1], last: ordered[-1:]}


def meant(words: str, scene: Scene) -> list[Thing]:
    """The things of which all these words are true, read without the code that chose them."""
    things = scene.things
    if words in PRONOUNS:
        return list(things)
    by_look = first_and_last(things, "small", "big", "look")
    by_size = first_and_last(things, "small", "big", "size")
    ends = {
        **first_and_last(things, "left", "right", "side"),
        **first_and_last(things, "near", "far", "back"),
        **{name: [one for one in by_size[name] if one in by_look[name]] for name in by_size},
        "middle": sorted(things, key=lambda one: one.x / depth(one))[1:-1],
        "round": [one for one in things if one.shape != "cube"],
        "square": [one for one in things if one.shape in ("cube", "cylinder")],
        "pointy": [one for one in things if one.shape == "cone"],
    }
    pattern = {
        "near": "front|nearest",
        "far": r"back|furthest away",
        "small": "small",
        "big": "big|larg",
    }
    found = list(things)
    for word in re.findall(r"\w+", words):
        known = SYNONYMS.get(word)
        found = [one for one in found if known in (None, one.shape, one.colour)]
    for name, those in ends.items():
        if re.search(pattern.get(name, name), words):
            found = [one for one in found if one in those]
    return found


def test_the_grammar_words_every_kind_in_many_ways_and_knows_every_value() -> None:
    assert set(grammar().wordings) == set(KINDS)
    for wordings in grammar().wordings.values():
        assert len({one.casefold().strip("?!.") for one in wordings}) == len(wordings) >= LEAST_WORDINGS
    assert set(grammar().names.nouns) == set(grammar().wanted_shapes) == set(SHAPES)
    assert set(grammar().names.colours) == set(grammar().wanted_colours) == set(COLOURS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_wording_can_be_filled_and_names_what_is_asked_for(kind: str) -> None:
    wanted = {"recolour": grammar().wanted_colours, "morph": grammar().wanted_shapes}.get(kind, {})
    for number, wording in enumerate(grammar().wordings[kind]):
        for seed, scene, edit in drawn(kind)[number % 4 :: 4]:
            text = filled(Draws(seed), wording, scene, edit)
            assert not re.search(r"[{}]|  |^\W|\ba [aeio]|\ban [^aeio]|\bthe (the|it|this)\b", text), text
            if wanted:
                assert any(
                    word.replace("gray", "grey") in text.replace("gray", "grey")
                    for word in wanted[edit.value]
                )
            elif kind == "orbit":
                assert edit.value in text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("night", "zoom", "orbit")])
def test_every_wording_of_a_thing_names_it(kind: str) -> None:
    for wording in grammar().wordings[kind]:
        assert re.search(r"\{(it|It|bare)\}", wording), wording


def test_whatever_a_thing_can_be_called_is_true_of_it_alone() -> None:
    ways = set[str]()
    for scene in (draw_scene(Draws(seed)) for seed in MANY_SEEDS):
        for index, thing in enumerate(scene.things):
            for one in references(scene, index, grammar().names):
                assert meant(one.words, scene) == [thing], (one, scene)
                ways.add(one.way)
    assert len(ways) > 10, "some way was never met"


def test_a_shape_or_colour_that_two_things_share_is_no_name() -> None:
    pair = (Thing("ball", "red", -1.0, 0.0, 1.0), Thing("ball", "red", 1.0, 0.0, 1.0))
    names = Names(grammar().names.nouns, grammar().names.colours)
    found = {one.way for one in references(Scene(pair, 0, 0), 0, names)}
    assert not found & {"noun", "colour", "odd", "pronoun"}


@pytest.mark.parametrize(("kind", "said"), [("closer", False), ("away", False), ("remove", True)])
def test_what_could_move_the_camera_is_not_said_of_it(kind: str, said: bool) -> None:
    scene, edit = next((scene, edit) for _, scene, edit in drawn(kind) if len(scene.things) == 1)
    ways = {called(Draws(seed), scene, edit, grammar().names, common=False).way for seed in SEEDS}
    assert ("pronoun" in ways) == said


def test_what_is_asked_for_is_not_said_of_the_thing_already() -> None:
    things = (Thing("ball", "red", -1.0, 0.0, 1.0), Thing("cube", "blue", 1.0, 0.0, 1.0))
    scene, names = Scene(things, 0, 0), grammar().names
    for kind, said in (("left", False), ("right", True)):
        edit = Edit(kind, 0, kind)
        ways = {called(Draws(seed), scene, edit, names, common=False).way for seed in SEEDS}
        assert ("left" in ways) == said


def test_a_text_is_spelt_in_the_way_of_one_country() -> None:
    texts = [
        second(scene, edit, seed + 1000 * n) for n in range(10) for seed, scene, edit in drawn("recolour")
    ]
    assert any("color" in text for text in texts)
    assert any("gray" in text and "color" in text for text in texts)
    assert not [text for text in texts if "colour" in text and "gray" in text]
    assert not [text for text in texts if re.search(r"\bcolor", text) and "grey" in text]


def test_a_mistyped_word_is_no_other_word_and_stands_for_one() -> None:
    mistyped = [typo for typos in grammar().typos.values() for typo in typos]
    assert len(mistyped) == len(set(mistyped))
    said = " ".join(one for wordings in grammar().wordings.values() for one in wordings)
    known = {*SYNONYMS, *re.findall(r"\w+", said)}
    assert not known & set(mistyped)
    assert [word for word in grammar().typos if word not in known] == []


def test_few_texts_are_mistyped() -> None:
    texts = [second(scene, edit, seed) for kind in KINDS for seed, scene, edit in drawn(kind)]
    slips = {typo for typos in grammar().typos.values() for typo in typos}
    share = sum(bool(slips & set(re.findall(r"\w+", text))) for text in texts) / len(texts)
    assert 0.02 < share < 0.12


def test_an_episode_is_worded_by_its_seed_alone() -> None:
    one = episode(FIRST_HELD_OUT_SEED, "recolour", frames=2)
    again = replace(one, instruction="something else")
    assert worded(one, "second", 0) == worded(again, "second", 5)
    assert one.plan is not None
    assert len({second(one.plan.source, one.plan.edit, seed) for seed in range(20)}) > 10


def test_an_episode_of_no_single_scene_has_no_second_wording() -> None:
    one = replace(episode(FIRST_HELD_OUT_SEED, "night", frames=2), plan=None)
    with pytest.raises(InputError, match="tabletop"):
        worded(one, "second")
    assert worded(one, "as-is") == one.instruction
