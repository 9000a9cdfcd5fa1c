"""`f2f reselect`: another frame of a finished run, or what each selector would take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..picking import GIVEN
from ..plugins.naming import settings
from ..plugins.wishes import ReselectWishes
from ..reselecting import Reselect, compared, notes_on, opened, reselecting
from . import manual
from .answering import SCHEMA, Asked, answer, say
from .asking import asking
from .flags import AsJson, Out, Progress, Set
from .run import followed, leave

commands = typer.Typer()

ALL = "all"


@commands.command(epilog=manual.RESELECT)
@asking(Reselect, ReselectWishes)
def reselect(
    run_folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run folder, or its final_frame.png.", show_default=False)
    ],
    out: Out = Path("outputs"),
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    **wishes: Any,
) -> None:
    """Choose another frame of a finished run, from the frames that it kept. Nothing is drawn again."""
    if wishes.get("select") == ALL:
        return _compare(run_folder, as_json)
    wanted = Reselect.of(run_folder, **wishes, options=settings(set_ or []))
    asked = wanted.run.record
    shown = Asked(asked.settings.model or GIVEN, asked.settings.seed, encoder=asked.execution.encoder)
    leave(followed(reselecting(wanted, out), shown, progress), as_json)


def _compare(run_folder: Path, as_json: bool) -> None:
    from ..files.as_json import to_json

    run = opened(run_folder)
    found, notes = list(compared(run)), [note.text for note in notes_on(run)]
    if as_json:
        return answer({"schema": SCHEMA, "selectors": [to_json(one) for one in found], "notes": notes})
    for note in notes:
        say(f"Note: {note}")
    width = max(len(one.select) for one in found)
    for one in found:
        typer.echo(f"{one.select:{width}}  {_frame(one)}")
    say("Take one of them with --select NAME.")


def _frame(one: Any) -> str:
    if one.choice is None:
        return f"cannot choose here: {one.refused}"
    number = "none" if one.choice.index is None else f"frame {one.choice.index}"
    return f"{number:9}  {one.choice.reason}"
