"""`f2f calibrate`: have the gate fitted to an encoder, and see or remove what was fitted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..evaluation.calibration import COUNT, FIRST_SEED
from ..files.as_json import to_json
from ..plugins.wishes import Wishes
from ..request import Request
from . import manual
from .answering import SCHEMA, answer, say
from .asking import asking
from .flags import AsJson, Offline, Progress
from .run import stopped

commands = typer.Typer()

Encoder = Annotated[
    str,
    typer.Option(
        help="The image–text encoder: clip, siglip2, siglip2:REPOSITORY, a CLIP folder or hub id, or one "
        "of another package."
    ),
]
World = Annotated[
    str,
    typer.Option(help="What is drawn: tabletop, photographs that change as a whole, or both, half of each."),
]
Photos = Annotated[
    Path | None, typer.Option(help="A folder of your own photographs.", show_default="eight that ship")
]
Count = Annotated[int, typer.Option(help="Clips to fit to; as many others measure.", min=1)]
Seed = Annotated[int, typer.Option(help="The first clip's seed; the same seed draws the same clips.", min=0)]
Listed = Annotated[bool, typer.Option("--list", help="List the calibrations that are kept.")]
Remove = Annotated[
    str | None,
    typer.Option(help="Remove the calibration of an encoder, as --list names it, or a file of one."),
]


@commands.command(epilog=manual.CALIBRATE)
@asking(Request, Wishes)
def calibrate(
    encoder: Encoder = "clip",
    world: World = "both",
    photos: Photos = None,
    count: Count = COUNT,
    seed: Seed = FIRST_SEED,
    listed: Listed = False,
    remove: Remove = None,
    device: str = "auto",
    as_json: AsJson = False,
    progress: Progress = True,
    offline: Offline = False,
) -> None:
    """Fit the gate to an encoder that you have, by drawn clips, so that it says "none" when that is right."""
    if remove is not None:
        return _remove(remove)
    if listed:
        return _list(as_json)
    from ..evaluation.calibration import calibrate as calibrated

    try:
        made = calibrated(
            encoder, world=world, photos=photos, count=count, seed=seed, device=device, progress=progress
        )
    except KeyboardInterrupt:
        raise stopped("nothing was kept") from None
    if as_json:
        return answer({"schema": SCHEMA, "file": str(made.file), **to_json(made)})
    say(made.table)
    say(f"Edits with the encoder {encoder} go by it from now on; --set gate.calibrated=false goes without.")
    typer.echo(made.file)


def _remove(name: str) -> None:
    from ..score.calibrations import remove

    for file in remove(name):
        typer.echo(f"{file} is removed.")


def _list(as_json: bool) -> None:
    from ..score.calibrations import Calibrated, kept

    found = dict(kept())
    whole = {file: one for file, one in found.items() if isinstance(one, Calibrated)}
    if as_json:
        return answer([{"file": str(file), **to_json(one)} for file, one in whole.items()])
    for file, one in found.items():
        typer.echo(one.title if isinstance(one, Calibrated) else f"{file.name}: {one}")
    if not found:
        say("No encoder is calibrated here; do so with: f2f calibrate --encoder NAME")
