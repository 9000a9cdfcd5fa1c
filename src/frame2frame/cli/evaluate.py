"""`f2f evaluate PART`: a model measured where the right answer is known. A plan's fields are its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..evaluation.outputs import FORMS, Files
from ..evaluation.plan import Plan
from ..plugins.naming import settings
from ..plugins.options import OptionSpec, options_of
from .answering import say
from .flags import Set

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


def planned(command: Callable[..., None], *, part_is_flag: bool = False) -> Callable[..., None]:
    """The command with a parameter for each option of a plan and each form of its results.

    The plan's part is an argument or `--part`.
    """
    *own, _ = inspect.signature(command, eval_str=True).parameters.values()
    found = [*_parameters(part_is_flag), *_forms(), *own]
    command.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in found}
    return command


def _parameters(part_is_flag: bool) -> Iterator[inspect.Parameter]:
    for spec in options_of(Plan, "evaluate"):
        is_argument = spec.name == "part" and not part_is_flag
        kind = spec.kinds[0] if spec.default is not None else spec.kinds[0] | None
        told = (typer.Argument if is_argument else typer.Option)(
            help=_help(spec), show_default=spec.flag.shown if spec.flag else True
        )
        yield inspect.Parameter(
            spec.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=spec.default,
            annotation=Annotated[kind, told],
        )


def _forms() -> Iterator[inspect.Parameter]:
    for form, told in FORMS.items():
        kind = Annotated[Path | None, typer.Option(help=told)]
        yield inspect.Parameter(form, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=kind)


def _help(spec: OptionSpec) -> str:
    *most, last = spec.limits.choices or ("",)
    return f"{spec.help.removesuffix('.')}: {', '.join(most)} or {last}." if most else spec.help


def evaluate(other: Other = None, rows: Rows = True, set_: Set = None, **given: Any) -> None:
    """Measure a model on episodes that it was not trained on, where the right answer is known.

    Two runs in place of the part are compared in pairs.
    """
    files = Files(rows=rows, **{form: given.pop(form) for form in FORMS})
    if other is not None:
        from ..evaluation.rows import compare

        return compare(Path(given["part"]), other, files)
    from ..evaluation.runner import run

    run(Plan(**given, options=settings(set_ or [])), files)


def bench(rows: Rows = True, set_: Set = None, **given: Any) -> None:
    """Measure a model. The command is called `f2f evaluate` now; this name goes in version 0.3."""
    evaluate(None, rows, set_, **given)
    say("`f2f tabletop bench` is called `f2f evaluate` now; the old name goes in version 0.3.")


planned(evaluate)
planned(bench, part_is_flag=True)
