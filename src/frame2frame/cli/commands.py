"""The command `f2f`. Words for people go to stderr, answers to stdout; only this module exits.

Exit codes: 0 done, 1 nobody takes the answer or rows of a batch failed, 2 bad input, 3 no frame shows the
edit, 130 cancelled.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..engine.device.signals import stop_like_ctrl_c
from ..engine.device.threads import wait_patiently
from ..errors import CancelledError, Frame2FrameError, InputError
from . import manual
from .answering import answer, fault, say
from .flags import Offline
from .listing import Commands
from .run import DONE, NOTHING, begin, stopped

UNHEARD = 1

ROUNDS_TO_ALL = 100
"""Searches for garbage among objects that are not new, for one among all; Python's own number is 10."""


app = typer.Typer(
    cls=Commands,
    help="Edit a picture by letting a video model imagine the change.",
    epilog=manual.ALL,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"frame2frame {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    offline: Offline = False,
) -> None:
    begin()
    try:
        Path.cwd()
    except FileNotFoundError as error:  # PyTorch's mathematics would end the process
        raise InputError("the working folder is gone", remedy="change to one that exists") from error


def _search_less_for_garbage() -> None:
    """Most objects are of libraries, which stay: to go through them all takes two seconds of a cold edit."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, ROUNDS_TO_ALL)
    atexit.register(gc.freeze)  # nor are they searched at the end


def main() -> None:
    """The entry point."""
    wait_patiently()
    stop_like_ctrl_c()
    _search_less_for_garbage()
    try:
        code = _outcome()
    except OSError as error:
        if error.errno != errno.ENOSPC:  # of files it is a WriteError, so it is the answer's
            raise
        code = _unheard(error)
    sys.exit(code)


def _outcome() -> int:
    """Run the command; everything that goes wrong on purpose becomes one line and its exit code."""
    try:
        code: int = app(standalone_mode=False)
    except typer.TyperException as error:
        from .usage import explained

        wrong = explained(error)
        return DONE if wrong is None else _fail(wrong)
    except Frame2FrameError as error:
        return _fail(error)
    except KeyboardInterrupt:
        code = CancelledError.exit_code
    except typer.Abort as error:
        if error.__cause__ is not None:  # Typer takes a file that ends too soon for Ctrl-D
            raise error.__cause__ from None
        code = CancelledError.exit_code
    if code != CancelledError.exit_code:  # typer, too, answers Ctrl-C with this code
        return code
    return _fail(stopped(NOTHING))


def _fail(error: Frame2FrameError) -> int:
    say(f"f2f: {error}")
    if _for_machines():
        answer(fault(error))
    return error.exit_code


def _for_machines() -> bool:
    """Whether JSON was asked for on stdout."""
    words = tuple(takewhile(lambda word: word != "--", sys.argv[1:]))
    return "--json" in words and not any(words[: len(one)] == one for one in _JSON_IS_A_FILE)


_JSON_IS_A_FILE = (("evaluate",), ("ablate",), ("reproduce",), ("tabletop", "bench"))
"""Commands whose `--json` names a file; their stdout has tables."""


def _unheard(error: OSError) -> int:
    """The answer has nowhere to go; the rest of it is dropped, or Python would fail once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    say(f"f2f: cannot write the answer; got {error.strerror}; free some disk space")
    return UNHEARD
