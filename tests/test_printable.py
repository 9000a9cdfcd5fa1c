"""What comes from outside is printed as text, whatever it holds."""

from __future__ import annotations

import pytest

from frame2frame.errors import ModelError
from frame2frame.printable import MOST, one_line, printable
from frame2frame.values import Note


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\x07b\x7f", "a\\x07b\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("caf\udce9", "caf\\udce9"),
        ("a\rb", "a\\rb"),
    ],
)
def test_an_order_to_the_terminal_is_spelt_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text", ["Grüße, 把灰色的立方体变成红色", "👩\u200d🚀 × ½", "one\n\ttwo", "[red]", ""]
)
def test_every_script_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_a_line_has_no_breaks_and_loses_its_middle_only() -> None:
    assert one_line("a\r\nb\u2028c") == "a b c"
    long = one_line("begin" + "x" * 30_000_000 + "end")
    assert long.startswith("beginx") and long.endswith("xend") and len(long) <= MOST + 3


def test_no_error_and_no_note_carries_an_order_or_a_novel() -> None:
    error = ModelError("what\x1b]0;", got="got\u202e" + "g" * 10**6, remedy="remedy\x07")
    told = (str(error), error.what, error.got, error.remedy, Note("note\x1b" + "n" * 10**6).text)
    for text in told:
        assert text.isprintable() and len(text) < 4 * MOST
    assert error.what == "what\\x1b]0;" and "remedy\\x07" in str(error)
