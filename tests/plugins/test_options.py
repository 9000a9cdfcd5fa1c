"""An option is declared once, and what is known of it is read from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from frame2frame.errors import InputError
from frame2frame.plugins.naming import known_options, resolved, spread
from frame2frame.plugins.options import check, given, made, option, options_of, part, values_of
from frame2frame.values import PLACE, WORD

PARTS = {"caption": "temporal", "generator": "cogvideox", "select": "earliest", "strategy": "one-shot"}


@dataclass(frozen=True)
class Inner:
    slack: float = option(0.25, "How much may be missing.", low=0, high=1)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Outer:
    text: str = option(help="What is said.", recorded=WORD)
    kind: str = option("one", "Which one.", choices=("one", "two"), recorded=PLACE)
    share: float | None = option(None, "How much of it.", above=0, high=1)
    count: int = option(3, "How many.", low=1)
    plain: bool = False
    device: str = given("cpu")
    inner: Inner = part(Inner, "What is within.")
    other: Inner | None = part(Inner, "What may be left out.")

    def __post_init__(self) -> None:
        check(self)


def test_a_declaration_says_all_that_there_is_to_know() -> None:
    found = {spec.full: spec for spec in options_of(Outer, "outer")}
    assert list(found) == [
        "outer.text", "outer.kind", "outer.share", "outer.count", "outer.plain", "inner.slack", "outer.other",
        "other.slack",
    ]  # fmt: skip
    assert [spec.recorded for spec in found.values()] == ["word", "place", *["word"] * 6]
    share = found["outer.share"]
    assert (share.type, str(share.limits), share.default) == ("a number", "above 0, up to 1", None)
    assert (str(found["outer.kind"].limits), str(found["outer.count"].limits)) == ("one, two", "at least 1")
    assert found["inner.slack"].help == "How much may be missing." and found["outer.other"].default is True


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("outer.share", 0, "outer.share lies above 0 and up to 1; got 0"),
        ("outer.share", float("nan"), "outer.share takes a number"),
        ("outer.count", 0, "outer.count is at least 1"),
        ("outer.count", True, "outer.count takes a whole number"),
        ("outer.kind", "ones", "outer.kind has no such value; got 'ones'; did you mean one"),
        ("inner.slack", 2, "inner.slack lies from 0 to 1"),
        ("outer.other", 1, "outer.other takes true or false"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_whole_name(option: str, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        made(Outer, "outer", {"outer.text": "x", option: value})


def test_a_part_that_is_made_in_python_is_held_to_its_ranges_too() -> None:
    for wrong in ({"share": 1.5}, {"count": 0}, {"kind": "three"}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            Outer("x", **wrong)


def test_what_was_made_tells_the_values_it_was_made_with() -> None:
    options = {"outer.text": "x", "outer.share": 0.5, "inner.slack": 0.75, "outer.other": False}
    found = made(Outer, "outer", options)
    assert (found.share, found.inner.slack, found.other, found.device) == (0.5, 0.75, None, "cpu")
    told = values_of(found, "outer")
    assert told == {**options, "outer.kind": "one", "outer.count": 3, "outer.plain": False}
    assert made(Outer, "outer", told) == found


def test_a_short_name_is_the_whole_one_where_only_one_part_has_it() -> None:
    given = {"settled": 0.1, "strategy.candidates": 2, "gate.slack": 1}
    assert resolved(given, PARTS) == {"select.settled": 0.1, "strategy.candidates": 2, "gate.slack": 1.0}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("prompt_dir", "several parts .* write caption.prompt_dir or select.prompt_dir"),
        (
            "rounds",
            r"rounds \(strategy.rounds\) has no part in a run of vlm, judge, one-shot; it is one of path",
        ),
        ("shwon", "did you mean shown"),
        ("generator.solvr", "did you mean solver"),
        ("generator.steps", "that is a wish by itself: steps"),
        ("keep.growth", "keep.growth has no part in a run of .*; it is one of keep"),
    ],
)
def test_a_name_that_cannot_be_meant_says_which_can(option: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        resolved({option: "x"}, {**PARTS, "caption": "vlm", "select": "judge"})


def test_an_option_that_is_set_twice_is_refused_unless_both_are_alike() -> None:
    assert resolved({"settled": 0.5, "select.settled": 0.5}, PARTS) == {"select.settled": 0.5}
    with pytest.raises(InputError, match=r"select\.settled is asked for twice"):
        resolved({"settled": 0.5, "select.settled": 0.25}, PARTS)


def test_in_an_older_record_a_short_name_is_of_every_part_that_has_it() -> None:
    parts = {**PARTS, "select": "energy", "strategy": "path"}
    assert spread({"w_id": 0.5, "gate.slack": 0.1, "rounds": 2}, parts) == {
        "select.w_id": 0.5, "strategy.w_id": 0.5, "gate.slack": 0.1, "strategy.rounds": 2
    }  # fmt: skip


def test_every_option_of_every_part_has_a_sentence_and_every_text_says_who_may_set_it() -> None:
    for known in known_options():
        for name, spec in known.of.items():
            assert spec.help.endswith(".") and spec.help[0].isupper(), (name, spec.full)
            assert spec.recorded in ("word", "place", "never"), (name, spec.full)


def test_an_option_of_several_parts_means_the_same_in_all() -> None:
    for known in known_options():
        assert len({spec.type for spec in known.of.values()}) == 1, known.spec.full
        assert len({spec.flag for spec in known.of.values()}) == 1, known.spec.full
