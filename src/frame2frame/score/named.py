"""From the wish for an encoder to the encoder, whose weights load on first use."""

from __future__ import annotations

from ..engine.models import catalogue
from ..engine.models.store import ModelStore
from ..errors import InputError
from ..plugins import capabilities, registry
from ..plugins.stages import Encoder


def encoder_of(wish: str, device: str, cache_dir: str | None, store: ModelStore | None = None) -> Encoder:
    """The encoder of a wish: a plugin like `dino` or `siglip2:REPOSITORY`, its first options after the colon.

    `clip`, `tabletop` and a folder or hub id by itself are CLIP models. Its weights belong to the store, or
    to the encoder itself if there is none. Raises InputError.
    """
    if catalogue.is_clip(wish):
        wish = f"clip:{catalogue.clip_repository(wish)}"
    name, _, rest = wish.partition(":")
    plugin = registry.find("encoders", name)
    owner = {} if store is None else {"store": store}
    own = registry.given_to(plugin, device=device, cache_dir=cache_dir, **owner)
    try:
        encoder: Encoder = plugin(*filter(None, rest.split(",")), **own)
    except TypeError as error:
        got, needed = repr(wish), ",".join(name.upper() for name in registry.required_of(plugin))
        raise InputError("the encoder needs more", got=got, remedy=f"write {name}:{needed}") from error
    return encoder


def encoder_with_words(
    wish: str, device: str, cache_dir: str | None, store: ModelStore | None = None
) -> Encoder:
    """The same, for scoring frames by a text. Raises InputError for an encoder that sees pictures only."""
    name = "clip" if catalogue.is_clip(wish) else wish.partition(":")[0]
    plugin = registry.find("encoders", name)
    if not capabilities.of_encoder(plugin).words:
        remedy = "choose clip, siglip2, tabletop, or a folder or hub id of a CLIP model"
        raise InputError("this encoder sees pictures only", got=repr(wish), remedy=remedy)
    return encoder_of(wish, device, cache_dir, store)
