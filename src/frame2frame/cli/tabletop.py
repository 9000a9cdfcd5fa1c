"""The commands `f2f tabletop …`: the small world with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..plugins.wishes import Wishes
from ..request import Request
from .flags import Out, asking

tabletop = typer.Typer(help="The small drawn world in which the right answer is known.", no_args_is_help=True)


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


@tabletop.command()
@asking(Request, Wishes)
def bench(
    count: Annotated[
        int,
        typer.Option(help="How many episodes that were not trained on, equally many of each kind.", min=1),
    ] = 300,
    device: str = "auto",
    batch: Annotated[int, typer.Option(help="How many to denoise together.", min=1)] = 8,
    part: Annotated[
        str,
        typer.Option(
            help="edits, selection, encoder, vae, measure, judge, keep, refine, path, energy, levers, "
            "presets or search."
        ),
    ] = "edits",
    wording: Annotated[
        str,
        typer.Option(
            help="Change the wording to see what that costs: as-is, capitals, full-stop or unknown-word."
        ),
    ] = "as-is",
    model: str | None = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="The image–text encoder: a folder or a hub id.", show_default="the model's own"),
    ] = None,
    frames: int | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    caption: str | None = None,
    select: str = "earliest",
    seed: Annotated[
        int, typer.Option(help="Seed of the first edit; the others count up from it.", min=0)
    ] = 0,
    rounds: int | None = None,
    candidates: int | None = None,
    truth_frames: Annotated[
        int, typer.Option(help="How many drawn frames to compare a path's states with.", min=2)
    ] = 17,
    file: Annotated[Path | None, typer.Option("--json", help="Also write all figures to this file.")] = None,
    rows: Annotated[
        bool, typer.Option("--rows/--no-rows", help="Whether that file has a row for each episode.")
    ] = True,
) -> None:
    """Measure a model on episodes that it was not trained on, where the right answer is known."""
    from ..evaluation.plan import Plan
    from ..evaluation.tabletop import run

    plan = Plan(
        part,
        count,
        device,
        batch,
        model,
        encoder,
        frames,
        steps,
        guidance,
        caption or "temporal",
        select,
        wording,
        seed,
        rounds,
        candidates,
        truth_frames,
    )
    run(plan, file, rows)
