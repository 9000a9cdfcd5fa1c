"""Finding plugins by name: the built-in ones and those of other packages (see `packages`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from importlib import import_module
from typing import Any

from ..errors import InputError, PluginError, meant
from . import packages
from .model import Degrees, Knowing, Meaning, Model, Untaught
from .options import made
from .options import options_of as options_of_part

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
    "scorers": {
        "sharpness": "frame2frame.score.sharpness:Sharpness",
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

PARTS = {
    "captioners": "caption",
    "generators": "generator",
    "encoders": "encoder",
    "scorers": "score",
    "selectors": "select",
    "strategies": "strategy",
}
"""How the options of each kind begin."""

FIXED = {
    "keep": "frame2frame.select.region:Keep",
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
    """The names of all plugins of a kind, built-in ones first; none of another package is loaded."""
    return list(dict.fromkeys([*BUILT_IN[kind], *packages.offers(kind)]))


def find(kind: str, name: str) -> Any:
    """The plugin's class.

    Raises InputError with the nearest name if there is none, PluginError if its package cannot be used.
    """
    if name in BUILT_IN[kind]:
        return _loaded(BUILT_IN[kind][name])
    if points := packages.offers(kind).get(name):
        return packages.part(kind, points)
    raise InputError(
        f"there is no {packages.WORDS[kind]} of this name",
        got=repr(name),
        remedy=meant(name, names(kind)),
    )


def usable(kind: str) -> dict[str, Any]:
    """The classes of all plugins of a kind by name, without those of packages that cannot be used."""
    found = {}
    for name in names(kind):
        try:
            found[name] = find(kind, name)
        except PluginError:  # which `faults` tells
            continue
    return found


def package(kind: str, name: str) -> str:
    """The package that a plugin comes from, with its version; empty if it is built in or not there."""
    points = [] if name in BUILT_IN[kind] else packages.offers(kind).get(name, [])
    return packages.name_of(points[0]) if points else ""


def packages_of(parts: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The other packages that these parts come from, names by their kind; by the part, `selector latest`."""
    named = [(kind, name) for kind, names in parts.items() for name in names]
    found = {f"{packages.WORDS[kind]} {name}": package(kind, name) for kind, name in named}
    return {part: owner for part, owner in found.items() if owner}


def missing(part: str) -> bool:
    """Whether there is no such part here, named as in `packages_of`, or no such model."""
    word, _, name = part.partition(" ")
    kinds = {word: kind for kind, word in packages.WORDS.items()}
    return name not in (models() if word == "model" else names(kinds[word]) if word in kinds else ())


def models() -> dict[str, Model]:
    """The models that other packages register, by name; without those of packages that cannot be used."""
    found: dict[str, Model] = {}
    for row in packages.models():
        if isinstance(row, Model):
            found.setdefault(row.name, row)
    return found


def knowing(model: Model) -> Knowing | None:
    """What tells which wishes are beyond the model; None for one that says nothing of it.

    Raises PluginError where its package cannot be used.
    """
    found: Knowing | None = _function(model, model.knowing)
    return found


def meaning(model: Model) -> Meaning | None:
    """What tells which names in a wish are ambiguous; None and raises as above."""
    found: Meaning | None = _function(model, model.meaning)
    return found


def untaught(model: Model) -> Untaught | None:
    """What tells which words in the names of a wish it was not taught; None and raises as above."""
    found: Untaught | None = _function(model, model.untaught)
    return found


def degrees(model: Model) -> Degrees | None:
    """What tells which words of degree in a wish it passes over; None and raises as above."""
    found: Degrees | None = _function(model, model.degrees)
    return found


def _function(model: Model, place: str) -> Any:
    """The function that the model names so; None where it names none."""
    try:
        return _loaded(place) if place else None
    except (ImportError, AttributeError, ValueError) as error:
        what = f"the model {model.name} names a function that cannot be loaded"
        raise PluginError(what, got=place, remedy=f"update {model.package or 'it'}") from error


def faults() -> list[PluginError]:
    """Why parts and models of other packages cannot be used, one each; loads all of them."""
    return [*_faulty_parts(), *(row for row in packages.models() if isinstance(row, PluginError))]


def _faulty_parts() -> Iterator[PluginError]:
    for kind in BUILT_IN:
        for name, points in packages.offers(kind).items():
            if name in BUILT_IN[kind]:
                what = f"the {packages.WORDS[kind]} {name!r} is built in, so another package's is not used"
                yield PluginError(what, got=packages.name_of(points[0]))
                continue
            try:
                find(kind, name)
            except PluginError as error:
                yield error


def make(kind: str, name: str, options: Mapping[str, Any], **given: Any) -> Any:
    """The plugin with those of the options that are its own, by their whole names.

    `given` is what the program fills in, for plugins that have such a field. Raises InputError as `find` and
    the plugin do.
    """
    plugin = find(kind, name)
    filled_in = {entry.name for entry in fields(plugin) if entry.metadata.get("given")}
    own = {name: value for name, value in given.items() if name in filled_in}
    return made(plugin, PARTS[kind], options, own)


def find_fixed(name: str) -> Any:
    """The class of a part of `FIXED`."""
    return _loaded(FIXED[name])


def fixed(name: str, options: Mapping[str, Any]) -> Any:
    """The part of `FIXED` with those of the options that are its own; raises InputError."""
    return made(_loaded(FIXED[name]), name, options)


def given_to(plugin: Any, **values: Any) -> dict[str, Any]:
    """Those of the values that the program fills in, such as the device, that the plugin has a field for."""
    known = {entry.name for entry in fields(plugin)}
    return {name: value for name, value in values.items() if name in known}


def required_of(plugin: Any) -> list[str]:
    """The names of the options that have no default."""
    return [
        entry.name
        for entry in fields(plugin)
        if entry.default is MISSING and entry.default_factory is MISSING
    ]


def of_generator(plugin: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the options that the generator has, by its fields; raises InputError for unfit values."""
    own = {spec.full: spec for spec in options_of_part(plugin, "generator") if spec.name not in WISHES}
    return {own[full].name: own[full].taken(value) for full, value in options.items() if full in own}


def _loaded(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
