"""The commands `f2f tabletop …`: the small world with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .evaluate import bench
from .flags import Out

tabletop = typer.Typer(help="The small drawn world in which the right answer is known.", no_args_is_help=True)
commands = typer.Typer()
commands.add_typer(tabletop, name="tabletop")


@tabletop.command()
def sample(
    count: Annotated[int, typer.Option(help="How many episodes to draw.", min=1)] = 1,
    kind: Annotated[
        str | None,
        typer.Option(
            help="The kind of edit: recolour, left, right, closer, away, float, grow, shrink, remove, morph, "
            "stripes, squash, night, zoom or orbit.",
            show_default="any",
        ),
    ] = None,
    course: Annotated[
        str,
        typer.Option(
            help="What happens: whole (the edit is made), never (it stops half-way), reverts (it is made "
            "and undone) or other (another edit is made)."
        ),
    ] = "whole",
    frames: Annotated[int, typer.Option(help="Frames of a clip.", min=2)] = 17,
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of the first episode.", show_default="one that was not trained on"),
    ] = None,
    out: Out = Path("episodes"),
) -> None:
    """Draw example edits of the tabletop world, with everything that is true about them."""
    from ..worlds.tabletop import FIRST_HELD_OUT_SEED
    from ..worlds.tabletop.files import write_episodes

    first = FIRST_HELD_OUT_SEED if seed is None else seed
    for folder in write_episodes(out, range(first, first + count), kind, course, frames):
        typer.echo(folder)


tabletop.command(hidden=True)(bench)
