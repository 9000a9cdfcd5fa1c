"""Whether a wish is in English is told by its little words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from frame2frame.caption.rules.languages import is_english
from frame2frame.evaluation.episodes import DEVELOPMENT
from frame2frame.evaluation.wordings.second import second
from frame2frame.worlds.photoworld import words as photographs
from frame2frame.worlds.photoworld.kinds import KINDS
from frame2frame.worlds.tabletop import KINDS as TABLETOP
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.edits import draw_edit
from frame2frame.worlds.tabletop.scene import draw_scene
from frame2frame.worlds.tabletop.wide import draw_wide

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    "wish",
    [
        "male den Ball rot",
        "Kugel rot",
        "mach das Bild bitte heller",
        "haz el cubo rojo",
        "haz que sea de noche",
        "peins la balle en rouge",
        "rends le ciel orange",
        "metti la palla a sinistra",
        "faça a bola vermelha",
        "maak de kubus rood",
        "把灰色的立方体变成红色",
        "сделай шар синим",
        "123",
    ],
)
def test_another_language_is_told_even_by_one_word_that_english_has_as_well(wish: str) -> None:
    assert not is_english(wish)


@pytest.mark.parametrize(
    "wish",
    [
        "ball red",
        "red cube, please",
        "de-saturate completely",
        "make the die red",
        "pour water",
        "male model smiles",
        "calmer sea",
        "cube -> ball",
        "more fog",
        "add a piñata and an él sign",
    ],
)
def test_short_wishes_and_words_that_come_from_elsewhere_are_english(wish: str) -> None:
    assert is_english(wish)


def listed(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    "file", ["tabletop.jsonl", "unseen/asked.jsonl", "unseen/possible.jsonl", "unseen/photographs.jsonl"]
)
def test_no_wish_of_the_english_lists_is_taken_for_another_language(file: str) -> None:
    wishes = [row["instruction"] for row in listed(file) if "instruction" in row]
    assert wishes and [wish for wish in wishes if not is_english(wish)] == []


def test_in_a_list_of_many_languages_it_is_one_of_the_others_that_is_told() -> None:
    foreign = [row for row in listed("unseen/later.jsonl") if not is_english(row["instruction"])]
    assert len(foreign) == 13 and not any(row["can"] for row in foreign)


def test_no_wording_of_the_worlds_is_taken_for_another_language() -> None:
    for seed in range(DEVELOPMENT, DEVELOPMENT + 100):
        draws = Draws(seed)
        scene = draw_scene(draws)
        edit = draw_edit(draws, scene, draws.one_of(TABLETOP))
        kind = draws.one_of(KINDS)
        of_photograph = photographs.draw_texts(draws, kind).instruction
        said = draw_wide(draws, scene, edit), second(scene, edit, seed), of_photograph
        assert [wish for wish in said if not is_english(wish)] == []
