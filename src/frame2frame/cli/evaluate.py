"""`f2f evaluate`: a model measured where the right answer is known, or answers to a set of edits scored.

The fields of a plan, of where a set lies and of its measures are its options.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError, meant
from ..evaluation.answers.asked import NAMED, Measures, Where
from ..evaluation.plan import PARTS, Plan
from ..evaluation.results.outputs import FORMS, Files
from ..plugins.naming import settings
from ..plugins.options import OptionSpec, options_of
from .answering import say
from .flags import Set

commands = typer.Typer()

Rows = Annotated[
    bool,
    typer.Option(
        "--rows/--no-rows", help="Whether a compressed file beside it keeps a row for each episode."
    ),
]


Other = Annotated[
    Path | None,
    typer.Argument(
        help="A second run, to be compared with the one that stands in the part's place: the JSON of each, "
        "its rows, a scores.jsonl, or the folder of a batch.",
        show_default=False,
    ),
]


OF_SETS = (Where, Measures)
WISHES = ("device", "model", "encoder", "frames", "steps", "guidance", "caption", "select", "seed")
"""Options of a plan that are also wishes of the batch that is made of a set."""


def planned(
    command: Callable[..., None],
    *,
    part_is_flag: bool = False,
    kinds: tuple[type, ...] = (),
    without: tuple[str, ...] = (),
) -> Callable[..., None]:
    """The command with a parameter for each option of a plan and of other `kinds`, and each form of results.

    The plan's part is an argument or `--part`; what the command is to be `without` is left out.
    """
    *own, _ = inspect.signature(command, eval_str=True).parameters.values()
    options = [one for kind in (Plan, *kinds) for one in _parameters(kind, part_is_flag)]
    found = [*(one for one in options if one.name not in without), *_forms(), *own]
    command.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in found}
    return command


def _parameters(of: type, part_is_flag: bool) -> Iterator[inspect.Parameter]:
    for spec in options_of(of, "evaluate"):
        is_argument = spec.name == "part" and not part_is_flag
        kind = spec.kinds[0] if spec.default is not None else spec.kinds[0] | None
        told = (typer.Argument if is_argument else typer.Option)(
            help=_help(spec) + SETS_TOO * is_argument, show_default=spec.flag.shown if spec.flag else True
        )
        yield inspect.Parameter(
            spec.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=spec.default,
            annotation=Annotated[kind, told],
        )


def measuring(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the flags of what answers are scored by and of each form of results, after its own."""
    own = inspect.signature(command).parameters.values()
    more = [one for one in _parameters(Where, False) if one.name == "grade_with_selector"]
    found = [*own, *more, *_parameters(Measures, False), *_forms()]
    command.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in found}
    return command


SETS_TOO = f" Or a set of edits: {', '.join(NAMED)}, a manifest, or a folder with one."


def _forms() -> Iterator[inspect.Parameter]:
    for form, told in FORMS.items():
        kind = Annotated[Path | None, typer.Option(help=told)]
        yield inspect.Parameter(form, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=kind)


def _help(spec: OptionSpec) -> str:
    *most, last = spec.limits.choices or ("",)
    return f"{spec.help.removesuffix('.')}: {', '.join(most)} or {last}." if most else spec.help


def evaluate(other: Other = None, rows: Rows = True, set_: Set = None, **given: Any) -> None:
    """Measure a model on episodes that it was not trained on, where the right answer is known.

    In place of the part may stand a set, whose answers are scored, or two runs, which are compared in pairs.
    """
    files = Files(rows=rows, **{form: given.pop(form) for form in FORMS})
    subject, asked = given["part"], [_taken(kind, given) for kind in OF_SETS]
    if other is not None:
        from ..evaluation.results.comparison import compare

        for kind, own in ((Plan, given), *zip(OF_SETS, asked, strict=True)):
            _refuse_others(kind, own, ("part",), "means nothing where two runs are compared")
        return compare(Path(subject), other, files)
    if _is_set(subject):
        return _grade(subject, asked, given, settings(set_ or []), files)
    for kind, own in zip(OF_SETS, asked, strict=True):
        _refuse_others(kind, own, (), "is asked of a set, such as tedbench")
    from ..evaluation.runner import run

    run(Plan(**given, options=settings(set_ or [])), files)


def _taken(kind: type, given: dict[str, Any]) -> dict[str, Any]:
    return {spec.name: given.pop(spec.name) for spec in options_of(kind, "evaluate") if spec.name in given}


def _is_set(subject: str) -> bool:
    """Raises InputError for a word that is neither a part nor a set."""
    if subject in PARTS:
        return False
    path = Path(subject)
    if subject in NAMED or path.suffix or len(path.parts) > 1 or path.exists():
        return True
    known = *PARTS, *NAMED
    raise InputError("there is no such part and no such set", got=repr(subject), remedy=meant(subject, known))


def _refuse_others(kind: type, given: Mapping[str, Any], known: tuple[str, ...], told: str) -> None:
    """Raise InputError for an option that was set and means nothing here."""
    for spec in options_of(kind, "evaluate"):
        if spec.name not in known and given.get(spec.name, spec.default) != spec.default:
            flag = f"--{spec.name.replace('_', '-')}"
            raise InputError(f"{flag} {told}", got=str(given[spec.name]), remedy="leave it out")


def _grade(
    subject: str, asked: list[dict[str, Any]], plan: dict[str, Any], options: dict[str, Any], files: Files
) -> None:
    from ..evaluation.answers.grading import Grading, run

    _refuse_others(Plan, plan, ("part", *WISHES), "is asked of a part that draws its own scenes")
    where, measures = asked
    if where["results"] or where["run"]:
        told = "means nothing where the answers are there already"
        _refuse_others(Plan, plan, ("part", "device"), told)
        if options:
            raise InputError(f"--set {told}", got=", ".join(options), remedy="leave it out")
    usual = {spec.name: spec.default for spec in options_of(Plan, "evaluate")}
    wishes = {name: plan[name] for name in WISHES if plan[name] != usual[name]}
    if options:
        wishes["options"] = options
    run(Grading(subject, Where(**where), Measures(**measures), plan["device"], wishes), files, say)


def bench(rows: Rows = True, set_: Set = None, **given: Any) -> None:
    """Measure a model. The command is called `f2f evaluate` now; this name goes in version 0.3."""
    evaluate(None, rows, set_, **given)
    say("`f2f tabletop bench` is called `f2f evaluate` now; the old name goes in version 0.3.")


commands.command()(planned(evaluate, kinds=OF_SETS))
planned(bench, part_is_flag=True)
