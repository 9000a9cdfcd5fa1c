"""How fast a batch is beside single edits, how long a list may be, and whether a kill loses anything.

    python benchmarks/batch.py speed --edits 40
    python benchmarks/batch.py rows --rows 1000000
    python benchmarks/batch.py kills --kills 100

`speed` makes the same edits of drawn scenes by one `f2f batch`, by `f2f edit` in a process each, and by
`frame2frame.edit` in one process, and prints the seconds and what a batch gains. `rows` looks through a long
list, then goes on with it where ten rows are missing, and prints the seconds until the first of them begins
and the memory. `kills` starts batches and kills them at random moments; after each it looks at what is there,
and in the end at whether every row is done once and as in a batch that nobody killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

F2F = [sys.executable, "-m", "frame2frame"]
FIRST_SEED = 1_600_000_000
MISSING = 10
"""Rows of the long list without a result."""
ALL_IN_ONE = """
import json, sys
import frame2frame

for line in open(sys.argv[1]):
    row = json.loads(line)
    frame2frame.edit(row["picture"], row["instruction"], out=sys.argv[2], progress=False, save="result")
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was asked for; answers the exit code."""
    parser = argparse.ArgumentParser(
        description="Batches: their speed, and what is left when they are killed"
    )
    parser.add_argument("what", choices=tuple(PARTS))
    parser.add_argument("--edits", type=int, default=40, help="edits that are timed")
    parser.add_argument("--singles", type=int, default=8, help="of them by `f2f edit`, whose mean counts")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the long list")
    parser.add_argument("--kills", type=int, default=100, help="how often a batch is killed")
    parser.add_argument("--seed", type=int, default=0, help="of the moments of the kills")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        return PARTS[asked.what](asked, Path(folder))


def manifest(folder: Path, count: int, **wishes: Any) -> Path:
    """A list of edits of drawn scenes."""
    from frame2frame.worlds.tabletop import episode

    path = folder / "edits.jsonl"
    with path.open("w") as file:
        for number in range(count):
            scene = episode(FIRST_SEED + number, frames=2)
            picture = folder / f"{number:03}.png"
            Image.fromarray(scene.source).save(picture)
            row = {"id": f"edit-{number:03}", "picture": str(picture), "instruction": scene.instruction}
            file.write(json.dumps({**row, **wishes}) + "\n")
    return path


def speed(asked: argparse.Namespace, folder: Path) -> int:
    """Print the seconds of each way."""
    path, count = manifest(folder, asked.edits), asked.edits
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    batch = seconds_of([*F2F, "batch", str(path), "--out", str(folder / "batch"), "--no-progress"])
    program = seconds_of([sys.executable, "-c", ALL_IN_ONE, str(path), str(folder / "one")])
    singles = [
        seconds_of([*F2F, "edit", row["picture"], row["instruction"], "--out", str(folder / "each")])
        for row in rows[: asked.singles]
    ]
    each = count * sum(singles) / len(singles)
    print(f"{count} edits in one `f2f batch`: {batch:.1f} s, {batch / count:.2f} s each")
    print(f"`frame2frame.edit` in one process: {program:.1f} s, {program / batch:.2f} times as long")
    print(f"`f2f edit` for each, from {len(singles)}: {each:.1f} s, {each / batch:.2f} times as long")
    return 0


def seconds_of(command: Sequence[str]) -> float:
    """Raises CalledProcessError for a command that fails; exit code 3 is an answer too."""
    began = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, check=False)
    if ended.returncode not in (0, 3):
        raise subprocess.CalledProcessError(ended.returncode, command, ended.stdout, ended.stderr)
    return time.perf_counter() - began


def rows(asked: argparse.Namespace, folder: Path) -> int:
    """Print how long a list of so many rows takes until something is drawn, and the memory."""
    one = json.loads(manifest(folder, 1, frames=9, steps=1).read_text())
    path, out = folder / "long.jsonl", folder / "out"
    with path.open("w") as file:
        for number in range(asked.rows):
            file.write(json.dumps({**one, "id": f"edit-{number:07}"}) + "\n")
    command = [*F2F, "batch", str(path), "--out", str(out)]
    seconds, peak = watched([*command, "--dry-run"])
    print(f"dry run of {asked.rows:,} rows: {seconds:.1f} s, {peak / 2**20:.0f} MiB", flush=True)
    fill(path, out, asked.rows - MISSING)
    for event, what in {"begun": "the list is read", "row": "the first of them is done"}.items():
        seconds, peak = watched([*command, "--together", "1", "--json"], f'"event": "{event}"'.encode())
        print(f"{MISSING} rows missing, until {what}: {seconds:.1f} s, {peak / 2**20:.0f} MiB", flush=True)
    return 0


def fill(path: Path, out: Path, done: int) -> None:
    """Results for the first rows of a list, as a batch writes them."""
    from frame2frame.evaluation.batch.ledger import Outcome
    from frame2frame.evaluation.batch.manifest import Manifest
    from frame2frame.evaluation.batch.rows import Row
    from frame2frame.files.as_json import rendered, to_json

    out.mkdir(exist_ok=True)
    with (out / "results.jsonl").open("w") as file:
        for row in islice(Manifest(path).rows(), done):
            assert isinstance(row, Row)
            outcome = Outcome(row.id, row.key({"save": "result"}), "found", instruction=row.instruction)
            file.write(rendered(to_json(outcome)) + "\n")


def watched(command: Sequence[str], until: bytes | None = None) -> tuple[float, int]:
    """Seconds that a command took, or took until it printed this, and the bytes of memory at its most."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        found = any(until in line for line in process.stdout) if until else not process.stdout.read()
        if until:
            process.kill()
        seconds = time.perf_counter() - began
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it is waited for
    if not found:
        raise RuntimeError(f"{command} did not do what it is timed for")
    return seconds, usage.ru_maxrss * 1024


