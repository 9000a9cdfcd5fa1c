"""Finding plugins by name: the built-in ones and those of other packages.

A package offers one with an entry point in the group of its kind, for example

    [project.entry-points."frame2frame.selectors"]
    sharpest = "my_package:Sharpest"

where the target is a frozen dataclass that satisfies the protocol of its kind in `stages.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from math import isfinite
from typing import Any, get_args, get_origin, get_type_hints

from ..errors import InputError, meant

BUILT_IN: dict[str, dict[str, str]] = {
    "captioners": {
        "plain": "frame2frame.caption.plain:Plain",
        "temporal": "frame2frame.caption.temporal:Temporal",
        "vlm": "frame2frame.caption.vlm:Vlm",
        "given": "frame2frame.caption.given:Given",
    },
    "generators": {
        "cogvideox": "frame2frame.engine.families.cogvideox.generator:CogVideoX",
        "wan": "frame2frame.engine.families.wan.generator:Wan",
        "pipeline": "frame2frame.engine.families.diffusers.generator:Pipeline",
    },
    "encoders": {
        "clip": "frame2frame.score.encoders:ClipEncoder",
        "siglip2": "frame2frame.score.encoders:SiglipEncoder",
        "dino": "frame2frame.score.encoders:DinoEncoder",
        "face": "frame2frame.score.identity:FaceEncoder",
    },
    "selectors": {
        "best": "frame2frame.select.rules:Best",
        "earliest": "frame2frame.select.rules:Earliest",
        "energy": "frame2frame.select.least:LeastEnergy",
        "sharpest-late": "frame2frame.select.sharpest:SharpestLate",
        "judge": "frame2frame.select.judge:Judge",
    },
    "strategies": {
        "one-shot": "frame2frame.strategy.one_shot:OneShot",
        "path": "frame2frame.strategy.path:Path",
        "search": "frame2frame.strategy.search:Search",
    },
}

FIXED = {
    "keep": "frame2frame.region:Keep",
    "refine": "frame2frame.strategy.refine:Refine",
}
"""Parts that nobody chooses among; an option of theirs is `part.option`."""

GENERATOR = "generator."
"""How an option of the generator begins."""

WISHES = {
    **{name: name for name in ("model", "frames", "steps", "guidance", "device", "memory", "cache_dir")},
    "revision": "model",
    "loras": "lora",
}
"""Fields of a generator that are wishes by themselves, by the names of these."""


def names(kind: str) -> list[str]:
    """The names of all plugins of a kind, built-in ones first."""
    return [*BUILT_IN[kind], *_strangers(kind)]


def find(kind: str, name: str) -> Any:
    """The plugin's class. Raises InputError with the nearest name if there is none."""
    if name in BUILT_IN[kind]:
        return _loaded(BUILT_IN[kind][name])
    if stranger := _strangers(kind).get(name):
        return stranger.load()
    raise InputError(
        f"there is no {'strategy' if kind == 'strategies' else kind.removesuffix('s')} of this name",
        got=repr(name),
        remedy=meant(name, names(kind)),
    )


def make(kind: str, name: str, options: Mapping[str, Any]) -> Any:
    """The plugin with those of the options that are its own; raises InputError as `find` and it do."""
    return _made(find(kind, name), options)


def fixed(name: str, options: Mapping[str, Any]) -> Any:
    """The part of `FIXED` with those of the options that are its own; raises InputError."""
    return _made(_loaded(FIXED[name]), _within(name, options), f"{name}.")


def options_of(plugin: Any) -> list[str]:
    """The names of a plugin's options, which are its fields; of a part within it they are `part.option`.

    Such a part's own name is one too where the plugin can do without it: false leaves it out.
    """
    found = []
    for entry in fields(plugin):
        part = _part(entry)
        if part is None or _is_optional(plugin, entry.name):
            found.append(entry.name)
        found += [f"{entry.name}.{option}" for option in options_of(part)] if part is not None else []
    return found


def required_of(plugin: Any) -> list[str]:
    """The names of the options that have no default."""
    return [
        entry.name
        for entry in fields(plugin)
        if entry.default is MISSING and entry.default_factory is MISSING
    ]


def owners(kind: str, option: str) -> list[str]:
    """The built-in plugins of a kind that have such an option."""
    return [name for name in BUILT_IN[kind] if option in options_of(find(kind, name))]


def options_of_fixed(name: str) -> list[str]:
    """The names of the options of a part of `FIXED`."""
    return [f"{name}.{option}" for option in options_of(_loaded(FIXED[name]))]


