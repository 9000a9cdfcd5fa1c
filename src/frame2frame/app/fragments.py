"""The page's own HTML, from the macros of `templates/fragments.html.j2`."""

from __future__ import annotations

from ..report.templating import macro


def fragment(name: str, *values: object) -> str:
    """What the macro of this name makes of the values."""
    return macro("app/templates/fragments.html.j2", name, *values).strip()
