"""From the wish for an encoder to the encoder, whose weights load on first use; from names to scorers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.encoders import options_in
from ..engine.models import catalogue
from ..engine.models.store import ModelStore
from ..errors import InputError
from ..plugins import capabilities, registry
from ..plugins.options import NOTHING, made, options_of
from ..plugins.stages import Encoder, Scorer
from .scorers import columns_of


def encoder_of(
    wish: str,
    device: str,
    cache_dir: str | None,
    store: ModelStore | None = None,
    options: Mapping[str, Any] = NOTHING,
    part: str = "encoder",
) -> Encoder:
    """The encoder of a wish: a plugin like `dino` or `siglip2:REPOSITORY`, its first options after the colon.

    `clip`, `tabletop` and a folder or hub id by itself are CLIP models. `options` are by their whole names,
    which begin with the part; what the wish says comes first. Its weights belong to the store, or to the
    encoder itself if there is none. Raises InputError.
    """
    name, first = catalogue.encoder_named(wish)
    plugin = registry.find("encoders", name)
    owner = {} if store is None else {"store": store}
    given = registry.given_to(plugin, device=device, cache_dir=cache_dir, **owner)
    needed = ",".join(name.upper() for name in registry.required_of(plugin))
    if len(first) > len(options_of(plugin, part)):
        raise InputError("the encoder takes less", got=repr(wish), remedy=f"write {name}:{needed}")
    try:
        encoder: Encoder = made(plugin, part, {**options, **options_in(wish, part)}, given)
    except TypeError as error:
        raise InputError("the encoder needs more", got=repr(wish), remedy=f"write {name}:{needed}") from error
    return encoder


def encoder_with_words(
    wish: str,
    device: str,
    cache_dir: str | None,
    store: ModelStore | None = None,
    options: Mapping[str, Any] = NOTHING,
) -> Encoder:
    """The same, for scoring frames by a text. Raises InputError for an encoder that sees pictures only."""
    plugin = registry.find("encoders", catalogue.encoder_named(wish)[0])
    if not capabilities.of_encoder(plugin).words:
        remedy = "choose clip, siglip2, tabletop, or a folder or hub id of a CLIP model"
        raise InputError("this encoder sees pictures only", got=repr(wish), remedy=remedy)
    return encoder_of(wish, device, cache_dir, store, options)


def scorers_of(names: Sequence[str], options: Mapping[str, Any]) -> tuple[Scorer, ...]:
    """Those of these names. Raises PluginError where two give the same column."""
    found = tuple(registry.make("scorers", name, options) for name in names)
    columns_of(found)
    return found
