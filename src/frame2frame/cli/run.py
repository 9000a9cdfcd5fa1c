"""A run on the command line: its events shown to the end, its answer, its exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from ..errors import CancelledError
from .answering import SCHEMA, Asked, answer, answer_of, say, show_paths

if TYPE_CHECKING:
    from ..engine.models.store import ModelStore

DONE, NOT_SHOWN = 0, 3

NOTHING = "nothing was written"

LEAST_TOLD = 0.1
"""Seconds of the stages that are worth a word; a wish that is declined for its words takes less."""

_BEGAN = ContextVar[float]("began")


def begin() -> None:
    """The command, or one of its runs, begins now, for `took`."""
    _BEGAN.set(perf_counter())


def took(stages: float) -> str:
    """How long it took since it began, and of that the stages of the edit, in seconds."""
    from ..report.progress import duration

    whole, part = duration(perf_counter() - _BEGAN.get()), duration(stages)
    of_that = f", of which the stages in the report took {part}" if stages >= LEAST_TOLD else ""
    return f"It took {whole}{of_that}."


@dataclass(frozen=True)
class Ended:
    """A run that came to its end, and how it is answered."""

    asked: Asked
    result: Any
    notes: Sequence[str]

    @property
    def exit_code(self) -> int:
        return DONE if self.result.index is not None else NOT_SHOWN

    def facts(self) -> dict[str, Any]:
        """The answer for programs."""
        from ..files.as_json import to_json

        return {"schema": SCHEMA, **to_json(answer_of(self.asked, self.result, self.notes))}

    def tell(self) -> None:
        """The answer for people."""
        result, found = self.result, self.exit_code == DONE
        unchanged = "" if found else " Your picture is unchanged."
        say(f"{result.reason}{unchanged} {result.advice}".strip())
        say(took(sum(result.seconds.values())))
        made = {"Picture": "final_frame.png"} if found else {}
        made["Report"] = "report.html"
        show_paths({what: result.folder / name for what, name in made.items()})


def run(request: Any, out: Path, as_json: bool, progress: bool = True) -> None:
    """Carry out a request or a pick, show how it goes, and leave with its exit code."""
    leave(carried_out(request, out, progress), as_json)


def carried_out(request: Any, out: Path, progress: bool = True, store: ModelStore | None = None) -> Ended:
    """Carry out a request or a pick and show how it goes; weights that the store has are not read again."""
    from .. import plan
    from ..picking import GIVEN, Pick, plan_of
    from ..report import declined
    from ..run import events

    if isinstance(request, Pick):
        path = request.footage.path
        asked = Asked(GIVEN, clip=None if path is None else str(path), encoder=request.encoder)
        return followed(events(plan_of(request), out), asked, progress)
    if (answered := declined.of(request)) is not None:
        asked = Asked(request.model.label, request.seed, (request.seed,), encoder=answered.encoder)
        return followed(events(answered, out), asked, progress)
    made = plan.of(request, store)
    asked = Asked(request.model.label, request.seed, made.seeds, encoder=made.encoder)
    return followed(events(made, out), asked, progress, lambda: left_of(made, out))


def hint_at_server(request: Any) -> None:
    """Say that a server is set which this run does not ask, as it was not asked for."""
    from ..caption import server
    from ..request import BY_SERVER

    usual = {name: type(request).__dataclass_fields__[name].default for name in BY_SERVER}
    if server.is_set() and all(getattr(request, name) == one for name, one in usual.items()):
        flags = " ".join(f"--{name} {part}" for name, part in BY_SERVER.items())
        say(f"OPENAI_API_KEY is set, and not used: {flags} would ask {server.told()}.")


def followed(
    stream: Any, asked: Asked, progress: bool = True, left: Callable[[], str] = lambda: NOTHING
) -> Ended:
    """Follow a stream of events to its end and show it.

    `left` says what a run leaves that is stopped.
    """
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
    return Ended(asked, result, [note.text for note in notes])


def leave(ended: Ended, as_json: bool) -> NoReturn:
    """Answer, and leave with the run's exit code."""
    if as_json:
        answer(ended.facts())
    else:
        ended.tell()
    raise typer.Exit(ended.exit_code)


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
