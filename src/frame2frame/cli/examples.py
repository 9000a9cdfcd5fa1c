"""`f2f examples`: the pictures that come with the package, copied to where somebody can edit them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import InputError
from ..evaluation.bundle.edits import OF_DRAWINGS, OF_PHOTOGRAPHS
from ..files.regular import opened
from ..files.unfinished import write_error, write_file
from .answering import say

commands = typer.Typer()

PICTURES = tuple(dict.fromkeys(edit.picture for edit in (*OF_DRAWINGS, *OF_PHOTOGRAPHS)))
"""Drawn scenes for the embedded model, then photographs for the others."""


@commands.command()
def examples(
    out: Annotated[Path, typer.Option(help="The folder to copy them into.")] = Path("."),
) -> None:
    """Copy the example pictures into this folder, to try edits on."""
    for path in copy_examples(out):
        typer.echo(path)
    say('Try: f2f edit ball_and_cube.png "paint the orange ball blue"')
    say('Of a photograph: f2f edit beach.jpg "make it night"')
    say("The embedded model changes photographs only as a whole; `f2f models list` names others.")


def copy_examples(folder: Path) -> list[Path]:
    """Copy them into a folder, which is made if it is not there, and return where they lie.

    Raises InputError, before anything is written, if another picture there has one of the names; WriteError.
    """
    copies = {folder / picture.name: picture.read_bytes() for picture in PICTURES}
    for path, data in copies.items():
        if path.exists() and not _holds(path, data):
            what, got = "another picture has the name of an example", str(path)
            raise InputError(what, got=got, remedy="name another folder with --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    for path, data in copies.items():
        write_file(path, data)
    return list(copies)


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file consists of these bytes."""
    with opened(path) as file:
        return file.read(len(data) + 1) == data
