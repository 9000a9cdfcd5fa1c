"""The commands `f2f tabletop …`: the small world with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .flags import Candidates, Captioner, Device, Frames, Guidance, Model, Out, Rounds, Selector, Steps

tabletop = typer.Typer(help="The small world with known truth.", no_args_is_help=True)


@tabletop.command()
def sample(
    count: Annotated[int, typer.Option(help="How many episodes.", min=1)] = 1,
    kind: Annotated[str | None, typer.Option(help="A kind of edit; by default any.")] = None,
    course: Annotated[str, typer.Option(help="whole, never, reverts or other.")] = "whole",
    frames: Annotated[int, typer.Option(help="Frames of a clip.", min=2)] = 17,
    seed: Annotated[int | None, typer.Option(help="Of the first episode; by default a held-out one.")] = None,
    out: Out = Path("episodes"),
) -> None:
    """Draw episodes of the tabletop world with all that is true about them."""
    from .tabletop import FIRST_HELD_OUT_SEED
    from .tabletop.files import write_episodes

    first = FIRST_HELD_OUT_SEED if seed is None else seed
    for folder in write_episodes(out, range(first, first + count), kind, course, frames):
        typer.echo(folder)


@tabletop.command()
def bench(
    count: Annotated[int, typer.Option(help="Held-out episodes, kinds balanced.", min=1)] = 300,
    device: Device = "auto",
    batch: Annotated[int, typer.Option(help="Episodes denoised together.", min=1)] = 8,
    part: Annotated[
        str,
        typer.Option(
            help="edits, selection, encoder, vae, measure, judge, keep, refine, path, energy, levers, "
            "presets or search."
        ),
    ] = "edits",
    wording: Annotated[
        str, typer.Option(help="as-is; or what this costs: capitals, full-stop, unknown-word.")
    ] = "as-is",
    model: Model = None,
    encoder: Annotated[
        str | None, typer.Option(help="Image–text encoder, folder or hub id; by default the model's.")
    ] = None,
    frames: Frames = None,
    steps: Steps = None,
    guidance: Guidance = None,
    caption: Captioner = None,
    select: Selector = "earliest",
    seed: Annotated[int, typer.Option(help="Of the first edit; the next has the next.", min=0)] = 0,
    rounds: Rounds = None,
    candidates: Candidates = None,
    truth_frames: Annotated[
        int, typer.Option(help="Drawn frames that a path's states are compared with.", min=2)
    ] = 17,
    file: Annotated[Path | None, typer.Option("--json", help="Also write all figures here.")] = None,
    rows: Annotated[bool, typer.Option("--rows/--no-rows", help="And there a row for each episode.")] = True,
) -> None:
    """Measure a model on held-out episodes, where the truth is known."""
    from .benchmark.plan import Plan
    from .benchmark.tabletop import run

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