def options_of_generator(plugin: Any) -> list[str]:
    """The names of a generator's options, `generator.option`: its fields that hold plain values.

    Those that are wishes by themselves are not among them.
    """
    plain = [entry.name for entry in fields(plugin) if _WORDS.keys() & set(_kinds(plugin, entry.name))]
    return [f"{GENERATOR}{name}" for name in plain if name not in WISHES]


def of_generator(plugin: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the options that the generator has, by its fields; raises InputError for unfit values."""
    own = {name.removeprefix(GENERATOR): name for name in options_of_generator(plugin) if name in options}
    return {field: _typed(plugin, field, options[name], GENERATOR) for field, name in own.items()}


def recorded(option: str, parts: Mapping[str, str]) -> str:
    """Which records may set an option of these parts, each a name by its kind.

    `word` is set by any, `place` by that of the run's own folder; `never` is not even recorded, and anything
    else is set by the user alone. Raises InputError for unknown parts.
    """
    part, _, rest = option.partition(".")
    owners = [(find(kind, name), option) for kind, name in parts.items() if kind != "generators"]
    if part in FIXED:
        owners = [(_loaded(FIXED[part]), rest)]
    if option.startswith(GENERATOR):
        owners = [(find("generators", parts["generators"]), rest)] if "generators" in parts else []
    rules = {_recorded(plugin, name) for plugin, name in owners if name in options_of(plugin)}
    return rules.pop() if len(rules) == 1 else "" if rules else "word"


def _recorded(plugin: Any, option: str) -> str:
    name, _, rest = option.partition(".")
    entry = next(entry for entry in fields(plugin) if entry.name == name)
    if rest:
        return _recorded(_part(entry), rest)
    if not entry.metadata.get("written", True):
        return "never"
    return str(entry.metadata.get("recorded", "")) if str in _kinds(plugin, name) else "word"


def _made(plugin: Any, options: Mapping[str, Any], under: str = "") -> Any:
    """A plugin, or a part within one whose name is `under`, with those of the options that are its own."""
    given: dict[str, Any] = {}
    for entry in fields(plugin):
        part, own = _part(entry), _within(entry.name, options)
        if entry.name in options:
            given[entry.name] = _typed(plugin, entry.name, options[entry.name], under)
        if part is not None and own and given.get(entry.name, part) is not None:
            given[entry.name] = _made(part, own, f"{under}{entry.name}.")
    return plugin(**given) if isinstance(plugin, type) else replace(plugin, **given)


def _within(part: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options `part.option`, by what follows the dot."""
    return {
        name.removeprefix(f"{part}."): value for name, value in options.items() if name.startswith(f"{part}.")
    }


def _part(entry: Any) -> Any:
    """The part that a field holds unless it is told otherwise, or None if it holds a plain value."""
    default = entry.default if entry.default_factory is MISSING else entry.default_factory()
    return default if is_dataclass(default) else None


def _is_optional(plugin: Any, option: str) -> bool:
    return type(None) in get_args(_hint(plugin, option))


def _hint(plugin: Any, option: str) -> Any:
    return _hints(plugin if isinstance(plugin, type) else type(plugin))[option]


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Of a class's fields; reading them takes milliseconds, and they are asked for often."""
    return get_type_hints(kind)


def _kinds(plugin: Any, option: str) -> tuple[Any, ...]:
    """The types that a field's value may be of."""
    hint = _hint(plugin, option)
    return (hint,) if get_origin(hint) is tuple else get_args(hint) or (hint,)


def _typed(plugin: Any, option: str, value: Any, under: str = "") -> Any:
    """An option's value, if it is of the field's type; raises InputError."""
    kinds = _kinds(plugin, option)
    part = _part(next(entry for entry in fields(plugin) if entry.name == option))
    if part is not None and type(None) in kinds:
        if type(value) is bool:
            return part if value else None
        kinds = (*kinds, bool)
    if type(value) is int and float in kinds:
        return float(value)
    if type(value) in kinds and not (type(value) is float and not isfinite(value)):
        return value
    raise InputError(
        f"the option {under}{option} takes {_taken(kinds, part)}",
        got=repr(value),
        remedy="give another, or leave it out",
    )


def _taken(kinds: tuple[Any, ...], part: Any) -> str:
    taken = [_WORDS[kind] for kind in kinds if kind in _WORDS]
    if taken:
        return " or ".join(taken)
    return "no value but in Python" if part is None else f"its own options: {', '.join(options_of(part))}"


_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _loaded(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def _strangers(kind: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"frame2frame.{kind}"):
        if point.name in BUILT_IN[kind] or point.name in found:
            raise InputError(
                f"two {kind} are called {point.name!r}", got=point.value, remedy="uninstall one package"
            )
        found[point.name] = point
    return found
