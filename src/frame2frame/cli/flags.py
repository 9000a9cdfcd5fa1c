"""The flags that several commands share, but for those of wishes (`asking.py`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Any other option, as PART.NAME=VALUE, like keep.growth=0.02; `f2f options` lists them."
    ),
]
Out = Annotated[Path, typer.Option(help="The folder in which run folders are made.")]


def _go_offline(wanted: bool) -> None:
    """Read by the hub's client at its import, and by the vision-language server before it is asked."""
    if wanted:
        os.environ.update(HF_HUB_OFFLINE="1", FRAME2FRAME_OFFLINE="1")


Offline = Annotated[
    bool, typer.Option("--offline", callback=_go_offline, is_eager=True, help="Make no network connection.")
]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="Show how far it is, on stderr.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
