"""`f2f animate`: a moving picture of an edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from ..report.animation import Animation
from ..reselecting import opened
from ..runs.packed import tar_of
from . import completion, manual
from .answering import say, show_paths

commands = typer.Typer()


@commands.command(epilog=manual.ANIMATE)
def animate(
    run_folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run folder, or its final_frame.png.", show_default=False)
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="gif, webp or mp4.",
            show_default="that of --out, else gif",
            autocompletion=completion.forms,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write.", show_default="animation.gif in the run folder"),
    ] = None,
) -> None:
    """Make a moving picture of an edit, from your picture to the chosen frame, to show to others."""
    if file is None and (tar := tar_of(run_folder)):
        raise InputError(f"nothing is added to {tar}", remedy="name the file to write with --out")
    found = opened(run_folder)
    target = found.folder / f"animation.{form or 'gif'}" if file is None else file
    made = Animation.of_run(found).save(target, form)
    size = made.stat().st_size
    say(f"It takes {size / 1e6:.1f} MB." if size >= 1e6 else f"It takes {size / 1e3:.0f} kB.")
    show_paths({"Animation": made})
