"""`python -m frame2frame.evaluation`: the benchmark on a machine that lacks the command line's packages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import Frame2FrameError
from .plan import PARTS, Plan
from .tabletop import run
from .wordings import WORDINGS


def parser() -> argparse.ArgumentParser:
    """The options, whose defaults are those of `Plan`."""
    made = argparse.ArgumentParser("python -m frame2frame.evaluation", argument_default=argparse.SUPPRESS)
    made.add_argument("--part", choices=PARTS, help="what is measured")
    made.add_argument("--count", type=int, help="held-out episodes, kinds balanced")
    made.add_argument("--device", help="auto, cpu, cuda, all or a list")
    made.add_argument("--batch", type=int, help="episodes denoised together")
    made.add_argument("--model", help="name, folder or hub id")
    made.add_argument("--encoder", help="folder or hub id of the image-text encoder")
    made.add_argument("--frames", type=int)
    made.add_argument("--steps", type=int)
    made.add_argument("--guidance", type=float)
    made.add_argument("--caption", help="temporal or plain")
    made.add_argument("--select", help="earliest or best")
    made.add_argument("--wording", choices=WORDINGS, help="measured beside the instruction as it is")
    made.add_argument("--seed", type=int, help="of the first edit")
    made.add_argument("--rounds", type=int, help="of a path")
    made.add_argument("--candidates", type=int, help="clips in each round of a path, or seeds of a search")
    made.add_argument("--truth-frames", type=int, help="drawn frames that a path's states are compared with")
    made.add_argument("--json", type=Path, default=None, help="also write all figures here")
    made.add_argument("--no-rows", dest="rows", action="store_false", default=True, help="no row an episode")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run, print the tables, and answer the exit code."""
    given = vars(parser().parse_args(arguments))
    file, rows = given.pop("json"), given.pop("rows")
    try:
        run(Plan(**given), file, rows)
    except Frame2FrameError as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
