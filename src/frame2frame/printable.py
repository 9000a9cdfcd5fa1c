r"""Text from outside, made fit to be shown: what a file, a server or a name says is printed, never obeyed.

A terminal takes some characters as orders, to clear the screen or to type; others turn the direction of the
writing, so that a name reads as another one. They are spelt out, as `\x1b`.
"""

from __future__ import annotations

import re

MOST = 1_000
"""Characters of one part of a line."""

_ORDERS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BREAKS = "\u2028\u2029"
_HALVES = "\ud800-\udfff"
"""Halves of characters, which no output takes; a file name that is no UTF-8 has them."""
_UNFIT = re.compile(f"[{_ORDERS}{_TURNS}{_BREAKS}{_HALVES}]")


def printable(text: str) -> str:
    """The text with every character spelt out that is an order; line ends and tabs stay."""
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str, most: int = MOST) -> str:
    """The same in one line, of a text that is cut in its middle to so many characters."""
    if len(text) > most:
        text = f"{text[: most // 2]} … {text[len(text) - most // 2 :]}"
    return printable(" ".join(text.split()))


def in_json(text: str) -> str:
    """A text that is JSON with the same characters in JSON's own spelling, so that it means what it meant."""
    return _UNFIT.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text)
