"""Which things of a drawn scene a name in a wish may mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from frame2frame.caption.clauses import by_rules
from frame2frame.plugins.model import Ambiguous, Shown
from frame2frame.worlds.wishes.things import LEAD, SURE, ambiguous


def showing(**presences: float) -> Shown:
    """A picture that shows `red_cube` and so on as surely as that; anything else is far from being there."""
    known = {f"a {name.replace('_', ' ')}": presence for name, presence in presences.items()}
    return lambda names: [known.get(name, -3.0) for name in names]


TWO_CUBES = showing(red_cube=3.0, blue_cube=2.5, blue_ball=0.5)
A_RED_PAIR = showing(red_cube=3.0, red_ball=2.5, pink_ball=0.5)
CUBE_AND_BALL = showing(red_cube=3.0, blue_ball=2.5, blue_cube=1.0)


def found(wish: str, shown: Shown) -> Ambiguous | None:
    return ambiguous(by_rules(wish), shown)


@pytest.mark.parametrize(
    ("wish", "shown", "name", "things", "lacks"),
    [
        ("raise the cube", TWO_CUBES, "the cube", ("red cube", "blue cube"), "its colour"),
        ("Please make this BOX bigger", TWO_CUBES, "this box", ("red cube", "blue cube"), "its colour"),
        ("lift the cbue into the air", TWO_CUBES, "the cube", ("red cube", "blue cube"), "its colour"),
        ("put stripes on the cube", TWO_CUBES, "the cube", ("red cube", "blue cube"), "its colour"),
        ("lift the red one", A_RED_PAIR, "the red one", ("red cube", "red ball"), "its shape"),
        (
            "remove the thing",
            CUBE_AND_BALL,
            "the thing",
            ("red cube", "blue ball"),
            "its colour or its shape",
        ),
        ("make it bigger", CUBE_AND_BALL, "it", ("red cube", "blue ball"), "its colour or its shape"),
        ("zoom in, then lift the cube", TWO_CUBES, "the cube", ("red cube", "blue cube"), "its colour"),
    ],
)
def test_a_name_that_fits_two_things_is_ambiguous(
    wish: str, shown: Shown, name: str, things: tuple[str, ...], lacks: str
) -> None:
    assert found(wish, shown) == Ambiguous(name, things, lacks)


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        ("raise the red cube", TWO_CUBES),
        ("raise the cube", CUBE_AND_BALL),
        ("raise the left cube", TWO_CUBES),
        ("raise the cube on the left", TWO_CUBES),
        ("raise the cube next to the wall", TWO_CUBES),
        ("raise both cubes", TWO_CUBES),
        ("remove the cubes", TWO_CUBES),
        ("paint the red cube green, then lift the cube", TWO_CUBES),
        ("make it look like evening", TWO_CUBES),
        ("make it night", TWO_CUBES),
        ("let me see it from the left", TWO_CUBES),
        ("zoom in on it", TWO_CUBES),
    ],
)
def test_a_name_that_tells_which_or_speaks_of_no_thing_is_clear(wish: str, shown: Shown) -> None:
    assert found(wish, shown) is None


@pytest.mark.parametrize(
    ("presence", "rival", "is_said"),
    [(SURE, SURE - LEAD - 0.1, True), (SURE - 0.1, -1.0, False), (SURE + 1, SURE + 1.1 - LEAD, False)],
)
def test_the_second_thing_must_surely_be_there_and_lead_over_what_shares_its_colour(
    presence: float, rival: float, is_said: bool
) -> None:
    shown = showing(red_cube=4.0, blue_cube=presence, blue_ball=rival)
    assert (found("raise the cube", shown) is not None) is is_said


def test_a_cube_and_a_cylinder_of_a_colour_may_be_one_thing() -> None:
    assert found("lift the red one", showing(red_cube=3.0, red_cylinder=2.9)) is None


def test_the_picture_is_not_asked_of_a_name_that_leaves_nothing_out() -> None:
    def asked(names: Sequence[str]) -> Sequence[float]:
        raise AssertionError(names)

    wishes: tuple[str, ...] = ("raise the red cube", "make it night", "lift the cube on the left")
    assert [found(wish, asked) for wish in wishes] == [None, None, None]


def test_of_a_picture_of_which_names_tell_nothing_no_wish_is_ambiguous() -> None:
    nothing: Callable[[Sequence[str]], list[float]] = lambda names: [float("-inf")] * len(names)  # noqa: E731
    assert found("raise the cube", nothing) is None
