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


def _models() -> Iterable[str]:
    from ..engine.models.catalogue import models

    return models()


models = offering(_models)
forms = offering(lambda: ("gif", "webp", "mp4"))
