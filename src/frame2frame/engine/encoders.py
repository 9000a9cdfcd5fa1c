"""What a wish for an encoder says of its options: `siglip2:REPOSITORY`, `face:NETWORK.onnx,DETECTOR.onnx`."""

from __future__ import annotations

from collections.abc import Mapping

from ..plugins.naming import joined, specs_of
from .models import catalogue


def parts_of(wishes: Mapping[str, str | None]) -> dict[str, str]:
    """The names among the plugins of those encoders that are wished for, by the words of their parts."""
    return {part: catalogue.encoder_named(wish)[0] for part, wish in wishes.items() if wish}


def options_in(wish: str, part: str) -> dict[str, str]:
    """The options that a wish sets of the encoder that is this part, by their whole names."""
    name, first = catalogue.encoder_named(wish)
    return {spec.full: value for spec, value in zip(specs_of(part, name), first, strict=False)}


def check_options(wishes: Mapping[str, str | None], options: Mapping[str, object]) -> None:
    """Raise InputError where a wish says otherwise than an option."""
    for part, wish in wishes.items():
        joined(options_in(wish, part) if wish else {}, options)
