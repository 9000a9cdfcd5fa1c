"""The command `f2f`. Words for people go to stderr, answers to stdout; only this module exits.

Exit codes: 0 done, 1 nobody takes the answer or rows of a batch failed, 2 bad input, 3 no frame shows the
edit, 130 cancelled.
"""

from __future__ import annotations

import errno
import os
import sys
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import __version__
from ..app.server import PORT, Place, serve
from ..engine.device.signals import stop_like_ctrl_c
from ..engine.device.threads import wait_patiently
from ..errors import CancelledError, Frame2FrameError, InputError
from ..picking import Pick
from ..plugins.naming import settings
from ..plugins.wishes import PickWishes, Wishes
from ..request import Request
from . import completion, manual
from .ablate import ablate
from .answering import answer, fault, say, show_paths
from .batch import BatchCommand, batch
from .bundle import bench, bundle
from .calibrate import calibrate
from .evaluate import evaluate
from .flags import AsJson, Offline, Out, Progress, Set, asking
from .models import models
from .options import options
from .reproduce import reproduce
from .reselect import reselect
from .run import DONE, NOTHING, begin, hint_at_server, run, stopped
from .tabletop import tabletop
from .usage import explained

UNHEARD = 1


app = typer.Typer(
    help="Edit a picture by letting a video model imagine the change.",
    epilog=manual.ALL,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(tabletop, name="tabletop")
app.add_typer(models, name="models")
app.add_typer(bundle, name="bundle")
app.add_typer(bench, name="bench", hidden=True)


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


@app.command(epilog=manual.EDIT)
@asking(Request, Wishes)
def edit(
    image: Annotated[str, typer.Argument(help="The picture to edit.", show_default=False)],
    instruction: Annotated[
        str | None,
        typer.Argument(help='What to change, like "paint the orange ball blue".', show_default=False),
    ] = None,
    out: Out = Path("outputs"),
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    offline: Offline = False,
    **wishes: Any,
) -> None:
    """Edit a picture. The result and a report go into a new run folder."""
    request = Request.of(image, instruction, **wishes, options=settings(set_ or []))
    hint_at_server(request)
    run(request, out, as_json, progress)


@app.command(epilog=manual.PICK)
@asking(Pick, PickWishes)
def pick(
    clip: Annotated[
        str, typer.Argument(help="A video or a folder of frames, from any program.", show_default=False)
    ],
    source: Annotated[str, typer.Option(help="The picture with which the clip starts.", show_default=False)],
    target: Annotated[
        str | None, typer.Option(help='What the wanted frame shows, like "the ball is blue".')
    ] = None,
    out: Out = Path("outputs"),
    as_json: AsJson = False,
    progress: Progress = True,
    set_: Set = None,
    **wishes: Any,
) -> None:
    """Pick the frame of your own clip that shows the target; the result goes into a run folder."""
    run(Pick.of(clip, source, target, **wishes, options=settings(set_ or [])), out, as_json, progress)


@app.command()
@asking(Request, Wishes)
def demo(
    out: Out = Path("outputs"), seed: int | None = None, as_json: AsJson = False, progress: Progress = True
) -> None:
    """Edit an example picture with the embedded model."""
    from ..engine.models.catalogue import EMBEDDED
    from ..worlds.tabletop.example import EXAMPLE

    say(f"Editing {EXAMPLE.picture.name}: “{EXAMPLE.instruction}”")
    wanted = EXAMPLE.seed if seed is None else seed
    request = Request.of(EXAMPLE.picture, EXAMPLE.instruction, model=EMBEDDED, seed=wanted)
    run(request, out, as_json, progress)


@app.command()
def examples(
    out: Annotated[Path, typer.Option(help="The folder to copy them into.")] = Path("."),
) -> None:
    """Copy the example pictures into this folder, to try edits on."""
    from .examples import copy_examples

    for path in copy_examples(out):
        typer.echo(path)
    say('Try: f2f edit ball_and_cube.png "paint the orange ball blue"')
    say("The embedded model knows the drawn ones (.png) only; `f2f models list` names others.")


@app.command(epilog=manual.REPLAY)
@asking(Request, Wishes)
def replay(
    file: Annotated[Path, typer.Argument(help="A PNG from a run, or the run's folder.", show_default=False)],
    out: Out = Path("outputs"),
    device: str = "auto",
    as_json: AsJson = False,
    progress: Progress = True,
) -> None:
    """Repeat a run from its PNG or its folder."""
    from ..replaying import repeated

    run(repeated(file, device), out, as_json, progress)


app.command(epilog=manual.BATCH, cls=BatchCommand)(batch)
app.command(epilog=manual.RESELECT)(reselect)  # the help lists the commands in this order


@app.command("app")
def page(
    port: Annotated[int, typer.Option(help="The port to serve at; 0 takes any free one.")] = PORT,
    out: Out = Path("outputs"),
) -> None:
    """Serve the page for a browser on this machine, until Ctrl-C."""
    serve(Place(out), port)


@app.command(epilog=manual.ANIMATE)
def animate(
    run_folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run folder, or its final_frame.png.", show_default=False)
    ],
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="gif, webp or mp4.",
            show_default="that of --out, else gif",
            autocompletion=completion.forms,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write.", show_default="animation.gif in the run folder"),
    ] = None,
) -> None:
    """Make a moving picture of an edit, from your picture to the chosen frame, to show to others."""
    from ..report.animation import Animation
    from ..reselecting import opened
    from ..runs.packed import tar_of

    if file is None and (tar := tar_of(run_folder)):
        raise InputError(f"nothing is added to {tar}", remedy="name the file to write with --out")
    found = opened(run_folder)
    target = found.folder / f"animation.{form or 'gif'}" if file is None else file
    made = Animation.of_run(found).save(target, form)
    size = made.stat().st_size
    say(f"It takes {size / 1e6:.1f} MB." if size >= 1e6 else f"It takes {size / 1e3:.0f} kB.")
    show_paths({"Animation": made})


app.command(epilog=manual.CALIBRATE)(calibrate)
app.command()(options)
app.command()(evaluate)
app.command()(ablate)
app.command()(reproduce)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Show what is installed and what this machine can do; paste it into a bug report."""
    from .doctor import diagnosis

    found = diagnosis()
    if as_json:
        answer(found)
        return
    width = max(len(name) for name in found)
    for name, value in found.items():
        typer.echo(f"{name:{width}}  {value}")


def main() -> None:
    """The entry point."""
    wait_patiently()
    stop_like_ctrl_c()
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
