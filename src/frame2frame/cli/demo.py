"""`f2f demo`: a drawing and a photograph edited with the embedded model."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from ..engine.models.catalogue import EMBEDDED
from ..evaluation.bundle.edits import FOGGY
from ..plugins.wishes import Wishes
from ..request import Request
from ..worlds.tabletop.example import EXAMPLE
from .answering import SCHEMA, answer, say
from .asking import asking
from .flags import AsJson, Out, Progress
from .run import begin, carried_out

commands = typer.Typer()


@dataclass(frozen=True)
class Example:
    """An edit that is shown, with a seed at which its encoder sees it for certain."""

    picture: Path
    instruction: str
    seed: int


EXAMPLES = (
    Example(EXAMPLE.picture, EXAMPLE.instruction, EXAMPLE.seed),
    Example(FOGGY.picture, FOGGY.instruction, 1),
)
"""The model was trained on neither picture."""


@commands.command()
@asking(Request, Wishes)
def demo(
    out: Out = Path("outputs"), seed: int | None = None, as_json: AsJson = False, progress: Progress = True
) -> None:
    """Edit a drawing and a photograph that come along, with the embedded model."""
    from ..engine.models.store import ModelStore

    store, all_ended = ModelStore(), []
    for example in EXAMPLES:
        say(f"Editing {example.picture.name}: “{example.instruction}”")
        wanted = example.seed if seed is None else seed
        request = Request.of(example.picture, example.instruction, model=EMBEDDED, seed=wanted)
        all_ended.append(ended := carried_out(request, out, progress, store))
        if not as_json:
            ended.tell()
        say("")
        begin()  # each edit says what it took itself
    if as_json:
        answer({"schema": SCHEMA, "edits": [ended.facts() for ended in all_ended]})
    say(f'Try a photograph of your own: {program()} edit photo.jpg "make it foggy"')
    raise typer.Exit(max(ended.exit_code for ended in all_ended))


def program() -> str:
    """What to type for this program: its path where the shell would not find it by its name."""
    return "f2f" if shutil.which("f2f") else sys.argv[0]
