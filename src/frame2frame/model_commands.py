"""The commands `f2f models …`. Words for people go to stderr, answers to stdout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .errors import ModelError

models = typer.Typer(help="The video models.", no_args_is_help=True)


@models.command("list")
def list_models() -> None:
    """The models known by name; the one that runs by default is marked."""
    from .catalogue import EMBEDDED, MODELS, chosen, find

    wanted = chosen()
    try:
        mine = find(wanted)
    except ModelError as error:
        _say(f"The chosen model cannot be used: {error}")
        mine = None
    for model in (MODELS if mine is None else {**MODELS, mine.name: mine}).values():
        mark = "*" if model is mine else " "
        source = "embedded" if model.name == EMBEDDED else model.repository
        source = source if source != model.name else "a folder" if Path(source).is_dir() else "from the hub"
        typer.echo(f"{mark} {model.label:<22} {source:<32} {model.licence}")


@models.command("use")
def use_model(name: Annotated[str, typer.Argument(help="Name, folder or hub id.")]) -> None:
    """Choose the model that runs when none is named: one of the list, or one that is here."""
    from .catalogue import MODELS, choose, find
    from .doctor import require

    wanted = find(name)
    try:
        require(wanted)
    except ModelError as error:
        if wanted.name not in MODELS:
            raise
        _say(f"Note: {error}")
    typer.echo(f"{choose(name).label} runs from now on when no model is named.")


def _say(text: str) -> None:
    typer.echo(text, err=True)
