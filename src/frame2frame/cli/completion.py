"""What the shell offers after a flag: names that are known without loading a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Offer = Callable[[str], list[str]]
"""What begins like the word so far."""


def offering(names: Callable[[], Iterable[str]]) -> Offer:
    """`names` is asked when the shell is."""

    def offer(incomplete: str) -> list[str]:
        return [name for name in names() if name.startswith(incomplete)]

    return offer


def parts(kind: str) -> Offer:
    """The parts of a kind, those of other packages too."""

    def names() -> Iterable[str]:
        from ..plugins import registry

        return registry.names(kind)

    return offering(names)


def _models() -> Iterable[str]:
    from ..engine.models.catalogue import models

    return models()


def _presets() -> Iterable[str]:
    from ..engine.models.presets import PRESETS

    return PRESETS


models, presets = offering(_models), offering(_presets)
captioners, selectors, strategies = parts("captioners"), parts("selectors"), parts("strategies")
encoders = offering(lambda: ("tabletop", "clip", "siglip2"))
identities = offering(lambda: ("dino", "face:"))
devices = offering(lambda: ("auto", "cpu", "cuda", "all"))
memories = offering(lambda: ("auto", "8", "12", "16", "24", "48", "80"))
forms = offering(lambda: ("gif", "webp", "mp4"))
