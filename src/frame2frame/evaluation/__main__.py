"""`python -m frame2frame.evaluation`: the evaluation on a machine that lacks the command line's packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..engine.device.signals import stop_like_ctrl_c
from ..errors import Frame2FrameError
from ..plugins.naming import settings
from ..plugins.options import options_of
from .plan import Plan
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
    made.add_argument("--json", type=Path, default=None, help="Also write all figures to this file.")
    made.add_argument("--no-rows", dest="rows", action="store_false", default=True, help="No row an episode.")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run, print the tables, and answer the exit code."""
    given = vars(parser().parse_args(arguments))
    file, rows, options = (given.pop(name) for name in ("json", "rows", "set"))
    try:
        run(Plan(**given, options=settings(options)), file, rows)
    except Frame2FrameError as error:
        sys.stderr.write(f"evaluation: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    if __spec__ is not None and __spec__.name.startswith("frame2frame.benchmark"):
        sys.stderr.write("frame2frame.benchmark is frame2frame.evaluation now, until version 0.3.\n")
    stop_like_ctrl_c()
    sys.exit(main())