def kills(asked: argparse.Namespace, folder: Path) -> int:
    """Print how many kills lost or doubled something."""
    moments = random.Random(asked.seed)
    path = manifest(folder, 8, frames=9, steps=1)
    whole, began = folder / "whole", time.perf_counter()
    run(path, whole, None)
    longest, wanted = time.perf_counter() - began, table(whole)
    killed, faults, number = 0, list[str](), 0
    while killed < asked.kills:
        out, number = folder / f"out-{number}", number + 1
        while killed < asked.kills and run(path, out, moments.uniform(0.2, 1.0) * longest):
            killed += 1
            faults += [f"kill {killed}: {fault}" for fault in broken(out)]
        run(path, out, None)
        faults += [f"batch {number}: {fault}" for fault in broken(out)]
        faults += [] if table(out) == wanted else [f"batch {number}: another table in the end"]
    print(f"{killed} kills in {number} batches, {len(faults)} faults")
    print("\n".join(faults[:20]))
    return 1 if faults else 0


def run(path: Path, out: Path, seconds: float | None) -> bool:
    """Go on with a batch, and whether it was killed after so many seconds."""
    command = [*F2F, "batch", str(path), "--out", str(out), "--together", "1", "--no-progress"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


def lines_of(out: Path) -> list[bytes]:
    """The whole lines of the results."""
    path = out / "results.jsonl"
    return (
        []
        if not path.is_file()
        else [one for one in path.read_bytes().splitlines(True) if one.endswith(b"\n")]
    )


def broken(out: Path) -> list[str]:
    """What is wrong with a batch that was left in the middle."""
    rows = [json.loads(line) for line in lines_of(out)]
    doubled = [id for id, count in Counter(row["id"] for row in rows).items() if count > 1]
    lost = [row["id"] for row in rows if row["result"] and not (out / row["result"] / "done.json").is_file()]
    named = list((out / "runs").glob("[!.]*"))
    half = [one.name for one in named if not (one / "done.json").is_file()]
    found = {"done twice": doubled, "lost": lost, "half-written": half}
    return [f"{what}: {', '.join(ids)}" for what, ids in found.items() if ids]


def table(out: Path) -> list[tuple[Any, ...]]:
    """What came of each row."""
    rows = [json.loads(line) for line in lines_of(out)]
    return sorted((row["id"], row["outcome"], row["index"], row["score"], row["seed"]) for row in rows)


PARTS = {"speed": speed, "rows": rows, "kills": kills}

if __name__ == "__main__":
    sys.exit(main())
