"""`f2f batch MANIFEST`: many edits from a list, each of them once, however often it is interrupted."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from ..files.anywhere import place_named
from ..plugins.naming import settings
from ..plugins.wishes import Wishes
from ..request import Request
from . import manual
from .answering import SCHEMA, say
from .asking import asking
from .batch_progress import shown
from .flags import AsJson, Offline, Progress, Set
from .run import DONE, stopped

if TYPE_CHECKING:
    from ..evaluation.batch.work import Batch, Workers

commands = typer.Typer()

FAILED = 1
"""Some rows failed."""


Rows = Annotated[
    str,
    typer.Argument(
        help="A file of rows (.jsonl, .csv, .parquet), each with an id, a picture and an instruction; or "
        "a folder of pictures, with --instruction.",
        show_default=False,
    ),
]
Folder = Annotated[
    str, typer.Option(metavar="PATH", help="The folder of the batch, which the same command goes on in.")
]
Instruction = Annotated[
    str | None, typer.Option(help="What to change in the pictures of the rows that do not say it.")
]
Root = Annotated[
    str | None, typer.Option(metavar="PATH", help="Where the pictures lie; those outside of it are refused.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only check all rows and list what is wrong with them.")
]
Opened = Annotated[
    bool, typer.Option("--check-pictures", help="Check all rows, and open their pictures too.")
]
Limit = Annotated[int | None, typer.Option(help="Do so many rows now, at most.", min=1)]
Share = Annotated[
    str, typer.Option(help="Do this share of the rows only, as i/n with i from 0.", show_default=False)
]
Together = Annotated[
    int | None,
    typer.Option(
        help="Edits of one shape that are drawn at once; 1 draws each as if it were alone.",
        min=1,
        show_default="8 of the embedded model, else 1",
    ),
]
TimeLimit = Annotated[float | None, typer.Option(help="Seconds that the drawing of an edit may take.", min=0)]
Pack = Annotated[
    bool | None,
    typer.Option(
        "--pack/--no-pack",
        help="Put the run folders into tar files.",
        show_default="of more than 10,000 rows",
    ),
]
OnRay = Annotated[
    str | None,
    typer.Option(
        metavar="[ADDRESS]",
        help="Deal the rows out to workers on Ray at this address: else at that of RAY_ADDRESS, or on this "
        "machine alone (local).",
        show_default=False,
    ),
]
WorkerCpus = Annotated[int, typer.Option(help="CPUs and threads of each worker on Ray.", min=1)]
Log = Annotated[
    Path | None,
    typer.Option(
        help="Add to this file, with the time, how far it is and which rows fail.", show_default=False
    ),
]
RetryErrors = Annotated[bool, typer.Option("--retry-errors", help="Try all rows that failed once more.")]


class BatchCommand(TyperCommand):
    """Takes --ray with an address and without."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Say which cluster is meant where no address follows."""
        from ..evaluation.batch.connection import LOCAL

        usual, following = os.environ.get("RAY_ADDRESS") or LOCAL, [*args[1:], "-"]
        told = [
            f"--ray={usual}" if word == "--ray" and after.startswith("-") else word
            for word, after in zip(args, following, strict=True)
        ]
        return super().parse_args(ctx, told)


@commands.command(epilog=manual.BATCH, cls=BatchCommand)
@asking(Request, Wishes)
def batch(
    manifest: Rows,
    out: Folder,
    instruction: Instruction = None,
    root: Root = None,
    dry_run: DryRun = False,
    check_pictures: Opened = False,
    limit: Limit = None,
    shard: Share = "0/1",
    together: Together = None,
    time_limit: TimeLimit = None,
    retry_errors: RetryErrors = False,
    pack: Pack = None,
    ray: OnRay = None,
    worker_cpus: WorkerCpus = 1,
    log: Log = None,
    save: str = "result",
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    offline: Offline = False,
    **wishes: Any,
) -> None:
    """Make many edits from a list. A row that fails does not end it, and what is done is never done twice."""
    from ..evaluation.batch import workers
    from ..evaluation.batch.ledger import Shard
    from ..evaluation.batch.manifest import edit_list
    from ..evaluation.batch.work import Batch

    usual = {name: wish for name, wish in wishes.items() if wish is not None} | {"save": save}
    if set_:
        usual["options"] = settings(set_)
    what = edit_list(manifest, root, instruction)
    asked = Batch(
        what, place_named(out), usual, Shard.read(shard), limit, together, time_limit, retry_errors, pack
    )
    if dry_run or check_pictures:
        _look_through(asked, check_pictures, here=ray is None)
    _carry_out(asked, workers(ray, worker_cpus), as_json, progress, log)


def _look_through(asked: Batch, opens: bool, here: bool) -> None:
    """List what is wrong, on this machine if the batch is to be drawn `here`; leave with the exit code."""
    from .. import plan
    from ..evaluation.batch.work import checked

    found = checked(asked, plan=plan.of if here else None, pictures=True, opens=opens)
    for fault in found.faults:
        typer.echo(str(fault))
    if more := found.faulty - len(found.faults):
        say(f"{more:,} more are not listed.")
    found.require_sound(asked.manifest.name, remedy="mend what is listed")
    say(f"{found.rows:,} of {found.rows:,} rows can be asked for.")
    raise typer.Exit(DONE)


def _carry_out(
    asked: Batch,
    workers: AbstractContextManager[Workers],
    as_json: bool,
    progress: bool,
    log: Path | None,
) -> None:
    from ..evaluation.batch.sheet import write_sheet
    from ..evaluation.batch.work import carried_out

    try:
        with workers as opened, closing(carried_out(asked, opened)) as events:
            for event in shown(events, progress and not as_json, log):
                if as_json:
                    _tell(event)
    except KeyboardInterrupt:
        write_sheet(asked.out)
        raise stopped(f"what is done is kept in {asked.out}; the same command goes on from there") from None
    found = write_sheet(asked.out)
    if as_json:
        _tell(found)
    else:
        none = f"{found.refused:,} without a frame that shows the edit"
        say(f"{found.found:,} found, {none}, {found.errors:,} failed.")
        typer.echo(asked.out / "index.html")
    raise typer.Exit(FAILED if found.errors else DONE)


def _tell(event: Any) -> None:
    """An event as a line of JSON."""
    from ..errors import in_json
    from ..files.as_json import rendered, to_json

    facts = {"schema": SCHEMA, "event": _EVENTS[type(event).__name__], **to_json(event)}
    typer.echo(in_json(rendered(facts, ensure_ascii=False)))


_EVENTS = {"Begun": "begun", "Outcome": "row", "Pace": "progress", "Totals": "end"}
