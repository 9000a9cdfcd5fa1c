"""Where the time of an edit on a CPU goes, with the embedded model as it is and with its quicker choices.

    PYTHONPATH=src python benchmarks/edit_times.py
    PYTHONPATH=src python benchmarks/edit_times.py --times 9 --threads 2 --json edit-times.json

A packaged picture is edited by a loaded model, run folder included. The choices take turns, so whatever else
the machine does slows all alike; compare them within one run. `elsewhere` is what no stage has counted: the
plan, the choice and the run folder. What each choice costs in quality, `f2f evaluate edits` prints beside its
own seconds, with the same words after --model and --set.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frame2frame import Editor

CHOICES: dict[str, dict[str, Any]] = {
    "as it is": {"model": "tabletop"},
    "two steps": {"model": "tabletop", "steps": 2, "guidance": 1.0},
    "fast": {"model": "tabletop", "preset": "fast"},
}
"""The wishes of each, which `f2f edit` has as flags."""

STAGES = ("look", "encode", "denoise", "decode", "score", "keep")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; answers the exit code."""
    parser = argparse.ArgumentParser(description="Where the time of an edit goes")
    parser.add_argument("--times", type=int, default=5, help="edits of each choice, after one that warms up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="a file for all seconds that were measured")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning hinders whatever else runs

    import torch

    from frame2frame import Editor

    torch.set_num_threads(asked.threads)
    with Editor(device="cpu") as editor:
        rows = dict(measured(editor, asked.times))
    if asked.json:
        about = {"threads": asked.threads, "torch": torch.__version__}
        asked.json.write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0


def measured(editor: Editor, times: int) -> Iterator[tuple[str, list[dict[str, float]]]]:
    """The seconds of each choice, edit by edit; all are printed once they are known."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in CHOICES}
    for turn in range(times + 1):
        for name, wishes in CHOICES.items():
            seconds = edited(editor, wishes)
            if turn:  # the first edit loads the weights
                found[name].append(seconds)
    print("".join(f"{title:>12}" for title in ("median s", "edit", *STAGES, "elsewhere", "CPU")))
    for name, rows in found.items():
        print(f"{name:>12}" + "".join(f"{cell:>12}" for cell in cells(rows)), flush=True)
    yield from found.items()


def edited(editor: Editor, wishes: Mapping[str, Any]) -> dict[str, float]:
    """The seconds of an edit as a whole, of its stages, and those that all cores worked on it."""
    from frame2frame.worlds.tabletop.example import EXAMPLE

    with tempfile.TemporaryDirectory() as out:
        worked, began = time.process_time(), time.perf_counter()
        result = editor.edit(
            EXAMPLE.picture, EXAMPLE.instruction, seed=EXAMPLE.seed, out=out, progress=False, **wishes
        )
        whole, worked = time.perf_counter() - began, time.process_time() - worked
    stages = {name: result.seconds.get(name, 0.0) for name in STAGES}
    return {"edit": whole, **stages, "elsewhere": whole - sum(result.seconds.values()), "CPU": worked}


def cells(rows: Sequence[Mapping[str, float]]) -> list[str]:
    """The median of each figure."""
    return [f"{statistics.median(row[name] for row in rows):.2f}" for name in rows[0]]


if __name__ == "__main__":
    sys.exit(main())
