"""The grammar of the photograph world."""

from __future__ import annotations

import pytest

from frame2frame.worlds.photoworld import KINDS, draw_texts
from frame2frame.worlds.tabletop.draws import Draws


def texts(kind: str) -> list[tuple[str, str, str]]:
    draws = Draws(5)
    found = [draw_texts(draws, kind) for _ in range(120)]
    return [(one.instruction, one.temporal_caption, one.target_caption) for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_many_wordings_in_which_no_slot_is_left(kind: str) -> None:
    drawn = texts(kind)
    assert len({instruction for instruction, _, _ in drawn}) > 40
    for text in (text for one in drawn for text in one):
        assert text == " ".join(text.split()) and not set("{|}") & set(text)


def test_no_two_kinds_share_a_text() -> None:
    owners: dict[str, str] = {}
    for kind in KINDS:
        for text in {text.lower().rstrip(".") for one in texts(kind) for text in one}:
            assert owners.setdefault(text, kind) == kind, text
