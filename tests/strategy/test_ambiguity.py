"""A wish whose name for a thing fits several things of the picture is drawn, and the user is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

import numpy as np
import pytest

import frame2frame
from frame2frame.engine.models.catalogue import EMBEDDED, MODELS
from frame2frame.errors import PluginError
from frame2frame.request import Request
from frame2frame.score.named import encoder_of
from frame2frame.strategy.ambiguity import several_clauses, several_meant, unheeded_degrees, unknown_names
from frame2frame.values import Note, Picture, Progress
from frame2frame.worlds.tabletop import render
from frame2frame.worlds.tabletop.scene import Scene, Thing

SAID = (
    "“the cube” could be the yellow cube or the purple cube, and the model takes any of them, or all: "
    "name its colour to choose one."
)


@pytest.fixture(scope="module")
def two_cubes() -> Picture:
    things = (Thing("cube", "yellow", -1.0, 0.4, 1.05), Thing("cube", "purple", 0.9, 0.5, 1.0))
    picture: Picture = render.draw(Scene(things, floor=0, sky=0).pack()[None])[0]
    return picture


UNTAUGHT = (
    "The model tabletop was not taught “teal”, so it may take another thing: look whether the right one "
    "changed, or name it by a plain colour or by its place."
)

IN_PART = (
    "The wish has 2 clauses, and one clip of the model tabletop shows one of them: the strategy path, "
    "“Iterative” on the page, makes one after another."
)
FIXED = "The model tabletop makes each change by a fixed amount, whatever “a little bit” asks for."
TWO = "remove the yellow cube and paint the purple cube red"


@pytest.mark.parametrize(
    ("strategy", "wish", "note"),
    [
        ("one-shot", TWO, IN_PART),
        ("one-shot", "raise the cube", SAID),
        ("path", "raise the cube", SAID),
        ("one-shot", "raise the teal cube", UNTAUGHT),
        ("one-shot", "make the purple cube a little bit smaller", FIXED),
    ],
)
def test_the_note_comes_before_the_drawing_and_stays_with_the_result(
    two_cubes: Picture, strategy: str, wish: str, note: str
) -> None:
    request = Request.of(two_cubes, wish, strategy=strategy, device="cpu", seed=1, steps=1, frames=9)
    events = list(frame2frame.stream(request, None))
    said = [event.text for event in events if isinstance(event, Note)]
    assert said.count(note) == 1
    drawn = [isinstance(event, Progress) and event.stage == "denoise" for event in events]
    assert events.index(Note(note)) < drawn.index(True)


@pytest.mark.parametrize(
    ("name", "words"), [(EMBEDDED, "raise the purple cube"), ("cogvideox1.5-5b-i2v", "raise the cube")]
)
def test_a_clear_name_and_a_model_that_says_nothing_of_names_get_no_note(
    two_cubes: Picture, name: str, words: str
) -> None:
    assert several_meant(MODELS[name], words, two_cubes, encoder_of(EMBEDDED, "cpu", None)) is None
    assert unknown_names(MODELS[name], words) is None


def test_a_path_walks_all_clauses_so_nothing_is_said_of_them(two_cubes: Picture) -> None:
    events = frame2frame.stream(
        Request.of(two_cubes, TWO, strategy="path", device="cpu", steps=1, frames=9), None
    )
    said = list(takewhile(lambda event: not isinstance(event, Progress) or event.stage != "denoise", events))
    assert Note(IN_PART) not in said


def test_of_one_clause_and_of_a_model_that_may_show_several_nothing_is_said() -> None:
    assert several_clauses(MODELS[EMBEDDED], "make it black and white") is None
    assert several_clauses(MODELS["cogvideox1.5-5b-i2v"], TWO) is None


def test_a_model_that_says_nothing_of_its_words_gets_no_note_of_them() -> None:
    assert unknown_names(MODELS["cogvideox1.5-5b-i2v"], "raise the teal cube") is None
    assert unheeded_degrees(MODELS["cogvideox1.5-5b-i2v"], "make it much darker") is None


def test_of_a_photograph_nothing_is_said() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert several_meant(MODELS[EMBEDDED], "raise the cube", noise, encoder_of(EMBEDDED, "cpu", None)) is None


def test_a_function_that_is_not_there_is_the_fault_of_the_package(two_cubes: Picture) -> None:
    model = replace(MODELS[EMBEDDED], meaning="frame2frame.worlds.wishes.things:nothing")
    with pytest.raises(PluginError, match="names a function that cannot be loaded"):
        several_meant(model, "raise the cube", two_cubes, encoder_of(EMBEDDED, "cpu", None))
