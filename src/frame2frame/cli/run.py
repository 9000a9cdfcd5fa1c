"""A run on the command line: its events shown to the end, its answer, its exit code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path
from time import perf_counter
from typing import Any

import typer

from ..errors import CancelledError
from .answering import SCHEMA, Asked, answer, answer_of, say, show_paths

DONE, NOT_SHOWN = 0, 3

NOTHING = "nothing was written"

_BEGAN = ContextVar[float]("began")


def begin() -> None:
    """The command begins now, for `took`."""
    _BEGAN.set(perf_counter())


def took(stages: float) -> str:
    """How long the whole command took, and of that the stages of the edit, in seconds."""
    from ..report.progress import duration

    whole, part = duration(perf_counter() - _BEGAN.get()), duration(stages)
    return f"It took {whole}, of which the stages in the report took {part}."


def run(request: Any, out: Path, as_json: bool, progress: bool = True) -> None:
    """Carry out a request or a pick, show how it goes, and leave with its exit code."""
    from .. import plan
    from ..picking import GIVEN, Pick, plan_of
    from ..run import events

    if isinstance(request, Pick):
        path = request.footage.path
        asked = Asked(GIVEN, clip=None if path is None else str(path), encoder=request.encoder)
        return follow(events(plan_of(request), out), asked, as_json, progress)
    made = plan.of(request)
    asked = Asked(request.model.label, request.seed, made.seeds, encoder=made.encoder)
    follow(events(made, out), asked, as_json, progress, lambda: left_of(made, out))


def hint_at_server(request: Any) -> None:
    """Say that a server is set which this run does not ask, as it was not asked for."""
    from ..caption import server
    from ..request import BY_SERVER

    usual = {name: type(request).__dataclass_fields__[name].default for name in BY_SERVER}
    if server.is_set() and all(getattr(request, name) == one for name, one in usual.items()):
        flags = " ".join(f"--{name} {part}" for name, part in BY_SERVER.items())
        say(f"OPENAI_API_KEY is set, and not used: {flags} would ask {server.told()}.")


def follow(
    stream: Any,
    asked: Asked,
    as_json: bool,
    progress: bool = True,
    left: Callable[[], str] = lambda: NOTHING,
) -> None:
    """Follow a stream of events to its end, show it, and leave with its exit code.

    `left` says what a run leaves that is stopped.
    """
    from ..files.as_json import to_json
    from ..report.result import Result
    from ..report.terminal import show
    from ..values import Note

    told = list[Any]()
    try:
        with closing(stream) as events:
            for event in show(events, progress):
                if isinstance(event, Note | Result):
                    told.append(event)
    except KeyboardInterrupt:
        raise stopped(left()) from None
    *notes, result = told
    if as_json:
        facts = answer_of(asked, result, [note.text for note in notes])
        answer({"schema": SCHEMA, **to_json(facts)})
    else:
        found = result.index is not None
        unchanged = "" if found else " Your picture is unchanged."
        say(f"{result.reason}{unchanged} {result.advice}".strip())
        say(took(sum(result.seconds.values())))
        made = {"Picture": "final_frame.png"} if found else {}
        made["Report"] = "report.html"
        show_paths({what: result.folder / name for what, name in made.items()})
    raise typer.Exit(DONE if result.index is not None else NOT_SHOWN)


def left_of(plan: Any, out: Path) -> str:
    """What a stopped run left behind."""
    from ..plugins import capabilities
    from ..runs.resume import Rounds

    if not capabilities.of_strategy(plan.strategy).resumes:
        return NOTHING
    if not (rounds := Rounds.of(out, plan.key(), plan.drawn_with()).kept()):
        return NOTHING
    kept = "1 round is" if rounds == 1 else f"{rounds} rounds are"
    return f"{kept} kept in {out}; the same command with --seed {plan.request.seed} goes on from there"


def stopped(left: str) -> CancelledError:
    """The error of a stopped run, which leaves this."""
    say("")  # the terminal shows ^C
    return CancelledError("stopped", remedy=left)
