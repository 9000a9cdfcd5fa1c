"""Finding plugins by name: the built-in ones and those of other packages.

A package offers one with an entry point in the group of its kind, for example

    [project.entry-points."frame2frame.selectors"]
    sharpest = "my_package:Sharpest"

where the target is a frozen dataclass that satisfies the protocol of its kind in `stages.py`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args, get_type_hints

from .errors import InputError

BUILT_IN: dict[str, dict[str, str]] = {
    "captioners": {
        "plain": "frame2frame.caption.plain:Plain",
        "temporal": "frame2frame.caption.temporal:Temporal",
        "vlm": "frame2frame.caption.vlm:Vlm",
        "given": "frame2frame.caption.given:Given",
    },
    "generators": {
        "cogvideox": "frame2frame.generate.cogvideox:CogVideoX",
        "pipeline": "frame2frame.generate.pipeline:Pipeline",
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
    },
}


def names(kind: str) -> list[str]:
    """The names of all plugins of a kind, built-in ones first."""
    return [*BUILT_IN[kind], *_strangers(kind)]


def find(kind: str, name: str) -> Any:
    """The plugin's class. Raises InputError with the nearest name if there is none."""
    if name in BUILT_IN[kind]:
        module, _, attribute = BUILT_IN[kind][name].partition(":")
        return getattr(import_module(module), attribute)
    if stranger := _strangers(kind).get(name):
        return stranger.load()
    nearest = difflib.get_close_matches(name, names(kind), n=1, cutoff=0.0)[0]
    raise InputError(
        f"there is no {'strategy' if kind == 'strategies' else kind.removesuffix('s')} of this name",
        got=repr(name),
        remedy=f"did you mean {nearest}? There are " + ", ".join(names(kind)),
    )


def make(kind: str, name: str, options: Mapping[str, Any]) -> Any:
    """The plugin with those of the options that are its own; raises InputError as `find` and it do."""
    plugin = find(kind, name)
    own = [option for option in options_of(plugin) if option in options]
    return plugin(**{option: _typed(plugin, option, options[option]) for option in own})


def options_of(plugin: Any) -> list[str]:
    """The names of a plugin's options, which are its fields."""
    return [entry.name for entry in fields(plugin)]


def _typed(plugin: Any, option: str, value: Any) -> Any:
    """An option's value, if it is of the field's type; raises InputError."""
    hint = get_type_hints(plugin)[option]
    kinds = get_args(hint) or (hint,)
    if type(value) in kinds:
        return value
    if type(value) is int and float in kinds:
        return float(value)
    taken = [_WORDS[kind] for kind in kinds if kind in _WORDS]
    what = f"the option {option} takes {' or '.join(taken) if taken else 'no value but in Python'}"
    raise InputError(what, got=repr(value), remedy="give another, or leave it out")


_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _strangers(kind: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=f"frame2frame.{kind}"):
        if point.name in BUILT_IN[kind] or point.name in found:
            raise InputError(
                f"two {kind} are called {point.name!r}", got=point.value, remedy="uninstall one package"
            )
        found[point.name] = point
    return found
