"""`python -m frame2frame.evaluation`: the evaluation on a machine that lacks the command line's packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..engine.device.signals import stop_like_ctrl_c
from ..errors import Frame2FrameError
from ..plugins.naming import settings
from ..plugins.options import options_of
from .plan import Plan
from .results.comparison import compare
from .results.outputs import FORMS, Files
from .runner import run


def parser() -> argparse.ArgumentParser:
    """The options, which are the fields of `Plan`."""
    made = argparse.ArgumentParser("python -m frame2frame.evaluation", argument_default=argparse.SUPPRESS)
    for one in options_of(Plan, "evaluate"):
        if one.name == "part":
            made.add_argument("part", nargs="?", metavar="PART", help=f"{one.help} {one.limits}.")
            made.add_argument("--part", help="The same, as it was named before.")
            continue
        flag, choices = f"--{one.name.replace('_', '-')}", one.limits.choices or None
        made.add_argument(flag, type=one.kinds[0], choices=choices, help=one.help)
    told = "Any other option, as PART.NAME=VALUE, like gate.slack=0.3."
    made.add_argument("--set", action="append", default=[], metavar="PART.NAME=VALUE", help=told)
    for form, told in FORMS.items():
        made.add_argument(f"--{form}", type=Path, default=None, help=told)
    told = "Keep no row an episode, which else are in a compressed file beside that."
    made.add_argument("--no-rows", dest="rows", action="store_false", default=True, help=told)
    return made


def comparing() -> argparse.ArgumentParser:
    """The arguments of `compare`."""
    told = "The figures of another run minus those of a first one, on the same episodes."
    made = argparse.ArgumentParser("python -m frame2frame.evaluation compare", description=told)
    made.add_argument("first", type=Path, help="The JSON of a run, or the rows beside it.")
    made.add_argument("other", type=Path, help="That of another one.")
    return made


def measure_as_told(given: dict[str, Any]) -> None:
    """Run what the options say, and print the tables."""
    files = Files(**{name: given.pop(name) for name in (*FORMS, "rows")})
    options = settings(given.pop("set"))
    run(Plan(**given, options=options), files)


def main(arguments: list[str] | None = None) -> int:
    """Run, or compare two runs, print the tables, and answer the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    is_comparison = words[:1] == ["compare"]
    given = vars(comparing().parse_args(words[1:]) if is_comparison else parser().parse_args(words))
    try:
        if is_comparison:
            compare(given["first"], given["other"], Files())
        else:
            measure_as_told(given)
    except Frame2FrameError as error:
        sys.stderr.write(f"evaluation: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    if __spec__ is not None and __spec__.name.startswith("frame2frame.benchmark"):
        sys.stderr.write("frame2frame.benchmark is frame2frame.evaluation now, until version 0.3.\n")
    stop_like_ctrl_c()
    sys.exit(main())
