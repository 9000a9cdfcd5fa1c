"""The wide wording: whatever is left out, the words mean one thing in the scene that they are said of."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from frame2frame.errors import InputError
from frame2frame.worlds import photoworld
from frame2frame.worlds.photoworld import wide as of_photographs
from frame2frame.worlds.tabletop import compound, wide
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import KINDS, PLACES, WHOLE_SCENE, Edit, draw_edit
from frame2frame.worlds.tabletop.naming import Name, draw_name, names_of, things_meant
from frame2frame.worlds.tabletop.phrases import phrase
from frame2frame.worlds.tabletop.scene import Scene, Thing, draw_scene
from frame2frame.worlds.tabletop.wide import draw_several, draw_wide, slipped
from frame2frame.worlds.tabletop.words import draw_texts

CUBES = Scene(
    (
        Thing("cube", "red", -1.0, 0.0, 1.0),
        Thing("cube", "blue", 1.0, 1.0, 0.8),
        Thing("ball", "green", 0.0, 0.5, 0.9),
    ),
    floor=0,
    sky=0,
)


def worded(seed: int, kind: str) -> tuple[Scene, Edit, str]:
    draws = Draws(seed)
    scene = draw_scene(draws)
    edit = draw_edit(draws, scene, kind)
    return scene, edit, draw_wide(draws, scene, edit, typos=0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_wide_wording_means_its_thing_and_no_other(kind: str) -> None:
    for seed in range(100):
        scene, edit, text = worded(seed, kind)
        if kind in PLACES:  # "the cube on the left" may also say where it goes
            draws = Draws(seed)
            text = draw_name(draws, scene, edit.subject or 0)
            assert text in draw_wide(draws, scene, edit, it=text, typos=0).lower()
            edit = replace(edit, subject=edit.subject or 0)
        assert things_meant(scene, text) == (None if edit.subject is None else (edit.subject,)), text


def bare(text: str) -> str:
    return re.sub(r"[^a-z0-9& ]", "", text.lower().replace("-", " ")).strip()


def test_no_wording_is_that_of_two_edits_with_different_ends() -> None:
    drawn, photographed = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for kind in KINDS:
        draws = Draws(5)
        for _ in range(1500):
            edit = draw_edit(draws, CUBES, kind, None if kind in WHOLE_SCENE else 0)
            text = draw_wide(draws, CUBES, edit, it="the thing", typos=0)
            drawn[bare(text)].add(f"{kind} {edit.value}")
    for kind in photoworld.KINDS:
        draws = Draws(5)
        for _ in range(1500):
            photographed[bare(photoworld.draw_wide(draws, kind, typos=0))].add(kind)
    assert len(drawn) > 8000 and len(photographed) > 12_000
    for texts in (drawn, photographed):
        assert {text: ends for text, ends in texts.items() if len(ends) > 1} == {}
    both = {end for text in drawn if text in photographed for end in product(drawn[text], photographed[text])}
    assert both <= {
        ("night night", "night"),
        ("zoom close", "zoom-in"),
        ("orbit left", "pan-left"),
        ("orbit right", "pan-right"),
    }


def frames_of(templates: list[str]) -> set[str]:
    """Those that are drawn of the templates of one kind."""
    draws = Draws(1)
    names = photoworld.words.NAMES | {"it": "IT", "value": "VALUE"}
    return {phrase(draws, draws.one_of(templates), names) for _ in range(5000)}


def templates() -> Iterator[tuple[str, str, list[str]]]:
    for world in (wide, of_photographs):
        for kind, parts in world._KINDS.items():
            for part, listed in parts.items():
                yield kind, part, listed


def test_every_kind_has_many_templates_which_can_all_be_filled_in() -> None:
    assert set(wide._KINDS) == set(KINDS) and set(of_photographs._KINDS) == set(photoworld.KINDS)
    for kind, part, listed in templates():
        assert all(one.count("{") == one.count("}") for one in listed), (kind, part)
        made = frames_of(listed)
        assert not any(sign in text for text in made for sign in "{|}"), (kind, part)
        assert len(made) >= {"do": 40, "said": 40, "be": 10}.get(part, 6), (kind, part, len(made))
        if part != "short" and kind in KINDS and kind not in WHOLE_SCENE:
            assert part == "be" or all("IT" in text for text in made), (kind, part)
    for form in ("orders", "states", "with_it", "several"):
        assert all("{do}" in text or "{be}" in text for text in wide._FORMS[form]), form


def test_half_of_the_texts_are_short_orders_in_plain_words() -> None:
    texts = [worded(seed, kind)[2] for seed in range(60) for kind in KINDS]
    assert sorted(len(text.split()) for text in texts)[len(texts) // 2] < 9


def test_where_two_things_are_alike_more_is_said() -> None:
    for seed in range(300):
        draws = Draws(seed)
        scene = draw_scene(draws, alike=True)
        colours, shapes = ({getattr(one, name) for one in scene.things} for name in ("colour", "shape"))
        assert min(len(colours), len(shapes)) == len(scene.things) - 1
        edit = draw_edit(draws, scene, KINDS[seed % 12])
        assert edit.subject is not None
        text = draw_name(draws, scene, edit.subject)
        assert things_meant(scene, text) == (edit.subject,), text


def test_colours_and_shapes_are_left_out_and_places_and_synonyms_come_in() -> None:
    texts = " ".join(worded(seed, KINDS[seed % 12])[2].lower() for seed in range(1500))
    said = ("the cube", "the red thing", "on the left", "the sphere", "bigger", "levitate", "please", "gray")
    assert [words for words in said if words not in texts] == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("paint the cube green", (0, 1)),
        ("paint the blue cube green", (1,)),
        ("paint the cube on the left green", (0,)),
        ("lift the bigger box", (0,)),
        ("lift the sphere", (2,)),
        ("lift the front one", (0,)),
        ("lift the cone", ()),
        ("lift the yellow thing", ()),
        ("lift the left ball", ()),
        ("move the green one to the left edge", (2,)),
        ("make it striped", (0, 1, 2)),
        ("make it night", None),
    ],
)
def test_a_text_says_whether_it_names_one_thing_several_or_none(
    text: str, meant: tuple[int, ...] | None
) -> None:
    assert things_meant(CUBES, text) == meant


def test_a_place_or_size_is_named_only_where_it_is_clear_to_the_eye() -> None:
    near = replace(CUBES, things=(CUBES.things[0], replace(CUBES.things[1], x=-0.95, size=0.98, z=0.1)))
    assert Name(shape="cube", place="left").means(near) == (0, 1)
    assert all(name.place is None for name in names_of(near, 0))
    assert {name.place for name in names_of(CUBES, 0)} == {None, "left", "front", "big"}


def test_a_slip_of_the_finger_makes_no_other_word_of_the_grammar() -> None:
    made = {slipped(Draws(seed), "turn the grey cone into a ball") for seed in range(200)}
    assert len(made) > 20
    assert not any(" one " in f" {text} " for text in made)


def test_wide_texts_are_the_same_for_the_same_draws_and_other_wordings_are_refused() -> None:
    scene, edit, _ = worded(1, "grow")
    assert draw_texts(Draws(5), scene, edit, "wide") == draw_texts(Draws(5), scene, edit, "wide")
    with pytest.raises(InputError, match="choose one of plain, wide"):
        draw_texts(Draws(5), scene, edit, "latin")


def test_two_wide_wishes_in_one_sentence_name_each_thing_as_it_is_by_then() -> None:
    plain, wide = (compound(1_001_000_007, 2, frames=2, wording=one) for one in ("plain", "wide"))
    assert np.array_equal(plain.frames, wide.frames) and plain.truths[0].shape == wide.truths[0].shape
    assert wide.instruction != plain.instruction and wide.clauses == plain.clauses
    scene = replace(CUBES, things=CUBES.things[2:])
    red = replace(scene, things=(replace(scene.things[0], colour="red"),))
    edits = Edit("recolour", 0, "red"), Edit("float", 0, "one")
    texts = [draw_several(Draws(seed), (scene, red), edits, typos=0).lower() for seed in range(100)]
    red_ones = r"\b(?:red|scarlet|crimson)\b"
    after = [re.split(red_ones, text, maxsplit=1)[1] for text in texts]
    assert not any(text.count("green") > 1 for text in texts)
    assert 60 < sum(" it" in text for text in after) <= 100
