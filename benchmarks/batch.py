"""How fast a batch is beside single edits, how long a list may be, and whether a kill tears a tar file.

    python benchmarks/batch.py speed --edits 40
    python benchmarks/batch.py rows --rows 1000000
    python benchmarks/batch.py packs --kills 100

`speed` makes the same edits of drawn scenes by one `f2f batch`, by `f2f edit` in a process each, and by
`frame2frame.edit` in one process, and prints the seconds and what a batch gains. `rows` looks through a long
list, then goes on with it where ten rows are missing, and prints the seconds until the first of them begins
and the memory. `packs` kills a program that puts run folders into one tar file without a pause, and looks at
what is in it; `kills.py` kills whole batches.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from PIL import Image

F2F = [sys.executable, "-m", "frame2frame"]
CORES = os.cpu_count() or 1
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
    parser.add_argument("--kills", type=int, default=100, help="how often the program is killed")
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
    """Print the seconds of each way, those of computing, and what a batch gains."""
    path, edits = manifest(folder, asked.edits), asked.edits
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    batch = [*F2F, "batch", str(path), "--no-progress", "--out"]
    own = spent_by([*batch, str(folder / "batch")])
    print(f"{edits} edits in one `f2f batch`: {own.told(edits)}", flush=True)
    alone = spent_by([*batch, str(folder / "alone"), "--together", "1"])
    print(f"drawn one by one (`--together 1`): {alone.told(edits)}, {own.beside(alone)}", flush=True)
    program = spent_by([sys.executable, "-c", ALL_IN_ONE, str(path), str(folder / "one")])
    print(f"`frame2frame.edit` in one process: {program.told(edits)}, {own.beside(program)}", flush=True)
    least, cores = own.computing / CORES, f"{CORES} cores"
    print(
        f"if the batch left none of {cores} idle: {least:.1f} s, {program.seconds / least:.2f} times sooner"
    )
    if asked.singles:
        singles = [
            spent_by([*F2F, "edit", row["picture"], row["instruction"], "--out", str(folder / "each")])
            for row in rows[: asked.singles]
        ]
        each = Spent(*(edits * sum(one) / len(singles) for one in zip(*singles, strict=True)))
        told = f"`f2f edit` for each, from {len(singles)}"
        print(f"{told}: {each.told(edits)}, {own.beside(each)}")
    return 0


class Spent(NamedTuple):
    """What a command took."""

    seconds: float
    computing: float
    """Seconds of all cores."""

    def told(self, edits: int) -> str:
        """In words."""
        each = f"{self.seconds / edits:.2f} s each, {self.computing / edits:.2f} s of computing"
        return f"{self.seconds:.1f} s, {each}, {self.computing / self.seconds:.2f} cores at once"

    def beside(self, other: Spent) -> str:
        """How long another took, and how much it computed."""
        times, computing = other.seconds / self.seconds, other.computing / self.computing
        return f"{times:.2f} times as long and {computing:.2f} of the computing"


def spent_by(command: Sequence[str]) -> Spent:
    """Raises CalledProcessError for a command that fails; exit code 3 is an answer too."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)


def rows(asked: argparse.Namespace, folder: Path) -> int:
    """Print how long a list of so many rows takes until something is drawn, and the memory."""
    one = json.loads(manifest(folder, 1, frames=9, steps=1).read_text())
    path, out = folder / "long.jsonl", folder / "out"
    with path.open("w") as file:
        for number in range(asked.rows):
            file.write(json.dumps({**one, "id": f"edit-{number:07}"}) + "\n")
    command = [*F2F, "batch", str(path), "--out", str(out)]
    print(f"dry run of {asked.rows:,} rows: {watched([*command, '--dry-run'])}", flush=True)
    fill(path, out, asked.rows - MISSING)
    for event, what in {"begun": "the list is read", "row": "the first of them is done"}.items():
        took = watched([*command, "--together", "1", "--json"], event)
        print(f"{MISSING} rows missing, until {what}: {took}", flush=True)
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


def watched(command: Sequence[str], until: str | None = None) -> str:
    """What a command took, or took until it told of this event: seconds, those of computing, and memory."""
    began, found = time.perf_counter(), dict[str, Any]()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout if until else [process.stdout.read()]:
            found = json.loads(line) if until else {"event": until}
            if found["event"] == until:
                break
        if until:
            process.kill()
        seconds = time.perf_counter() - began
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it is waited for
    if not found or found["event"] != until:
        raise RuntimeError(f"{command} did not do what it is timed for")
    computing = usage.ru_utime + usage.ru_stime
    edit = f", of which loading and drawing {found['seconds']:.1f} s" if "seconds" in found else ""
    return f"{seconds:.1f} s ({computing:.1f} s computing){edit}, {usage.ru_maxrss / 2**10:.0f} MiB"


def packs(asked: argparse.Namespace, folder: Path) -> int:
    """Print how many kills lost or doubled a folder in a tar file."""
    import frame2frame.runs.packed  # noqa: F401 - once, not in each child

    moments, tar, faults = random.Random(asked.seed), folder / "000.tar", list[str]()
    for number in range(asked.kills):
        if (child := os.fork()) == 0:
            put_in(folder / f"made-{number}", tar)
        time.sleep(moments.uniform(0.002, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        faults += [f"kill {number}: {fault}" for fault in torn(tar)]
    held = len(tar.with_suffix(".index").read_bytes().splitlines())
    print(f"{asked.kills} kills while {held} folders were put in, {len(faults)} faults")
    print("\n".join(faults[:20]))
    return 1 if faults else 0


def put_in(folder: Path, tar: Path) -> NoReturn:
    """Put folders into a tar file without an end."""
    from frame2frame.runs.packed import pack

    for number in count():
        run = folder / f"{folder.name}-{number}"
        run.mkdir(parents=True)
        (run / "clip.mp4").write_bytes(os.urandom(5_000))
        (run / "done.json").write_text(run.name)
        pack(tar, run)
    raise AssertionError("there is no end")


def torn(tar: Path) -> list[str]:
    """What is wrong with a tar file whose program was killed: each line of its index has a whole folder."""
    index = tar.with_suffix(".index")
    lines = index.read_bytes().splitlines(True) if index.is_file() else []
    rows = [json.loads(line) for line in lines if line.endswith(b"\n")]
    faults = [f"{id} twice" for id, times in Counter(row["id"] for row in rows).items() if times > 1]
    with tar.open("ab+") as file:
        for row in rows:
            file.seek(row["offset"])
            with tarfile.open(fileobj=BytesIO(file.read(row["length"]))) as archive:
                said = archive.extractfile(f"{row['id']}/done.json")
                faults += [] if said and said.read().decode() == row["id"] else [f"{row['id']} torn"]
    return faults


PARTS = {"speed": speed, "rows": rows, "packs": packs}

if __name__ == "__main__":
    sys.exit(main())
