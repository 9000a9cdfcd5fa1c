"""A run on the command line: its events shown to the end, its answer, its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import typer

from .errors import CancelledError
from .printable import printable

DONE, NOT_SHOWN = 0, 3

NOTHING = "nothing was written"


def run(request: Any, out: Path, as_json: bool, progress: bool = True) -> None:
    """Run a request, show how it goes, and leave with its exit code."""
    from .edit import stream

    asked = {"model": request.model.label, "seed": request.seed}
    follow(stream(request, out), asked, as_json, progress, lambda rounds: _left(request, out, rounds))


def follow(
    stream: Any,
    asked: dict[str, Any],
    as_json: bool,
    progress: bool = True,
    left: Callable[[int], str] = lambda rounds: NOTHING,
) -> None:
    """Follow a stream of events to its end, show it, and leave with its exit code.

    `left` says what a run leaves that is stopped after so many rounds.
    """
    from .result import Result
    from .terminal import show
    from .values import Note, Step

    told: list[Any] = []
    try:
        with closing(stream) as events:
            for event in show(events, progress):
                if isinstance(event, Note | Result | Step):
                    told.append(event)
    except KeyboardInterrupt:
        rounds = sum(isinstance(event, Step) for event in told)
        raise stopped(left(rounds)) from None
    *notes, result = (event for event in told if not isinstance(event, Step))
    if as_json:
        answer(_facts(asked, result, notes))
    else:
        say(f"{result.reason} {result.advice}".strip())
        typer.echo(result.folder / "report.html" if result.folder else "")
    raise typer.Exit(DONE if result.index is not None else NOT_SHOWN)


def _left(request: Any, out: Path, rounds: int) -> str:
    """What a stopped run left behind."""
    if request.strategy == "one-shot" or not rounds:
        return NOTHING
    kept = "1 round is" if rounds == 1 else f"{rounds} rounds are"
    return f"{kept} kept in {out}; the same command with --seed {request.seed} goes on from there"


def stopped(left: str) -> CancelledError:
    """The error of a stopped run, which leaves this."""
    say("")  # the terminal shows ^C
    return CancelledError("stopped", remedy=left)


def _facts(asked: dict[str, Any], result: Any, notes: list[Any]) -> dict[str, Any]:
    from .as_json import to_json

    folder = result.folder
    return {
        "shown": result.index is not None,
        "index": result.index,
        "reason": result.reason,
        **asked,
        "folder": str(folder),
        "image": str(folder / "final_frame.png"),
        "report": str(folder / "report.html"),
        "notes": [note.text for note in notes],
        "scores": to_json(result.scores)["columns"],
    }


def say(text: str) -> None:
    """Words for people."""
    typer.echo(printable(text), err=True)


def answer(facts: dict[str, Any]) -> None:
    """Words for machines."""
    typer.echo(json.dumps(facts, indent=2))
