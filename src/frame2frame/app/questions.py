"""What the page asks for: the wishes and options whose definitions say where they stand on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field
from functools import cache
from typing import Any

from ..errors import InputError
from ..plugins import capabilities, packages, registry
from ..plugins.asking import Wish, wishes_of
from ..plugins.naming import KINDS, known_options
from ..plugins.options import Limits, OptionSpec, Widget
from ..request import Request

OFFERED = ("caption", "score", "select", "strategy")
"""Parts that are chosen on the page, by their words."""

PLACES = ("top", "settings", "caption", "more", "weights", "advanced")
"""Parts of the page that hold something for every edit."""

SELECTORS = {
    "earliest": "Earliest complete frame",
    "best": "Frame most similar to the words",
    "sharpest-late": "Sharpest late frame",
    "energy": "Frame of least energy",
    "judge": "What a vision-language model answers",
}
"""What the page calls the selectors."""


@dataclass(frozen=True)
class Question:
    """A field of the page."""

    name: str
    widget: Widget
    typed: str
    """`int`, `float`, `bool`, `str`, `Path`, or `list` of texts."""
    default: Any
    limits: Limits = field(default_factory=Limits)
    options: tuple[tuple[str, str, str], ...] = ()
    """The options that it sets: of which part, of which plugin, and its whole name. None if it is a wish."""
    wish: str = ""
    """The wish that it is."""

    def is_asked(self, chosen: Mapping[str, Collection[str]]) -> bool:
        """Whether it counts where these parts are chosen, names by their words; a wish always does."""
        named = [plugin in chosen.get(part, (plugin,)) for part, plugin, _ in self.options]
        return not named or any(named)

    @property
    def low(self) -> float | None:
        """Where a slider begins, or the least number."""
        return self.limits.low if self.widget.low is None else self.widget.low

    @property
    def high(self) -> float | None:
        """Where a slider ends."""
        return self.limits.high if self.widget.high is None else self.widget.high

    def taken(self, value: Any) -> Any:
        """What stands in the field as a wish; None if nothing does. Raises InputError."""
        if value is None or self.typed == "bool":
            return value
        if self.typed == "int":
            return whole(self.name, value)
        if self.typed == "float":
            return float(value)
        if self.typed == "list" and not isinstance(value, str):
            return list(value)
        if self.typed == "list":
            return [line.strip() for line in value.splitlines() if line.strip()]
        return value.strip() or None


@cache
def questions() -> Mapping[str, Question]:
    """By name, in the order of their definitions; those of the request first."""
    found: dict[str, Question] = {}
    for wish in wishes_of(Request).values():
        if wish.widget is not None:
            asked = _of_wish(wish, wish.widget)
            found[asked.name] = asked
    for known in known_options():
        for plugin, spec in known.of.items():
            if (widget := spec.widget or _own_widget(plugin, spec)) is not None:
                asked = _of_option(plugin, spec, widget)
                before = found.get(asked.name)
                joined = (*before.options, *asked.options) if before else asked.options
                found[asked.name] = Question(
                    asked.name, asked.widget, asked.typed, asked.default, asked.limits, joined
                )
    return found


def _own_widget(plugin: str, spec: OptionSpec) -> Widget | None:
    """That of an option of another package's part, which need not say how the page asks for it."""
    if spec.part not in OFFERED or not registry.package(KINDS[spec.part], plugin):
        return None
    limits = spec.limits
    least, high = limits.above if limits.low is None else limits.low, limits.high
    step = None if least is None or high is None else 1.0 if int in spec.kinds else (high - least) / 100
    low = limits.low if least is None or step is None or limits.low is not None else least + step
    name = f"{spec.part}_{plugin}_{spec.name}".replace("-", "_")
    label, hint = (
        spec.name.replace("_", " ").capitalize(),
        "" if spec.default is MISSING else str(spec.default),
    )
    return Widget(f"{spec.part} {plugin}", label, spec.help, low=low, step=step, hint=hint, name=name)


def asked_in(place: str) -> list[Question]:
    """The questions at this part of the page."""
    return [one for one in questions().values() if one.widget.place == place]


def sections() -> dict[str, str]:
    """The titles of the parts of the page that are there for a chosen part alone, by their places."""
    places = dict.fromkeys(one.widget.place for one in questions().values())
    return {place: _title(place) for place in places if place not in PLACES}


def _title(place: str) -> str:
    strategy = place.removeprefix("strategy ")
    if strategy in registry.names("strategies"):
        return title_of(strategy)
    part, _, plugin = place.partition(" ")
    return f"{packages.WORDS[KINDS[part]].capitalize()} {plugin}"


def title_of(strategy: str) -> str:
    """What the page calls a strategy."""
    said = capabilities.of_strategy(registry.find("strategies", strategy)).title
    return said or strategy.replace("-", " ").capitalize()


def _of_wish(wish: Wish, widget: Widget) -> Question:
    default = None if wish.default is MISSING else wish.default
    return Question(widget.name or wish.name, widget, wish.typed, default, wish=wish.name)


def _of_option(plugin: str, spec: OptionSpec, widget: Widget) -> Question:
    named = ((spec.part, plugin, spec.full),)
    name = widget.name or spec.name
    return Question(name, widget, spec.kinds[0].__name__, spec.default, spec.limits, named)


def whole(name: str, number: float) -> int:
    """A number that arrives as a float where it was typed. Raises InputError for a part of one."""
    if number != int(number):
        raise InputError(
            f"{name.replace('_', ' ')} must be a whole number",
            got=f"{number:g}",
            remedy="give one without a point",
        )
    return int(number)
