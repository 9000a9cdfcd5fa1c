"""Build the wheel, install it in an empty environment outside this folder, and run each entry point once.

The example plugin is built and installed beside it, and an edit is run with its parts.
"""

import os
import sys
import tempfile
from pathlib import Path

from python_version import check

check()

from download import ROOT, SetUpError  # noqa: E402  (only now that Python is known to be new enough)
from environment import Environment, prepare, run  # noqa: E402

ENTRY_POINTS = (
    ["f2f", "--help"],
    ["f2f", "--version"],
    ["f2f", "doctor"],
    ["f2f", "demo", "--out", "runs"],
    ["f2f", "examples"],
    ["python", "-m", "frame2frame", "--version"],
)
PLUGIN = ROOT / "examples" / "frame2frame-plugin"
TINTED = ("--model", "tint", "--select", "latest", "--score", "warmth", "--set", "score.middle=0.5")
WITH_THE_PLUGIN = (
    ["f2f", "options", "select.share"],
    ["f2f", "models", "verify", "tint"],
    ["f2f", "edit", "ball_and_cube.png", "paint it blue", *TINTED, "--out", "tinted"],
)
"""Run in the folder that `f2f examples` copied its pictures into; the run is repeated then."""


def build(project: Path, folder: Path) -> Path:
    """Make a project's wheel in `folder` with the tools of `.venv`."""
    python = prepare("base", "dev").python
    if run([python, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, project], cwd=folder):
        raise SetUpError(f"the wheel of {project} could not be built; the cause stands above")
    return next(folder.glob("*.whl"))


def install(folder: Path, *wheels: Path) -> Environment:
    """An environment with the locked packages and these wheels, none of it from our folder."""
    os.environ["PIP_COMPILE"] = "no"  # most of it is never imported here
    environment = Environment(folder)
    environment.create()
    environment.install_lock("base", environment.torch())
    environment.install(*map(str, wheels))
    environment.complete()
    return environment


def tried(environment: Environment, folder: Path, program: str, *arguments: str | Path) -> None:
    """Run one of its programs in a folder; raises SetUpError where that fails."""
    print("$", program, *arguments, flush=True)
    if code := run([environment.programs / program, *arguments], cwd=folder):
        command = " ".join(map(str, (program, *arguments)))
        raise SetUpError(f"failed with exit code {code}: {command}")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheels = [build(project, made(folder / project.name)) for project in (ROOT, PLUGIN)]
        environment = install(folder / "environment", *wheels)
        for words in (*ENTRY_POINTS, *WITH_THE_PLUGIN):
            tried(environment, folder, *words)
        tried(environment, folder, "f2f", "replay", *(folder / "tinted").glob("[!.]*"))
    return 0


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (SetUpError, OSError) as error:
        sys.exit(f"Error: {error}")
