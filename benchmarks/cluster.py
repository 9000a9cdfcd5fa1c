"""How fast workers on Ray are beside one program, and what dealing costs.

    python benchmarks/cluster.py speed --edits 24
    python benchmarks/cluster.py overhead --rows 200

`speed` makes the same edits one by one in one program of one thread, and by two workers of one thread on this
machine; it prints the seconds an edit once both are warm, and whether the files are the same. `overhead`
deals out rows that take no time to draw, whose run folders are real, and then only writes the same folders.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import batch
from frame2frame.evaluation.batch.worker import Sent, Worker

WORKERS = 2
WARM = 4
"""Edits that are not timed: models load with the first."""
ALONE, RAY = ("--together", "1"), ("--together", "1", "--ray", "local")
DIFFERS = ("done.json", "report.html", "scores.json")
"""Files of a run folder that say how long it took."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was asked for; answers the exit code."""
    parser = argparse.ArgumentParser(description="Batches on Ray: speed and overhead")
    parser.add_argument("what", choices=tuple(PARTS))
    parser.add_argument("--edits", type=int, default=24, help="edits that are timed")
    parser.add_argument("--rows", type=int, default=200, help="rows whose dealing is timed")
    asked = parser.parse_args(arguments)
    # Workers are as dear to the system as this program, whatever else runs on the machine.
    os.environ.update(OMP_NUM_THREADS="1", RAY_worker_niceness="0")
    with tempfile.TemporaryDirectory() as folder:
        return PARTS[asked.what](asked, Path(folder))


def speed(asked: argparse.Namespace, folder: Path) -> int:
    """Print the seconds an edit of both ways, and what the workers gain."""
    path = batch.manifest(folder, asked.edits)
    alone, ray = folder / "alone", folder / "ray"
    one, whole = paced(path, alone, ALONE)
    print(f"one program, one thread: {one:.2f} s an edit, {whole:.1f} s in all for {asked.edits}", flush=True)
    two, whole = paced(path, ray, RAY)
    print(
        f"{WORKERS} workers on Ray: {two:.2f} s an edit, {whole:.1f} s in all; {one / two:.2f} times as fast"
    )
    others = [str(path) for path in different(alone, ray)]
    print(f"files that differ: {', '.join(others) or 'none'}")
    return 1 if others else 0


def paced(path: Path, out: Path, how: Sequence[str]) -> tuple[float, float]:
    """Seconds an edit once the models are loaded, and of the whole command."""
    came, began = list[float](), time.perf_counter()
    command = [*batch.F2F, "batch", str(path), "--out", str(out), "--json", *how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        came = [time.perf_counter() for line in process.stdout if b'"event": "row"' in line]
    return (came[-1] - came[WARM - 1]) / (len(came) - WARM), time.perf_counter() - began


def different(first: Path, other: Path) -> Iterator[Path]:
    """The files of the run folders that are not the same in both, but for those that hold times."""
    for path in sorted((first / "runs").glob("*/*")):
        same = other / path.relative_to(first)
        if path.name not in DIFFERS and (not same.is_file() or same.read_bytes() != path.read_bytes()):
            yield path.relative_to(first)


class Ready(Worker):
    """Has made the first edit of the batch before it is asked, and answers each row with that."""

    def edit(self, rows: Sequence[Any]) -> list[Sent]:
        """The same edit under the names of these rows."""
        if not hasattr(self, "made"):
            (self.made,) = super().edit(rows[:1])
        return [
            replace(self.made, outcome=replace(self.made.outcome, id=row.id, result=f"runs/{row.id}"))
            for row in rows
        ]


def overhead(asked: argparse.Namespace, folder: Path) -> int:
    """Print what dealing, sending and writing take for a row."""
    from frame2frame.evaluation.batch.cluster import Cluster
    from frame2frame.evaluation.batch.ledger import Outcome
    from frame2frame.evaluation.batch.manifest import Manifest
    from frame2frame.evaluation.batch.work import Batch, carried_out
    from frame2frame.runs.write import put_run

    one = json.loads(batch.manifest(folder, 1).read_text())
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps({**one, "id": f"row-{n}"}) + "\n" for n in range(asked.rows)))
    told = Batch(Manifest(path), folder / "out", {"save": "result"}, together=1)
    with Cluster.opened("local") as cluster:
        events = carried_out(told, replace(cluster, worker=Ready))
        came = [time.perf_counter() for event in events if isinstance(event, Outcome)]
    half = len(came) // 2  # until then workers start
    each = (came[-1] - came[half - 1]) / (len(came) - half)
    files = {one.name: one.read_bytes() for one in (folder / "out" / "runs" / "row-0").iterdir()}
    began = time.perf_counter()
    for number in range(half):
        put_run(folder / "again", f"row-{number}", files)
    alone = (time.perf_counter() - began) / half
    size = f"{len(files)} files, {sum(map(len, files.values())) / 1000:.0f} kB"
    print(f"{each * 1000:.1f} ms a row of {size}, dealt, sent and written; {alone * 1000:.1f} ms to write it")
    return 0


PARTS = {"speed": speed, "overhead": overhead}


if __name__ == "__main__":
    sys.exit(main())
