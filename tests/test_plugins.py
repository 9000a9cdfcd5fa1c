"""Finding plugins by name."""

import dataclasses

import pytest

from frame2frame import plugins
from frame2frame.errors import InputError


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, table in plugins.BUILT_IN.items() for n in table])
def test_every_built_in_plugin_is_a_frozen_dataclass(kind: str, name: str) -> None:
    plugin = plugins.find(kind, name)
    assert dataclasses.is_dataclass(plugin)
    assert getattr(plugin, "__dataclass_params__").frozen  # noqa: B009


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean earliest"):
        plugins.find("selectors", "erliest")


def test_the_kind_is_named_in_the_singular() -> None:
    for kind, word in (("strategies", "strategy"), ("encoders", "encoder")):
        with pytest.raises(InputError, match=f"there is no {word} of this name"):
            plugins.find(kind, "nothing")


@pytest.mark.parametrize(
    ("kind", "name", "option", "value", "said"),
    [
        ("strategies", "path", "rounds", "many", "rounds takes a whole number"),
        ("strategies", "path", "rounds", 2.5, "rounds takes a whole number"),
        ("strategies", "path", "w_id", "much", "w_id takes a number"),
        ("strategies", "one-shot", "stop_early", 1, "stop_early takes true or false"),
        ("selectors", "earliest", "gate", 0.5, "gate takes no value but in Python"),
    ],
)
def test_an_option_of_another_sort_is_one_line(
    kind: str, name: str, option: str, value: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        plugins.make(kind, name, {option: value})


def test_a_whole_number_will_do_for_a_number() -> None:
    assert plugins.make("strategies", "path", {"w_id": 2}).w_id == 2.0
