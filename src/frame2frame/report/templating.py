"""Text from templates: every value is escaped, and a value that nobody gave is an error.

A template is named by its path in the package, such as `report/templates/page.html.j2`, so that all rooms
share the macros of one.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """The template with these values, each escaped unless it is a template's own output."""
    return _environment().get_template(template).render(values)


def macro(template: str, name: str, *values: object) -> str:
    """What a macro of the template makes of these values."""
    return str(getattr(_environment().get_template(template).module, name)(*values))


def verbatim(name: str) -> str:
    """A file of the package that goes into a page as it stands, such as a style or a script."""
    from markupsafe import Markup

    return Markup(resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8"))


_PACKAGE = "frame2frame"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(_PACKAGE, ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
