"""How a wish of several clauses is split, and which wishes are one."""

import pytest

from frame2frame.caption.clauses import split_of
from frame2frame.caption.given import Given
from frame2frame.caption.plain import Plain
from frame2frame.caption.rules.clauses import LONGEST, clauses
from frame2frame.caption.rules.tidy import tidy


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


def test_a_wish_of_many_clauses_is_split_and_one_that_goes_on_and_on_stays_whole() -> None:
    long = ", ".join(["make the ball red"] * 75)
    assert len(long.split()) == LONGEST and len(clauses(long)) == 75
    longer = f"{long}, lift it"
    assert clauses(longer) == (longer,)


def test_of_a_long_text_only_the_beginning_is_read_at_each_joint(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[int]()

    def counted(text: str) -> str:
        read.append(len(text))
        return tidy(text)

    monkeypatch.setattr("frame2frame.caption.rules.clauses.tidy", counted)
    wish = " and ".join(["the cat"] * 100)
    assert clauses(wish) == (wish,)
    assert max(read) <= 240 < len(wish)


def test_what_stands_in_quotes_is_never_split() -> None:
    wish = 'write "paint it, and make it red" on the wall, then make it night'
    assert clauses(wish) == ('write "paint it, and make it red" on the wall', "make it night")
