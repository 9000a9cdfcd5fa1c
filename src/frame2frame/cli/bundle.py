"""The commands `f2f bundle …`: what a model does on a user's own machine, to be shown to others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..plugins.wishes import Wishes
from ..request import Request
from .answering import answer, say
from .asking import asking
from .flags import AsJson, Offline

if TYPE_CHECKING:
    from ..evaluation.bundle.making import Made, Plan

bundle = typer.Typer(help="Show others what a model does on this machine.", no_args_is_help=True)


def _renamed(answer: None) -> None:
    say("`f2f bench bundle` and `bench show` are `f2f bundle make` and `bundle show` now, until version 0.3.")


bench = typer.Typer(
    help="The old name of `f2f bundle`, until version 0.3.", no_args_is_help=True, result_callback=_renamed
)

commands = typer.Typer()
commands.add_typer(bundle, name="bundle")
commands.add_typer(bench, name="bench", hidden=True)

ATTACHMENT_BYTES = 2**23
"""What mail and issues commonly take."""


@bench.command(name="bundle")
@bundle.command()
@asking(Request, Wishes)
def make(
    model: str | None = None,
    out: Annotated[
        Path | None, typer.Option(help="The archive to write.", show_default="bundle-MODEL-DATE.zip")
    ] = None,
    preset: str | None = None,
    memory: str = "auto",
    device: str = "auto",
    frames: int | None = None,
    steps: int | None = None,
    seed: Annotated[
        int, typer.Option(help="Seed of the first edit; the others count up from it.", min=0)
    ] = 0,
    count: Annotated[int, typer.Option(help="How many of the eight edits to run.", min=1, max=8)] = 8,
    offline: Offline = False,
) -> None:
    """Run eight edits of packaged pictures and pack them into one small archive, to look at and to send."""
    from ..evaluation.bundle import making
    from ..evaluation.bundle.archive import free_name, require_free
    from ..evaluation.bundle.layout import Asked
    from ..evaluation.results.columns import require_place
    from ..report.terminal import show

    asked = Asked(preset=preset, memory=memory, seed=seed, frames=frames, steps=steps)
    plan = making.Plan.of(model, device, asked, count)
    file = free_name(Path(plan.name())) if out is None else out
    require_free(file)
    require_place(file)
    try:
        made = making.make(plan, file, show, say)
    except KeyboardInterrupt:
        raise _stopped(plan, file) from None
    size = f"{made.size / 2**20:.1f} MiB" if made.size >= 2**20 else f"{made.size / 2**10:.0f} KiB"
    large = "" if made.size <= ATTACHMENT_BYTES else ", more than many attachments may have"
    asked_for = len(plan.edits)
    say(f"Finished: {asked_for - len(made.failed)} of {asked_for}. The archive has {size}{large}.")
    say("No name of user or machine and no path is in it. Unpack it and open index.html to see all of it.")
    typer.echo(file)
    _require_some(made)


@bench.command()
@bundle.command()
def show(
    file: Annotated[Path, typer.Argument(help="An archive from `f2f bundle make`.", show_default=False)],
    page: Annotated[
        Path | None,
        typer.Option(help="Also write it as a web page to this file, made only from what was checked."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check an archive that you received and show what is in it, without unpacking or running anything."""
    from ..evaluation.bundle.archive import read_archive
    from ..evaluation.bundle.layout import to_object
    from ..evaluation.bundle.page import page as page_of
    from ..evaluation.bundle.table import text
    from ..files.unfinished import write_file

    received = read_archive(file)
    if page is not None:
        write_file(page, page_of(received.bundle, received.address).encode("utf-8", "replace"))
    if as_json:
        answer(to_object(received.bundle))
        return
    typer.echo(text(received.bundle, received.size))


def _stopped(plan: Plan, file: Path) -> Exception:
    """The error of a stopped bundle, which says what is kept."""
    from ..evaluation.bundle.making import finished, kept_in
    from .run import NOTHING, stopped

    place = kept_in(plan, file)
    count = finished(place)
    if not count:
        return stopped(NOTHING)
    kept = "1 edit is" if count == 1 else f"{count} edits are"
    return stopped(f"{kept} kept in {place.name}; the same command goes on from there")


def _require_some(made: Made) -> None:
    """Raise Frame2FrameError if no edit was finished; the archive says why, and is there."""
    from ..errors import Frame2FrameError

    if len(made.failed) == len(made.bundle.edits):
        why = made.failed[0].error or ""
        raise Frame2FrameError("no edit was finished", got=why, remedy=f"{made.file.name} says so of each")
