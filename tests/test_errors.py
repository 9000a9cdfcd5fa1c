"""Guesses of what was meant."""

from __future__ import annotations

from frame2frame.errors import ALIKE, nearest


def test_the_nearest_name_is_found_whatever_the_capitals_on_either_side() -> None:
    assert nearest("SERCH4", ["fast", "search4", "sparse"]) == "search4"
    assert nearest("mine", ["theirs", "Mine"]) == "Mine"


def test_any_name_is_near_unless_one_must_be_alike() -> None:
    assert nearest("x", ["fast"]) == "fast"
    assert nearest("x", ["fast"], cutoff=ALIKE) == "" == nearest("x", [])
