"""Instructions that cannot be carried out."""

from collections import Counter
from dataclasses import replace

import pytest

from frame2frame.evaluation.plan import Plan
from frame2frame.evaluation.tasks.impossible import (
    ABSENT,
    NO_THING,
    OF_THINGS,
    SORTS,
    WORDS,
    Asked,
    Impossible,
    absent,
    impossible,
    sort_of,
)
from frame2frame.worlds.tabletop import Episode
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import draw_plan
from frame2frame.worlds.tabletop.scene import COLOURS, SHAPES

TASK = Impossible(Plan(part="impossible", count=36))


@pytest.fixture(scope="module")
def episodes() -> list[Episode]:
    """What stands on the tables; all have the pictures of the first, at which none of the tests looks."""
    first, *others = TASK.drawings()
    shown = first.draw()
    scenes = [(one, draw_plan(Draws(one.seed), one.kind).source) for one in others]
    names = [(one, tuple(thing.name for thing in scene.things)) for one, scene in scenes]
    return [shown, *(replace(shown, seed=one.seed, kind=one.kind, things=things) for one, things in names)]


def test_what_is_asked_of_a_thing_is_asked_of_one_that_is_not_there(episodes: list[Episode]) -> None:
    for number, one in enumerate(episodes):
        for sort, shared in ABSENT.items():
            text = impossible(one, sort)
            named = [name for name in absent(one.things, shared) if f"the {name}" in text]
            assert named and not any(f"the {name}" in text for name in one.things), (number, text)


def test_no_instruction_contradicts_itself(episodes: list[Episode]) -> None:
    for one in episodes:
        for sort in SORTS:
            words = Counter(impossible(one, sort).split())
            assert max(words[word] for word in (*COLOURS, *SHAPES)) <= 1


def test_what_only_a_thing_can_do_is_asked_of_what_is_none(episodes: list[Episode]) -> None:
    for one in episodes:
        assert any(f"the {word}" in impossible(one, NO_THING) for word in WORDS)


def test_absent_things_share_so_many_words_with_what_is_there() -> None:
    assert absent(["red ball", "blue cube"], 1).count("red cube") == 0  # both words are of things there
    assert "red cone" in absent(["red ball", "blue cube"], 1)
    assert "green cone" in absent(["red ball", "blue cube"], 0)


def test_every_sort_meets_every_kind_and_the_sorts_are_equally_many() -> None:
    drawings = Impossible(Plan(part="impossible", count=36)).drawings()
    pairs = {(sort_of(number), one.kind) for number, one in enumerate(drawings)}
    assert len(pairs) == len(SORTS) * len(OF_THINGS) == 36


def test_none_is_counted_by_sort_beside_the_trivial_answers() -> None:
    answers = [Asked(i, "left", sort_of(i), "", i < 4, {}) for i in range(6)]
    figures = TASK.results(answers).figures["groups"]
    assert figures["all"]["none"]["hits"] == 4 and figures[SORTS[2]]["none"]["hits"] == 1
    assert figures["always none"]["none"]["share"] == 1 and figures["never none"]["none"]["share"] == 0
