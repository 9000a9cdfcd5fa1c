"""`f2f ablate NAME`: what a choice of the method is worth, with one thing changed at a time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..errors import InputError, meant
from ..evaluation.plan import Plan
from ..evaluation.results.outputs import FORMS, Files
from ..plugins.naming import settings
from .evaluate import Rows, planned
from .flags import Set

commands = typer.Typer()

Name = Annotated[
    str | None,
    typer.Argument(help="What is changed; without it the names are listed.", show_default=False),
]


def ablate(name: Name = None, rows: Rows = True, set_: Set = None, **given: Any) -> None:
    """Change one choice of the method at a time, on the same held-out episodes and seeds.

    Each table has the variants and the trivial answers, with what they take.
    """
    from ..evaluation.ablation import ABLATIONS, run

    if name is None:
        for known, one in ABLATIONS.items():
            typer.echo(f"{known:12}{one.asks}")
        return
    if name not in ABLATIONS:
        raise InputError("there is no such ablation", got=repr(name), remedy=meant(name, ABLATIONS))
    files = Files(rows=rows, **{form: given.pop(form) for form in FORMS})
    run(name, Plan(**given, options=settings(set_ or [])), files)


commands.command()(planned(ablate, without=("part",)))
