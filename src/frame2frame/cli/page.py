"""`f2f app`: the page in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..app.server import PORT, Place, serve
from .flags import Out

commands = typer.Typer()


@commands.command("app")
def page(
    port: Annotated[int, typer.Option(help="The port to serve at; 0 takes any free one.")] = PORT,
    out: Out = Path("outputs"),
) -> None:
    """Serve the page for a browser on this machine, until Ctrl-C."""
    serve(Place(out), port)
