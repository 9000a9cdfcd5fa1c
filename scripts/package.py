"""Build the wheel, install it in an empty environment outside this folder, and run each entry point once."""

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


def build(folder: Path) -> Path:
    """Make the wheel in `folder` with the tools of `.venv`."""
    python = prepare("base", "dev").python
    if run([python, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], cwd=folder):
        raise SetUpError("the wheel could not be built; the cause stands above")
    return next(folder.glob("*.whl"))


def install(wheel: Path, folder: Path) -> Environment:
    """An environment with the locked packages and this wheel, none of it from our folder."""
    os.environ["PIP_COMPILE"] = "no"  # most of it is never imported here
    environment = Environment(folder)
    environment.create()
    environment.install_lock("base", environment.torch())
    environment.install(str(wheel))
    environment.complete()
    return environment


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = install(build(folder), folder / "environment")
        for program, *arguments in ENTRY_POINTS:
            print("$", program, *arguments, flush=True)
            code = run([environment.programs / program, *arguments], cwd=folder)
            if code:
                print(f"failed with exit code {code}: {program} {' '.join(arguments)}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (SetUpError, OSError) as error:
        sys.exit(f"Error: {error}")
