"""The program that counts which ambiguous wishes are noticed."""

from collections.abc import Callable

import pytest

from .conftest import Main


@pytest.fixture
def main(program: Callable[[str], Main]) -> Main:
    return program("ambiguous_wishes.py")


def test_ambiguous_and_clear_wishes_are_counted_by_what_their_names_have(
    main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--scenes", "4"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "the",
        "name",
        "has",
        "ambiguous",
        "noticed",
        "clear",
        "wrongly",
        "called",
        "ambiguous",
    ]
    assert [row[:20].strip() for row in rows] == [
        "the shape alone", "the colour alone", "neither", "as people type it",
    ]  # fmt: skip
    assert rows[-1].split()[4:7] == ["0", "–", "4"]
