"""`f2f pick`: a frame of a clip that any program has made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..picking import Pick
from ..plugins.naming import settings
from ..plugins.wishes import PickWishes
from . import manual
from .asking import asking
from .flags import AsJson, Out, Progress, Set
from .run import run

commands = typer.Typer()


@commands.command(epilog=manual.PICK)
@asking(Pick, PickWishes)
def pick(
    clip: Annotated[
        str, typer.Argument(help="A video or a folder of frames, from any program.", show_default=False)
    ],
    source: Annotated[str, typer.Option(help="The picture with which the clip starts.", show_default=False)],
    target: Annotated[
        str | None, typer.Option(help='What the wanted frame shows, like "the ball is blue".')
    ] = None,
    out: Out = Path("outputs"),
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    **wishes: Any,
) -> None:
    """Pick the frame of your own clip that shows the target; the result goes into a run folder."""
    run(Pick.of(clip, source, target, **wishes, options=settings(set_ or [])), out, as_json, progress)
