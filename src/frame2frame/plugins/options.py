"""What can be set of a part: each option is a field, declared once with its help, its range and its default.

    @dataclass(frozen=True)
    class Gate:
        slack: float = option(0.25, "The share of the best frame's gain that may be missing.", low=0, high=1)

        def __post_init__(self) -> None:
            check(self)

The command line, the page, the record and the docs read the declaration from here. A field without one is an
option too, of which nothing is known but its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from functools import cache
from math import isfinite
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

from ..errors import InputError, meant

Value = bool | int | float | str
"""What an option can be set to."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

GIVEN = MappingProxyType({"given": True})
"""Metadata of a field that the program fills in, such as the device: it is no option."""

SERVER = "Captions and judgements by a vision-language server"
SEVERAL = "Iterative mode and several candidates"
ENERGY = "Energy: how a path chooses its next state"
ENCODERS = "Encoders"
"""Headings under which the help lists what is not for every edit."""

_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


@dataclass(frozen=True)
class Limits:
    """Which values of its type an option takes."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    """In place of `low`, which is among the values: a limit that is not."""
    choices: tuple[str, ...] = ()

    def check(self, name: str, value: Any) -> None:
        """Raise InputError for a value outside; None is left to the part."""
        if value is None:
            return
        if self.choices and value not in self.choices:
            what = f"the option {name} has no such value"
            raise InputError(what, got=repr(value), remedy=meant(str(value), self.choices))
        if (self._bounded or self.above is not None) and not self._within(value):
            what = f"the option {name} {self._rule()}"
            raise InputError(what, got=f"{value}", remedy="give another, or leave it out")

    @property
    def _bounded(self) -> bool:
        return self.low is not None or self.high is not None

    def _within(self, value: float) -> bool:
        low_enough = self.high is None or value <= self.high
        high_enough = self.low is None or value >= self.low
        return isfinite(value) and low_enough and high_enough and (self.above is None or value > self.above)

    def _rule(self) -> str:
        if self.above is not None:
            return f"lies above {self.above:g}" + ("" if self.high is None else f" and up to {self.high:g}")
        if self.high is None:
            return f"is at least {self.low:g}"
        return f"lies from {self.low or 0:g} to {self.high:g}"

    def __str__(self) -> str:
        """In a few words; empty where any value of the type will do."""
        if self.choices:
            return ", ".join(self.choices)
        if self.above is not None:
            return f"above {self.above:g}" + ("" if self.high is None else f", up to {self.high:g}")
        if self.high is not None:
            return f"{self.low or 0:g} to {self.high:g}"
        return "" if self.low is None else f"at least {self.low:g}"


@dataclass(frozen=True)
class Flag:
    """A name of its own on the command line and in Python, where an option is asked for often."""

    name: str
    """With underscores; options of several parts may share one."""
    help: str = ""
    """One sentence, where the flag has another than the option."""
    panel: str = ""
    """The heading under which the help lists it; empty for the first one."""
    shown: str = ""
    """What the help shows as its default, where that is not the option's own."""
    names: Callable[[], Iterable[str]] | None = None
    """What the shell offers after it."""


@dataclass(frozen=True)
class Widget:
    """Where the page asks for something, and how; what it is follows from the type and the range."""

    place: str
    """A part of the page: `settings`, `path`, `search`, `more`, `weights` or `advanced`; or the part that has
    it, as in `select latest`."""
    label: str
    info: str = ""
    high: float | None = None
    """The end of a slider whose option has none, or a higher one."""
    low: float | None = None
    step: float | None = None
    hint: str = ""
    """What stands in an empty field."""
    lines: int = 1
    name: str = ""
    """Of the field, where another has the option's; options of several parts may share one."""
    beside: bool = False
    """Whether it stands in a row with the one before it."""


def option(
    default: Any = MISSING,
    help: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    choices: Sequence[str] = (),
    recorded: Mapping[str, Any] = NOTHING,
    flag: Flag | None = None,
    widget: Widget | None = None,
    kw_only: bool = False,
) -> Any:
    """A field that can be set: its default, one sentence of help, and which values it takes.

    `recorded` says of a text which records may set it: `WORD`, `PLACE` or `UNWRITTEN` of `values`.
    """
    limits = Limits(low, high, above, tuple(choices))
    told = {"help": help, "limits": limits, "flag": flag, "widget": widget, **recorded}
    return field(default=default, kw_only=kw_only, metadata=told)


def part(kind: type, help: str) -> Any:
    """A field that holds a part, whose options go by the field's name: `gate.slack`.

    Where it may be None instead, the field itself is an option that is true or false.
    """
    return field(default_factory=kind, metadata={"help": help})


def given(default: Any = MISSING) -> Any:
    """A field that the program fills in; it is no option."""
    return field(default=default, metadata=GIVEN)


