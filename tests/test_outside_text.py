"""What comes from outside is printed as text, whatever it holds."""

from __future__ import annotations

import pytest

from frame2frame.errors import MOST, ModelError, one_line, printable
from frame2frame.report.terminal import show
from frame2frame.values import Caption, Note

from .command import f2f


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


def test_the_terminal_shows_markup_and_orders_as_they_were_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    caption = Caption("[red]the[/red] :smile: \x1b[2Jball", "a [bold]ball", "rules")
    list(show(iter([caption, Note("of [link=x]file\u202e"), Note("plain", is_warning=False)])))
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "Caption: [red]the[/red] :smile: \\x1b[2Jball",
        "Note: of [link=x]file\\u202e",
        "plain",
    ]


@pytest.mark.parametrize("begin", ["\x1b[2Jevil\u202e", "org/", "./"])
def test_the_command_says_a_hostile_name_in_one_line(
    begin: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f2f(monkeypatch, "models", "path", begin + "x" * 5_000) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable() and len(line) < 4_000
