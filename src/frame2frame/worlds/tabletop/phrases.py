"""Templates full of alternatives, such as "{move|push} {it} to the left edge"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .draws import Draws

_INNERMOST = re.compile(r"\{([^{}]*)\}")


def phrase(draws: Draws, template: str, names: Mapping[str, str]) -> str:
    """Resolve a template from the inside out: a name is looked up, alternatives are drawn."""

    def resolve(match: re.Match[str]) -> str:
        inside = match.group(1)
        return names[inside] if inside in names else draws.one_of(inside.split("|"))

    while _INNERMOST.search(template):
        template = _INNERMOST.sub(resolve, template, count=1)
    return " ".join(template.split()).replace(" ,", ",")


def words_of(*templates: Iterable[str]) -> frozenset[str]:
    """All words that the templates can make, in small letters; names in them count as words."""
    return frozenset(
        word for some in templates for template in some for word in re.findall(r"[a-z]+", template.lower())
    )
