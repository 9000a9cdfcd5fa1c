"""`f2f reproduce NAME`: a published evaluation run anew, whose own figures stand below."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..errors import InputError
from ..evaluation.answers.asked import Measures, Where
from ..evaluation.results.outputs import FORMS, Files
from ..plugins.naming import settings
from ..plugins.options import options_of
from ..plugins.wishes import Wishes
from ..request import Request
from .answering import say
from .asking import asking
from .evaluate import measuring
from .flags import Offline, Set

commands = typer.Typer()

Name = Annotated[
    str | None,
    typer.Argument(help="Which evaluation; without it they are listed.", show_default=False),
]
Data = Annotated[
    str | None,
    typer.Option(help="The folder that the set lies in; else it is fetched.", show_default=False),
]
Folder = Annotated[
    str | None,
    typer.Option(help="The folder of its batch, which the same command goes on in.", show_default=False),
]


@commands.command()
@measuring
@asking(Request, Wishes, open=True)
def reproduce(
    name: Name = None,
    data: Data = None,
    out: Folder = None,
    set_: Set = None,
    offline: Offline = False,
    **given: Any,
) -> None:
    """Run a published evaluation anew, with its settings; its own figures stand below.

    What you ask for takes the place of its settings, and the table says so.
    """
    from ..evaluation.answers.reproduction import PROTOCOLS, protocol, run

    if name is None:
        for known, one in PROTOCOLS.items():
            typer.echo(f"{known:14}{one.told}")
        return
    protocol(name)
    if out is None:
        raise InputError("a batch has to lie somewhere", got="no --out", remedy="name a folder with --out")
    files = Files(rows=False, **{form: given.pop(form) for form in FORMS})
    measures = Measures(**{spec.name: given.pop(spec.name) for spec in options_of(Measures, "evaluate")})
    where = Where(data=data, out=out, grade_with_selector=given.pop("grade_with_selector"))
    own = {wish: value for wish, value in given.items() if value is not None}
    if set_:
        own["options"] = settings(set_)
    run(name, where, measures, own, files, say)
