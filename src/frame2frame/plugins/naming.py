"""Options by their names: what all parts have, and what is meant by a name that somebody wrote.

An option's whole name is `part.option`, the part being the flag's word or the name of a part within one:
`select.settled`, `gate.slack`. Of the captioner, the selector and the strategy the short name will do where
only one of them has such an option.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from typing import Any, cast

from ..errors import InputError, nearest
from . import registry
from .options import OptionSpec, Value, options_of, values_of

KINDS = {
    "caption": "captioners",
    "generator": "generators",
    "encoder": "encoders",
    "identity": "encoders",
    "score": "scorers",
    "select": "selectors",
    "strategy": "strategies",
}
"""How the options of a part begin, and what kind of plugin it is; `registry.FIXED` are the others."""

SHORT = ("caption", "select", "strategy")
"""Parts whose options may be named without them."""


@dataclass(frozen=True)
class Known:
    """An option, as each of the plugins has it that do; by their names."""

    of: Mapping[str, OptionSpec]

    @property
    def spec(self) -> OptionSpec:
        """As the first of them has it."""
        return next(iter(self.of.values()))


def known_options() -> tuple[Known, ...]:
    """The options of all parts that there are, those of other packages too, part by part."""
    found: dict[str, dict[str, dict[str, OptionSpec]]] = {}
    for word, name in _all_parts():
        for spec in specs_of(word, name):
            found.setdefault(spec.part, {}).setdefault(spec.full, {})[name] = spec
    return tuple(Known(of) for options in found.values() for of in options.values())


def _all_parts() -> Iterator[tuple[str, str]]:
    yield from ((word, name) for word, kind in KINDS.items() for name in registry.usable(kind))
    yield from ((name, name) for name in registry.FIXED)


def specs_of(part: str, name: str) -> tuple[OptionSpec, ...]:
    """The options of a plugin that takes this part: `select`, `earliest`; several have commas between.

    Raises InputError for unknown ones.
    """
    if part in registry.FIXED:
        return options_of(registry.find_fixed(part), part)
    plugins = [registry.find(KINDS[part], one) for one in name.split(",")]
    wishes = registry.WISHES if part == "generator" else {}
    return tuple(spec for one in plugins for spec in options_of(one, part) if spec.name not in wishes)


def packages_of(parts: Mapping[str, str]) -> dict[str, str]:
    """Other packages that these parts come from, with their versions, by the part: `selector latest`."""
    named: dict[str, list[str]] = {}
    for word, name in parts.items():
        if word in KINDS:
            named.setdefault(KINDS[word], []).extend(name.split(","))
    return registry.packages_of(named)


def settings(given: list[str]) -> dict[str, Any]:
    """NAME=VALUE as options: numbers and truth values as such, the rest as text."""
    found: dict[str, Any] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise InputError(
                "an option is set as NAME=VALUE", got=repr(one), remedy="like --set gate.slack=0.3"
            )
        found[name.replace("-", "_")] = read_value(value)
    return found


def read_value(text: str) -> Any:
    """A number or a truth value that was typed as such, anything else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def resolved(given: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """The options by their whole names, each a value of its type and within its range.

    `parts` are those that take part, by the flag's word: `{"select": "earliest", "keep": "keep"}`. Raises
    InputError, with the nearest name, for an option that none of them has.
    """
    own = _specs(parts)
    found: dict[str, Any] = {}
    for written, value in given.items():
        spec = own[_meant(written, own, parts)]
        _settle(found, spec, written, value)
    return found


def resolved_wishes(
    given: Mapping[str, Any], meanings: Mapping[str, Iterable[str]], parts: Mapping[str, str]
) -> dict[str, Any]:
    """The same for wishes with names of their own, each of which may stand for options of several parts."""
    own = _specs(parts)
    found: dict[str, Any] = {}
    for written, value in given.items():
        meant = [full for full in meanings[written] if full in own]
        if not meant:
            raise _without_part(written, next(iter(meanings[written])), parts)
        for full in meant:
            _settle(found, own[full], written, value)
    return found


def joined(wishes: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; raises InputError where they contradict each other."""
    for full in wishes.keys() & options.keys():
        if wishes[full] != options[full]:
            short = full.partition(".")[2]
            what = f"{short} and the option {full} contradict each other"
            got = f"{wishes[full]!r:.80} and {options[full]!r:.80}"
            raise InputError(what, got=got, remedy="leave one of them out")
    return {**wishes, **options}


def spread(options: Mapping[str, Value], parts: Mapping[str, str]) -> dict[str, Value]:
    """Options of a record, by their whole names: in older ones a short name is of every part that has it."""
    own, found = _specs(parts), dict[str, Value]()
    for written, value in options.items():
        fulls = [spec.full for spec in own.values() if spec.part in SHORT and spec.name == written]
        found |= dict.fromkeys(fulls or [written], value)
    return found


def _specs(parts: Mapping[str, str]) -> dict[str, OptionSpec]:
    return {spec.full: spec for part, name in parts.items() for spec in specs_of(part, name)}


def _settle(found: dict[str, Any], spec: OptionSpec, written: str, value: Any) -> None:
    taken = spec.taken(value, written)
    if found.setdefault(spec.full, taken) != taken:
        what = f"the option {spec.full} is asked for twice and differently"
        raise InputError(what, got=f"{found[spec.full]!r:.80} and {value!r:.80}", remedy="leave one out")


def _meant(written: str, own: Mapping[str, OptionSpec], parts: Mapping[str, str]) -> str:
    """The whole name that a name stands for."""
    if written in own:
        return written
    found = [spec.full for spec in own.values() if spec.part in SHORT and spec.name == written]
    if len(found) > 1:
        what = f"several parts of this run have an option {written}"
        raise InputError(what, remedy=f"write {' or '.join(found)}")
    if not found:
        raise _unknown(written, own, parts)
    return found[0]


def _unknown(written: str, own: Mapping[str, OptionSpec], parts: Mapping[str, str]) -> InputError:
    part, dot, _ = written.partition(".")
    if dot and part == "generator" and part in parts:
        return _not_of_generator(written, own, parts[part])
    what = f"the option {written} has no part in a run of {_told(parts)}"
    if (whole := f"generator.{written}") in own:
        return InputError(what, remedy=f"did you mean {whole}?")
    if any(written in (one.spec.full, one.spec.name) for one in known_options()):
        return _without_part(written, written, parts)
    names = [spec.name if spec.part in SHORT else spec.full for spec in own.values()]
    names = [*own, *names] if dot else names
    near = nearest(written, sorted(names))
    listed = f"the options are {', '.join(sorted(own))}"
    return InputError(what, remedy=f"did you mean {near}?" if near else f"leave it out; {listed}")


def _without_part(written: str, meant: str, parts: Mapping[str, str]) -> InputError:
    """That no part of the run has this option, though others do."""
    found = [known for known in known_options() if meant in (known.spec.full, known.spec.name)]
    fulls = list(dict.fromkeys(known.spec.full for known in found))
    name = written if written in fulls else f"{written} ({' or '.join(fulls)})"
    owners = list(dict.fromkeys(owner for known in found for owner in known.of))
    what = f"the option {name} has no part in a run of {_told(parts)}"
    return InputError(what, remedy=f"it is one of {' and '.join(owners)}")


def _not_of_generator(written: str, own: Mapping[str, OptionSpec], family: str) -> InputError:
    name = written.partition(".")[2]
    what = f"the generator {family} has no option {name}"
    if wish := registry.WISHES.get(name):
        return InputError(what, got=written, remedy=f"that is a wish by itself: {wish}")
    names = [spec.name for spec in own.values() if spec.part == "generator"]
    near, listed = nearest(name, names), f"it has {', '.join(names)}"
    return InputError(what, got=written, remedy=f"did you mean {near}? I{listed[1:]}" if near else listed)


def _told(parts: Mapping[str, str]) -> str:
    """The parts that a user has named, or might."""
    of_model = ("generator", "encoder", "identity")
    return ", ".join(dict.fromkeys(name for part, name in parts.items() if part not in of_model))


def rule_of(option: str, parts: Mapping[str, str]) -> str:
    """Which records may set an option of these parts, by its whole name: see `OptionSpec.recorded`.

    One that none of them has is set by none.
    """
    found = _specs(parts).get(option)
    return "" if found is None else found.recorded


def recordable(
    options: Mapping[str, Any], parts: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The options that are recorded, and which of them name places."""
    rules = {name: rule_of(name, parts) for name in options}
    kept = {name: value for name, value in options.items() if rules[name] != "never"}
    return kept, tuple(name for name in kept if rules[name] != "word")


def settled(parts: Mapping[str, Any]) -> tuple[dict[str, Value | None], tuple[str, ...]]:
    """Every option of parts that were made, by its whole name, and which of them may name places.

    `parts` are by their words; several of one kind are a tuple.
    """
    found, private = dict[str, Value | None](), list[str]()
    every = [(word, one) for word, part in parts.items() for one in _listed(part)]
    for word, part in every:
        values, kind = values_of(part, word), cast(Any, type(part))
        wishes = registry.WISHES if word == "generator" else {}
        for spec in options_of(kind, word):
            value = values.get(spec.full)
            is_plain = value is None or isinstance(value, bool | int | float | str)
            if spec.full not in values or spec.recorded == "never" or spec.name in wishes or not is_plain:
                continue
            found[spec.full] = value
            private += [spec.full] if spec.recorded != "word" else []
    return found, tuple(private)


def _listed(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else (part,)


def told_default(known: Known) -> str:
    """What an option is where nothing is said: `1; path 3; search 4`. Empty for what has no default."""
    shown = {name: _shown(spec.default) for name, spec in known.of.items()}
    first = next(iter(shown.values()))
    others = [f"{name} {told}" for name, told in list(shown.items())[1:] if told != first]
    return "; ".join([first, *others]) if first else ""


def _shown(default: Any) -> str:
    if default is None or default is MISSING:
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)
