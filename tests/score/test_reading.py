"""What an encoder reads of a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from frame2frame.engine.models import catalogue
from frame2frame.score.encoders import ClipEncoder, SiglipEncoder
from frame2frame.worlds.tabletop import KINDS
from frame2frame.worlds.tabletop.draws import Draws
from frame2frame.worlds.tabletop.episodes import draw_plan

from .conftest import COMMIT

CHINESE = "把灰色的立方体变成红色"


@pytest.fixture
def embedded() -> ClipEncoder:
    return ClipEncoder(catalogue.MODELS[catalogue.EMBEDDED].encoder)


@pytest.mark.parametrize(
    "words",
    [
        CHINESE,
        "сделай куб красным",
        "😀",
        "asdf qwer",
        "the of a",
        "make it",
        "make the dog sit",
        "123 !?",
        "",
    ],
)
def test_words_outside_a_small_vocabulary_are_not_known(embedded: ClipEncoder, words: str) -> None:
    assert not embedded.reading(words).known


@pytest.mark.parametrize(
    "words", ["PAINT THE CUBE RED", "make it night", "zoom in", "<b>paint</b> the lovely cube", "shrink it"]
)
def test_one_known_word_that_names_something_is_enough(embedded: ClipEncoder, words: str) -> None:
    assert embedded.reading(words).known


@pytest.mark.parametrize("kind", KINDS)
def test_every_instruction_of_the_small_world_is_understood(embedded: ClipEncoder, kind: str) -> None:
    instructions = {draw_plan(Draws(seed), kind).texts.instruction for seed in range(60)}
    assert [words for words in instructions if not embedded.reading(words).known] == []


def test_a_text_longer_than_the_encoder_takes_is_cut(embedded: ClipEncoder) -> None:
    short, long = embedded.reading("paint the cube red"), embedded.reading("paint the cube red " * 20)
    assert not short.is_cut and short.tokens == 5
    assert long.is_cut and (long.tokens, long.most) == (81, 64)


def test_an_encoder_of_many_languages_knows_what_its_vocabulary_has(hub: Path) -> None:
    encoder = SiglipEncoder("tiny/siglip2", COMMIT, cache_dir=str(hub))
    assert encoder.reading("red").known and not encoder.reading("😀").known
