"""What the page asks for: the wishes and options whose definitions say where they stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from functools import cache
from typing import Any

from ..errors import InputError
from ..plugins.asking import Wish, wishes_of
from ..plugins.naming import known_options
from ..plugins.options import Limits, OptionSpec, Widget
from ..request import Request


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
            if spec.widget is not None:
                asked = _of_option(plugin, spec, spec.widget)
                before = found.get(asked.name)
                joined = (*before.options, *asked.options) if before else asked.options
                found[asked.name] = Question(
                    asked.name, asked.widget, asked.typed, asked.default, asked.limits, joined
                )
    return found


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
