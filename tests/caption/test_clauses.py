"""How a wish of several clauses is split, and which wishes are one."""

import pytest

from frame2frame.caption.clauses import split_of
from frame2frame.caption.given import Given
from frame2frame.caption.plain import Plain
from frame2frame.caption.rules.clauses import clauses


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("paint the ball red, then lift it", ("paint the ball red", "lift the red ball")),
        ("Paint the ball red. Then lift it.", ("Paint the ball red", "lift the red ball")),
        ("open the door; let the cat come in", ("open the door", "let the cat come in")),
        ("paint the ball red and lift it", ("paint the ball red", "lift the red ball")),
        (
            "shrink the cube, move the ball to the left edge and then make it night",
            ("shrink the cube", "move the ball to the left edge", "make it night"),
        ),
        (
            "first turn the red ball into a cube, after that paint it blue, and finally squash it",
            ("turn the red ball into a cube", "paint the red cube blue", "squash the blue cube"),
        ),
    ],
)
def test_a_wish_is_split_where_one_thing_follows_another(wish: str, found: tuple[str, ...]) -> None:
    assert clauses(wish) == found


@pytest.mark.parametrize(
    "wish",
    [
        "paint the ball red",
        "add salt and pepper",
        "make it black and white",
        "a cat, a dog and a bird",
        "make the ball red and the cube blue",
        "make the dog sit and lift its paw",
        "put the box next to the chair",
        'write "stop; then go" on the sign',
        "Paint the ball red. Keep the rest as it is.",
        "Paint the ball red. Thanks!",
        "Mr. Smith smiles",
    ],
)
def test_a_wish_of_one_clause_stays_whole(wish: str) -> None:
    assert clauses(wish) == (wish,)


def test_a_thing_is_called_what_it_has_become() -> None:
    wish = "paint the cyan cone orange, then lift the ball, then shrink the cyan cone"
    assert clauses(wish)[2] == "shrink the orange cone"


def test_a_caption_of_the_users_own_is_of_the_whole_wish() -> None:
    wish = "paint the ball red, then lift it"
    assert len(split_of(Plain(), wish).clauses) == 2 and split_of(Given("it happens"), wish).clauses == ()


def test_a_thing_that_is_taken_first_is_no_clause_of_its_own() -> None:
    assert clauses("take the red cube and lift it") == ("take the red cube and lift it",)
    assert clauses("take the red cube and lift it, then paint it blue") == (
        "lift the red cube",
        "paint the red cube blue",
    )
