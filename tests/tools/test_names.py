"""What the encoder is taught of the things in a picture is true of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.training import Modules

from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.naming import things_meant
from frame2frame.worlds.tabletop.scene import Scene, draw_scene


def scenes(count: int = 200) -> Iterator[tuple[Scene, tuple[str, ...], Draws]]:
    for seed in range(count):
        draws = Draws(seed)
        scene = draw_scene(draws)
        yield scene, tuple(thing.name for thing in scene.things), draws


def test_the_one_name_means_something_in_the_scene_and_the_other_nothing(tools: Modules) -> None:
    names = tools["names"]
    seen = set()
    for scene, things, draws in scenes():
        there, absent = names.named(draws, things)
        if there == names.DRAWING:
            assert absent == names.PHOTOGRAPH
            continue
        assert things_meant(scene, there.replace("a ", "the ", 1))
        assert absent in names.ELSEWHERE or things_meant(scene, absent.replace("a ", "the ", 1)) == ()
        seen.add(len(there.split()))
    assert seen == {2, 3}  # with a colour and without


@pytest.mark.parametrize("seed", range(8))
def test_of_a_photograph_nothing_is_said_but_what_it_is(seed: int, tools: Modules) -> None:
    names = tools["names"]
    there, absent = names.named(Draws(seed), ())
    assert there == names.PHOTOGRAPH
    assert absent == names.DRAWING or absent not in names.ELSEWHERE


def test_a_wish_in_vain_is_of_nothing_that_the_scene_shows(tools: Modules) -> None:
    names = tools["names"]
    for scene, things, draws in scenes():
        wish = names.vain(draws, draws.one_of(KINDS), things)
        of_nothing = any(f"the {word} " in f"{wish} " for word in names.NO_THINGS)
        assert of_nothing or things_meant(scene, wish) == ()


def test_the_words_of_all_names_come_with_the_weights(tools: Modules) -> None:
    names, export = tools["names"], tools["export"]
    taught = set(names.taught())
    for _, things, draws in scenes():
        for name in names.named(draws, things):
            assert name in (names.DRAWING, names.PHOTOGRAPH) or taught.issuperset(name.split()[1:])
    shipped = json.loads((export.SHIPPED / "clip" / "config.json").read_text(encoding="utf-8"))
    assert set(shipped["frame2frame_names"]) == taught
