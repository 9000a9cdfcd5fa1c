"""`f2f edit`, with `f2f replay`, an edit once more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..plugins.naming import settings
from ..plugins.wishes import Wishes
from ..request import Request
from . import manual
from .asking import asking
from .flags import AsJson, Offline, Out, Progress, Set
from .run import hint_at_server, run

commands = typer.Typer()


@commands.command(epilog=manual.EDIT)
@asking(Request, Wishes)
def edit(
    image: Annotated[str, typer.Argument(help="The picture to edit.", show_default=False)],
    instruction: Annotated[
        str | None,
        typer.Argument(help='What to change, like "paint the orange ball blue".', show_default=False),
    ] = None,
    out: Out = Path("outputs"),
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    offline: Offline = False,
    **wishes: Any,
) -> None:
    """Edit a picture. The result and a report go into a new run folder."""
    request = Request.of(image, instruction, **wishes, options=settings(set_ or []))
    hint_at_server(request)
    run(request, out, as_json, progress)


@commands.command(epilog=manual.REPLAY)
@asking(Request, Wishes)
def replay(
    file: Annotated[Path, typer.Argument(help="A PNG from a run, or the run's folder.", show_default=False)],
    out: Out = Path("outputs"),
    device: str = "auto",
    as_json: AsJson = False,
    progress: Progress = True,
) -> None:
    """Repeat a run from its PNG or its folder."""
    from ..replaying import repeated

    run(repeated(file, device), out, as_json, progress)
