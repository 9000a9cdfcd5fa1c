"""The comparison notices what is gone and what is another, and lets through what is new."""

from __future__ import annotations

from typing import Any

import pytest

from .golden import lost, shape

BEFORE = {"flags": {"--seed": {"type": "int"}}, "choices": ["a", "b"], "maximum": 8}


@pytest.mark.parametrize(
    "now",
    [
        BEFORE,
        {**BEFORE, "more": 1},
        {**BEFORE, "choices": ["b", "c", "a"]},
        {**BEFORE, "flags": {"--seed": {"type": "int"}, "--new": {}}},
        {**BEFORE, "maximum": 9},
    ],
)
def test_what_is_new_or_wider_is_let_through(now: Any) -> None:
    assert lost(BEFORE, now) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({**BEFORE, "flags": {}}, " › flags › --seed is gone"),
        ({**BEFORE, "flags": {"--seed": {"type": "str"}}}, " › flags › --seed › type was 'int' and is 'str'"),
        ({**BEFORE, "choices": ["a"]}, " › choices › b is gone"),
        ({**BEFORE, "maximum": 7}, " › maximum was 8 and is 7"),
        (None, " was {"),
    ],
)
def test_what_is_gone_or_another_is_told(now: Any, said: str) -> None:
    (line,) = lost(BEFORE, now)
    assert line.startswith(said)


def test_the_shape_of_json_is_its_keys_and_what_stands_under_them() -> None:
    value = {"a": 1, "b": [{"c": "x"}, {"c": None, "d": True}, {"d": "y"}, None], "e": []}
    each = {"c": "text", "d": "text or truth"}
    assert shape(value) == {"a": "number", "b": {"each": each}, "e": {"each": "nothing"}}
