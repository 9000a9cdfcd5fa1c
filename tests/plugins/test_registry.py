"""Finding plugins by name."""

import dataclasses

import pytest

from frame2frame.errors import InputError
from frame2frame.plugins import registry
from frame2frame.plugins.options import options_of
from frame2frame.select.gate import Gate
from frame2frame.select.region import Keep


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, table in registry.BUILT_IN.items() for n in table])
def test_every_built_in_plugin_is_a_frozen_dataclass(kind: str, name: str) -> None:
    plugin = registry.find(kind, name)
    assert dataclasses.is_dataclass(plugin)
    assert getattr(plugin, "__dataclass_params__").frozen  # noqa: B009


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean earliest"):
        registry.find("selectors", "erliest")


def test_the_kind_is_named_in_the_singular() -> None:
    for kind, word in (("strategies", "strategy"), ("encoders", "encoder")):
        with pytest.raises(InputError, match=f"there is no {word} of this name"):
            registry.find(kind, "nothing")


@pytest.mark.parametrize(
    ("kind", "name", "option", "value", "said"),
    [
        ("strategies", "path", "strategy.rounds", "many", "rounds takes a whole number"),
        ("strategies", "path", "strategy.rounds", 2.5, "rounds takes a whole number"),
        ("strategies", "path", "strategy.w_id", "much", "w_id takes a number"),
        ("strategies", "one-shot", "strategy.stop_early", 1, "stop_early takes true or false"),
        ("strategies", "path", "strategy.w_id", float("nan"), "w_id takes a number"),
        ("selectors", "earliest", "gate.slack", "much", "gate.slack takes a number"),
        ("selectors", "earliest", "gate.slack", 2, "gate.slack lies from 0 to 1"),
        ("selectors", "earliest", "select.steady", 1, "steady takes true or false"),
        ("selectors", "earliest", "select.settled", 0, "settled lies above 0 and up to 1"),
    ],
)
def test_an_option_of_another_sort_is_one_line(
    kind: str, name: str, option: str, value: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        registry.make(kind, name, {option: value})


def test_a_whole_number_will_do_for_a_number() -> None:
    assert registry.make("strategies", "path", {"strategy.w_id": 2}).w_id == 2.0


def test_an_option_of_a_part_within_a_part_is_set_by_a_dotted_name() -> None:
    made = registry.make(
        "selectors", "earliest", {"gate.least_gain": 0.2, "steady.colour": 9, "select.settled": 0.5}
    )
    assert (made.gate.least_gain, made.steady.colour, made.settled) == (0.2, 9.0, 0.5)
    assert made.gate.slack == Gate().slack


def test_a_part_that_may_be_missing_is_left_out_by_false() -> None:
    assert registry.make("selectors", "earliest", {"select.steady": False}).steady is None
    assert (
        registry.make("selectors", "earliest", {"select.steady": True, "steady.zoom": 1}).steady.zoom == 1.0
    )


@pytest.mark.parametrize("kind", ["selectors", "strategies"])
def test_every_option_that_is_named_can_be_set(kind: str) -> None:
    for name in registry.BUILT_IN[kind]:
        for spec in options_of(registry.find(kind, name), registry.PARTS[kind]):
            with pytest.raises(InputError, match=f"option {spec.full} takes"):
                registry.make(kind, name, {spec.full: ()})


def test_a_part_is_made_from_whole_names_alone() -> None:
    assert registry.make("strategies", "path", {"rounds": 2}) == registry.make("strategies", "path", {})


def test_the_kept_region_and_the_refinement_are_set_under_their_names() -> None:
    options = {"keep.growth": 0.1, "refine.slack": 0.5, "settled": 0.1}
    assert registry.fixed("keep", options) == Keep(growth=0.1)
    assert registry.fixed("refine", options).slack == 0.5


@pytest.mark.parametrize(
    ("value", "said"),
    [("wide", "keep.growth takes a number"), (-0.1, "keep.growth lies from 0 to"), (3, "keep.growth lies")],
)
def test_a_value_that_the_kept_region_cannot_use_is_one_line(value: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        registry.fixed("keep", {"keep.growth": value})
