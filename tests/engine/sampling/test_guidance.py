"""Guidance schedules."""

from __future__ import annotations

import math

import pytest

from frame2frame.engine.sampling import guidance


def test_constant_is_the_same_at_every_step() -> None:
    assert guidance.schedule("constant", 6, 3) == (6.0, 6.0, 6.0)


def test_an_interval_guides_inside_it_only() -> None:
    assert guidance.schedule("interval", 6, 10, 0.2, 0.5) == (1, 1, 6, 6, 6, 1, 1, 1, 1, 1)


def test_the_wave_is_what_the_authors_formula_gives_at_fifty_steps() -> None:
    timesteps = range(999, 0, -20)
    theirs = [1 + 6 * (1 - math.cos(math.pi * ((50 - timestep) / 50) ** 5)) / 2 for timestep in timesteps]
    assert guidance.schedule("wave", 6, 50) == pytest.approx(theirs, abs=1e-3)


def test_the_wave_keeps_its_shape_at_other_numbers_of_steps() -> None:
    assert guidance.wave(6, 10) == guidance.wave(6, 50)[::5]


@pytest.mark.parametrize(
    ("scales", "words"),
    [
        (guidance.constant(6.0, 4), "6"),
        (guidance.constant(1.0, 4), "1"),
        (guidance.interval(2.0, 5, 0.0, 0.5), "2 in 3 of 5 steps"),
    ],
)
def test_in_words_it_is_said_where_only_some_steps_are_guided(scales: tuple[float, ...], words: str) -> None:
    assert guidance.told(scales) == words