@dataclass(frozen=True)
class OptionSpec:
    """What is known of an option."""

    part: str
    name: str
    kinds: tuple[type, ...]
    """The types that it may have, None left out."""
    default: Any
    """MISSING where it has to be given; true of a part that may be left out."""
    help: str
    limits: Limits
    recorded: str
    """`word` may be set by any record, `place` by that of the run's own folder, `never` is not even recorded;
    anything else is set by the user alone."""
    flag: Flag | None = None
    widget: Widget | None = None
    optional: bool = False
    """Whether None is among its values."""

    @property
    def full(self) -> str:
        """Its whole name, `part.option`."""
        return f"{self.part}.{self.name}"

    @property
    def type(self) -> str:
        """In words."""
        return " or ".join(_WORDS[kind] for kind in self.kinds)

    def taken(self, value: Any, written: str = "") -> Any:
        """A value from outside as one of its type; raises InputError, naming it as it was `written`."""
        if value is None and self.optional:
            return None
        name = self.full if written in ("", self.full) else f"{written} ({self.full})"
        if type(value) is int and float in self.kinds and int not in self.kinds:
            value = float(value)
        if type(value) not in self.kinds or (type(value) is float and not isfinite(value)):
            what, remedy = f"the option {name} takes {self.type}", "give another, or leave it out"
            raise InputError(what, got=repr(value), remedy=remedy)
        self.limits.check(name, value)
        return value


def check(instance: Any) -> None:
    """Raise InputError for a field of a part whose value lies outside of its range."""
    for entry in fields(instance):
        limits = entry.metadata.get("limits")
        if limits is not None:
            limits.check(entry.name, getattr(instance, entry.name))


@cache
def options_of(plugin: Any, name: str) -> tuple[OptionSpec, ...]:
    """The options of a part that goes by this name, in their order, with those of the parts within it.

    `plugin` is its class, or one that was made, whose values are the defaults then.
    """
    return tuple(_options(plugin, name))


def _options(plugin: Any, name: str) -> Iterator[OptionSpec]:
    hints = get_type_hints(plugin if isinstance(plugin, type) else type(plugin))
    for entry in fields(plugin):
        if entry.metadata.get("given"):
            continue
        inner, kinds = part_in(entry), _kinds(hints[entry.name])
        if inner is not None:
            if NoneType in get_args(hints[entry.name]):
                yield _option(entry, name, (bool,), True)
            yield from options_of(inner, entry.name)
        elif kinds:
            default = entry.default if isinstance(plugin, type) else getattr(plugin, entry.name)
            yield _option(entry, name, kinds, default, NoneType in get_args(hints[entry.name]))


def _option(
    entry: Field[Any], part: str, kinds: tuple[type, ...], default: Any, optional: bool = False
) -> OptionSpec:
    known = entry.metadata
    rule = known.get("recorded", "") if str in kinds else "word"
    return OptionSpec(
        part,
        entry.name,
        kinds,
        default,
        known.get("help", ""),
        known.get("limits", Limits()),
        str(rule) if known.get("written", True) else "never",
        known.get("flag"),
        known.get("widget"),
        optional,
    )


def part_in(entry: Field[Any]) -> Any:
    """The part that a field holds unless it is told otherwise; None if it holds a plain value."""
    if entry.metadata.get("given"):
        return None
    default = entry.default if entry.default_factory is MISSING else entry.default_factory()
    return default if is_dataclass(default) else None


def _kinds(hint: Any) -> tuple[type, ...]:
    """The plain types that a field's value may be of."""
    kinds = (hint,) if get_origin(hint) is tuple else get_args(hint) or (hint,)
    return tuple(kind for kind in kinds if kind in _WORDS)


def made(plugin: Any, name: str, options: Mapping[str, Any], given: Mapping[str, Any] = NOTHING) -> Any:
    """A part with those of the options, by their whole names, that are its own.

    `plugin` is its class, or one that was made, of which a changed copy is given; `given` are fields that the
    program fills in. Raises InputError for a value that cannot be.
    """
    own = {spec.full: spec for spec in options_of(plugin, name) if spec.full in options}
    found = dict(given)
    for entry in fields(plugin):
        inner, full = part_in(entry), f"{name}.{entry.name}"
        value = own[full].taken(options[full]) if full in own else None
        if inner is None and full in own:
            found[entry.name] = value
        elif inner is not None and value is False:
            found[entry.name] = None
        elif inner is not None and any(spec.part == entry.name for spec in own.values()):
            found[entry.name] = made(inner, entry.name, options)
    return plugin(**found) if isinstance(plugin, type) else replace(plugin, **found)


def values_of(instance: Any, name: str) -> dict[str, Value | None]:
    """All options of a part that was made, by their whole names, with what they are set to."""
    kind: Any = type(instance)
    known = {spec.full for spec in options_of(kind, name)}
    found: dict[str, Value | None] = {}
    for entry in fields(instance):
        value, full = getattr(instance, entry.name), f"{name}.{entry.name}"
        is_part = part_in(entry) is not None
        if full in known:
            found[full] = value is not None if is_part else value
        if is_part and value is not None:
            found |= values_of(value, entry.name)
    return found
