"""Whether the options that were given have a part that takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError, meant, nearest
from . import registry


def check_options(
    parts: Mapping[str, str],
    options: Mapping[str, Any],
    fixed: Sequence[str] = (),
    of_generator: Sequence[str] = (),
) -> None:
    """Raise InputError for an option that none of the parts has, each a name by its kind, nor the `fixed`.

    One `of_generator` is told by its whole name.
    """
    known = {name for kind, part in parts.items() for name in registry.options_of(registry.find(kind, part))}
    known.update(name for part in fixed for name in registry.options_of_fixed(part))
    for name in sorted(options.keys() - known):
        what = f"the option {name} has no part in a run of {', '.join((*parts.values(), *fixed))}"
        if (whole := f"{registry.GENERATOR}{name}") in of_generator:
            raise InputError(what, remedy=f"did you mean {whole}?")
        near = nearest(name, sorted(known))
        owners = [owner for kind in parts for owner in registry.owners(kind, name)]
        if owners:
            raise InputError(what, remedy=f"it is one of {' and '.join(owners)}")
        listed = f"the options are {', '.join(sorted(known))}"
        raise InputError(what, remedy=f"did you mean {near}?" if near else f"leave it out; {listed}")


def check_generator(family: str, options: Mapping[str, Any]) -> list[str]:
    """The options that the generator of this name has; raises InputError for another `generator.…`."""
    known = registry.options_of_generator(registry.find("generators", family))
    for option in options:
        if not option.startswith(registry.GENERATOR) or option in known:
            continue
        name, names = (_within_generator(one) for one in ([option], known))
        what = f"the generator {family} has no option {name[0]}"
        if wish := registry.WISHES.get(name[0]):
            raise InputError(what, got=option, remedy=f"that is a wish by itself: {wish}")
        raise InputError(what, got=option, remedy=meant(name[0], names, "It has"))
    return known


def _within_generator(options: Sequence[str]) -> list[str]:
    return [option.removeprefix(registry.GENERATOR) for option in options]


def recordable(
    options: Mapping[str, Any], parts: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The options that are recorded, and which of them name places; `parts` as in `registry.recorded`."""
    rules = {name: registry.recorded(name, parts) for name in options}
    kept = {name: value for name, value in options.items() if rules[name] != "never"}
    return kept, tuple(name for name in kept if rules[name] != "word")
