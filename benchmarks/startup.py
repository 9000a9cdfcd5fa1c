"""Whether one checkout starts and edits as fast as another, side by side on the same machine.

    python benchmarks/startup.py BEFORE AFTER
    python benchmarks/startup.py BEFORE AFTER --times 15 --edits 9 --json startup.json

BEFORE and AFTER are folders of two checkouts. Timed are `f2f --help`, `import frame2frame` and what a program
imports that edits, each in a fresh process that finds all modules compiled, as they are once a package is
installed; and an edit with the embedded model in a process that has made one before. The two take turns,
so whatever else the machine does slows both alike. Only public names are used, so the checkouts may differ in
everything else. A ratio above 1 means that AFTER takes longer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

COMMANDS = {
    "python alone": ["-c", "pass"],
    "import frame2frame": ["-c", "import frame2frame"],
    "importing edit": ["-c", "from frame2frame import edit"],
    "f2f --help": ["-m", "frame2frame", "--help"],
}
EDITOR = """
import sys, time
import frame2frame
from frame2frame.tabletop import episode

scene = episode(1_500_000_002, "float")
for _ in sys.stdin:
    began = time.perf_counter()
    frame2frame.edit(
        scene.source, scene.instruction, model="tabletop", seed=1, device="cpu", out="outputs", progress=False
    )
    print(time.perf_counter() - began, flush=True)
"""
"""An edit for each line that it is sent, answered with the seconds that it took."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="Starting and editing, two checkouts side by side")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--times", type=int, default=11, help="starts of each command in each checkout")
    parser.add_argument("--edits", type=int, default=7, help="edits in each checkout; 0 for none")
    parser.add_argument("--threads", type=int, default=2, help="of an edit")
    parser.add_argument("--json", type=Path, help="a file for all seconds that were measured")
    asked = parser.parse_args(arguments)
    for checkout in (asked.before, asked.after):
        if not (checkout / "src" / "frame2frame").is_dir():
            parser.error(f"{checkout} is no checkout of frame2frame: there is no src/frame2frame in it")
    rows = list(measured(asked.before, asked.after, asked.times, asked.edits, asked.threads))
    if asked.json:
        about = {"before": str(asked.before), "after": str(asked.after), "threads": asked.threads}
        asked.json.write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0


def measured(before: Path, after: Path, times: int, edits: int, threads: int) -> Iterator[dict[str, Any]]:
    """A row for each thing that is timed, printed as soon as it is known."""
    print(f"{'median seconds':20}  {'before':22}  {'after':22}  ratio", flush=True)
    with ExitStack() as stack:
        compiled = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environments = [environment(checkout, threads, compiled) for checkout in (before, after)]
        for name, words in COMMANDS.items():
            starts = [partial(started, words, variables) for variables in environments]
            yield row(name, *taking_turns(starts, times))
        if edits:
            editors = [stack.enter_context(editor(variables)) for variables in environments]
            yield row("an edit, model loaded", *taking_turns(editors, edits))


def environment(checkout: Path, threads: int, compiled: Path) -> dict[str, str]:
    """The variables of a process that uses this checkout and none of the user's settings.

    It keeps in `compiled` what it compiles.
    """
    threading = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}  # spinning hinders the others
    keeping = {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    own = {"PYTHONPATH": str(checkout.resolve() / "src"), "HF_HUB_OFFLINE": "1", **threading, **keeping}
    return {**os.environ, **own}


def started(words: Sequence[str], variables: dict[str, str]) -> float:
    """Seconds from the start of a fresh Python to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], env=variables, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


@contextmanager
def editor(variables: dict[str, str]) -> Iterator[Callable[[], float]]:
    """A process with frame2frame; each call makes an edit in it and gives its seconds."""
    with (
        tempfile.TemporaryDirectory() as place,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", EDITOR],
            cwd=place,
            env=variables,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdin is not None and process.stdout is not None

        def once() -> float:
            print(file=process.stdin, flush=True)
            if not (answer := process.stdout.readline()):  # type: ignore[union-attr]
                raise RuntimeError("the edit failed; its error stands above")
            return float(answer)

        yield once
        process.stdin.close()


def taking_turns(measures: Sequence[Callable[[], float]], times: int) -> tuple[list[float], ...]:
    """So many seconds of each, after a turn that only warms up; who goes first changes from turn to turn."""
    for measure in measures:
        measure()
    seconds: tuple[list[float], ...] = tuple([] for _ in measures)
    for turn in range(times):
        order = list(enumerate(measures))
        for number, measure in order if turn % 2 == 0 else reversed(order):
            seconds[number].append(measure())
    return seconds


def row(name: str, before: list[float], after: list[float]) -> dict[str, Any]:
    """The seconds with their medians, printed with the least and the most of them."""
    medians = [statistics.median(one) for one in (before, after)]
    ratio = medians[1] / medians[0]
    shown = [
        f"{median:.3f} [{min(one):.3f}, {max(one):.3f}]"
        for median, one in zip(medians, (before, after), strict=True)
    ]
    print(f"{name:20}  {shown[0]:22}  {shown[1]:22}  {ratio:.3f}", flush=True)
    return {"name": name, "before": before, "after": after, "medians": medians, "ratio": ratio}


if __name__ == "__main__":
    sys.exit(main())
