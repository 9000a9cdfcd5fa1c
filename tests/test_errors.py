"""Guesses of what was meant."""

from __future__ import annotations

import pytest

from frame2frame.engine.models.known_models import MODELS
from frame2frame.engine.models.presets import PRESETS
from frame2frame.errors import meant, nearest


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("tabeltop", "tabletop"),
        ("cogvideox", "cogvideox1.5-5b-i2v"),
        ("cogvideo", "cogvideox1.5-5b-i2v"),
        ("CogVideoX-5B", "cogvideox-5b-i2v"),
        ("cogvideox-5b-i2v-fp16", "cogvideox-5b-i2v"),
        ("wan", "wan2.2-i2v-a14b-4step"),
        ("wan2.1", "wan2.1-i2v-14b-480p"),
        ("ltx", "ltx-2"),
        ("hunyuanvideo", "hunyuanvideo1.5-480p-i2v"),
        ("a14b", "wan2.2-i2v-a14b-4step"),
        ("chronoedit14b", "chronoedit-14b"),
    ],
)
def test_a_model_that_was_likely_meant_is_named(word: str, name: str) -> None:
    assert nearest(word, MODELS) == name


@pytest.mark.parametrize("word", ["sdxl", "flux", "gpt-image", "x", "nothing", ""])
def test_a_model_of_another_kind_is_like_none(word: str) -> None:
    assert nearest(word, MODELS) == ""


@pytest.mark.parametrize(
    ("word", "name"),
    [("SERCH4", "search4"), ("quick", ""), ("hq", ""), ("fats", "fast"), ("search", "search4")],
)
def test_a_preset_is_named_only_where_it_was_likely_meant(word: str, name: str) -> None:
    assert nearest(word, PRESETS) == name


def test_the_nearest_name_is_found_whatever_the_capitals_on_either_side() -> None:
    assert nearest("mine", ["theirs", "Mine"]) == "Mine"


def test_all_names_are_listed_with_the_one_that_was_likely_meant_or_without() -> None:
    assert meant("eearly", ["early", "late"]) == "did you mean early? There are early, late"
    assert meant("hq", ["early", "late"]) == "there are early, late"
    assert meant("hq", ["early"], "It has") == "it has early"
