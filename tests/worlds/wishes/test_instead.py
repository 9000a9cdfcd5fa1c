"""What the model knows is named where a wish has a colour or a shape that it does not know."""

from __future__ import annotations

import pytest

from frame2frame.worlds.tabletop.scene import COLOURS, SHAPES
from frame2frame.worlds.wishes import beyond


@pytest.mark.parametrize("wish", ["paint it teal", "Make the cube MAGENTA.", "paint the cube black"])
def test_the_colours_are_named_for_another_colour(wish: str) -> None:
    found = beyond([wish])
    assert found is not None and found.instead.startswith("the colours ")
    assert all(colour in found.instead for colour in COLOURS)


@pytest.mark.parametrize("wish", ["turn the cube into a pyramid", "turn the balls into hearts"])
def test_the_shapes_are_named_for_another_shape(wish: str) -> None:
    found = beyond([wish])
    assert found is not None and found.instead.startswith("the shapes ")
    assert all(shape in found.instead for shape in SHAPES)


@pytest.mark.parametrize("wish", ["make the sky teal", "the dog sits down", "paint the dog teal"])
def test_nothing_is_named_for_what_no_tabletop_has(wish: str) -> None:
    found = beyond([wish])
    assert found is not None and not found.instead
