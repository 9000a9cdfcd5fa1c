"""What `kills.py` kills: its commands, what of them must never be lost, and what of them is broken."""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import batch

ROOT = Path(__file__).parents[1]
ROWS = 6
"""Of a batch that is killed."""
ROUNDS = 8
"""Of a path that is killed."""
VARIES = ("done.json", "report.html", "scores.json")
"""Files of a run folder that say how long it took."""
ADDRESS = "address: "
HEAD = f"""
import sys, ray
how = {{"include_dashboard": False, "logging_level": "ERROR", "log_to_driver": False}}
ray.init(address="local", num_cpus=2, _temp_dir=sys.argv[1], **how)
print("{ADDRESS}" + ray.get_runtime_context().gcs_address, flush=True)
sys.stdin.read()
"""
"""A cluster that lasts until the end of what it reads."""
SURROUNDINGS = {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token"}
"""Workers are as dear to the system as the program that deals."""


class Kind:
    """What is killed. Its folders are compared with that of a command that nobody killed."""

    parts: int
    """What is finished in the end, as `finished` counts."""

    def command(self, out: Path) -> list[str]:
        """The arguments of `f2f`."""
        raise NotImplementedError

    def finished(self, out: Path) -> Mapping[str, Any]:
        """What must never be lost, by its name, and what tells whether it is still the same."""
        raise NotImplementedError

    def broken(self, out: Path) -> list[str]:
        """What is wrong with a folder whose command was killed or has ended."""
        raise NotImplementedError

    def result(self, out: Path) -> Mapping[str, Any]:
        """What has to be the same in the end, whatever happened."""
        raise NotImplementedError

    def is_done(self, out: Path) -> bool:
        """Whether nothing is left to do, although its command was killed."""
        return False

    def victims(self, moments: random.Random, driver: int) -> tuple[str, list[int]]:
        """Whom to kill now, in a word and by process id; a group by its negative."""
        return "command", [-driver]


class Batch(Kind):
    """`f2f batch`, whose run folders lie by themselves."""

    how: tuple[str, ...] = ("--no-pack",)
    parts = ROWS

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        wishes = {**tiny_models(folder), "frames": 9, "steps": 1, "device": "cpu"}
        self.list = batch.manifest(folder, ROWS, **wishes)

    def command(self, out: Path) -> list[str]:
        """As `Kind` has it."""
        return ["batch", str(self.list), "--out", str(out), "--together", "1", "--no-progress", *self.how]

    def finished(self, out: Path) -> Mapping[str, Any]:
        """The lines of the results, and when their run folders were written."""
        return {line.decode(): _written(out, json.loads(line)) for line in lines_of(out)}

    def broken(self, out: Path) -> list[str]:
        """As `Kind` has it."""
        return broken(out)

    def result(self, out: Path) -> Mapping[str, Any]:
        """The table, and the files of each run folder."""
        rows = [json.loads(line) for line in lines_of(out)]
        files = [files_of(out / row["result"]) for row in rows if row["result"]]
        return {"the table": table(out)} | {name: one for own in files for name, one in own.items()}


class Tars(Batch):
    """The same, with the run folders in tar files."""

    how = ("--pack",)


class Walk(Kind):
    """`f2f edit` that walks a path, whose finished rounds are kept until its end."""

    parts = ROUNDS

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        (row,) = map(json.loads, batch.manifest(folder, 1).read_text().splitlines())
        wishes = {**tiny_models(folder), "frames": 9, "steps": 40, "device": "cpu", "seed": 7}
        wishes |= {"strategy": "path", "rounds": ROUNDS, "candidates": 4, "set": "strategy.stop=false"}
        flags = [part for name, value in wishes.items() for part in (f"--{name}", str(value))]
        self.words = ["edit", row["picture"], row["instruction"], *flags, "--no-progress"]

    def command(self, out: Path) -> list[str]:
        """As `Kind` has it."""
        return [*self.words, "--out", str(out)]

    def finished(self, out: Path) -> Mapping[str, Any]:
        """The rounds that are kept, or the run once it is there."""
        runs = {one.name: one.stat().st_ino for one in _named(out)}
        return runs or {one.name: _same(one) for one in out.glob(".path-*/round_*.npz")}

    def broken(self, out: Path) -> list[str]:
        """As `Kind` has it."""
        half = [one.name for one in _named(out) if not is_whole(one)]
        half += [one.name for one in out.glob(".path-*/round_*.npz") if not _is_archive(one)]
        many = [", ".join(one.name for one in _named(out))] if len(_named(out)) > 1 else []
        found = {"half-written": half, "several runs": many}
        return [f"{what}: {', '.join(ids)}" for what, ids in found.items() if ids]

    def result(self, out: Path) -> Mapping[str, Any]:
        """The files of the run folder."""
        return {name: one for run in _named(out) for name, one in files_of(run, "the run").items()}

    def is_done(self, out: Path) -> bool:
        """Whether the run folder is there: another command would begin another edit."""
        return bool(_named(out))


class Ray(Batch):
    """`f2f batch --ray`, and its workers, on a cluster that outlives them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        self.cluster, address = _cluster(stack)
        self.how = ("--no-pack", "--ray", address)

    def victims(self, moments: random.Random, driver: int) -> tuple[str, list[int]]:
        """The program that deals as often as one of the workers that are there."""
        workers = [*workers_below(self.cluster)]
        if workers and moments.random() < 0.5:
            return "worker", [moments.choice(workers)]
        return "driver", [-driver]


KINDS: Mapping[str, Any] = {"batch": Batch, "tars": Tars, "path": Walk, "ray": Ray}


def tiny_models(folder: Path) -> dict[str, str]:
    """A video model and an encoder that tests draw with, made by another process."""
    import diffusers  # noqa: F401 - once, not in each fork
    import transformers  # noqa: F401

    sys.path.append(str(ROOT))
    if (child := os.fork()) == 0:
        from tests import tiny

        tiny.pipeline(tiny.ROTARY).save_pretrained(folder / "model")
        tiny.encoder(folder / "encoder")
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the tiny models could not be made")
    return {"model": str(folder / "model"), "encoder": str(folder / "encoder")}


def _written(out: Path, row: Mapping[str, Any]) -> Any:
    """When the run folder of a row was written, where it lies by itself."""
    return _same(out / row["result"] / "done.json") if row["result"] else None


def _same(file: Path) -> Any:
    """What tells whether a file is still the one that it was."""
    with suppress(OSError):
        found = file.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size
    return None


def _named(out: Path) -> list[Path]:
    return [one for one in out.glob("[!.]*") if one.is_dir()]


def _is_archive(file: Path) -> bool:
    with suppress(OSError, zipfile.BadZipFile):
        return zipfile.ZipFile(file).testzip() is None
    return False


def files_of(run: Path, name: str = "") -> dict[str, int]:
    """A run's files by name, as numbers for what is in them; without those that say how long it took."""
    from frame2frame.runs.packed import unpacked

    files = sorted(one for one in unpacked(run).iterdir() if one.name not in VARIES)
    return {f"{name or run.name}/{one.name}": hash(one.read_bytes()) for one in files}


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
    doubled = [id for id, times in Counter(row["id"] for row in rows).items() if times > 1]
    lost = [row["id"] for row in rows if row["result"] and not is_whole(out / row["result"])]
    named = [one for one in (out / "runs").glob("[!.]*") if one.is_dir()]
    half = [one.name for one in named if not is_whole(one)]
    found = {"done twice": doubled, "lost": lost, "half-written": half}
    return [f"{what}: {', '.join(ids)}" for what, ids in found.items() if ids]


def is_whole(run: Path) -> bool:
    """Whether a run folder is there, by itself or in its tar file."""
    from frame2frame.errors import InputError
    from frame2frame.runs.packed import unpacked

    try:
        return (unpacked(run) / "done.json").is_file()
    except InputError:
        return False


def table(out: Path) -> list[tuple[Any, ...]]:
    """What came of each row."""
    rows = [json.loads(line) for line in lines_of(out)]
    return sorted((row["id"], row["outcome"], row["index"], row["score"], row["seed"]) for row in rows)


def _cluster(stack: ExitStack) -> tuple[int, str]:
    """A cluster of Ray on this machine with two CPUs: the process above its workers, and its address."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="r", dir="/tmp"))
    os.environ.update(SURROUNDINGS, RAY_AUTH_TOKEN=secrets.token_hex(32))  # before Ray is imported
    command = [sys.executable, "-c", HEAD, folder]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    stack.callback(process.wait)
    stack.callback(process.stdin.close)
    for line in process.stdout:
        if line.startswith(ADDRESS):
            return process.pid, line.removeprefix(ADDRESS).strip()
    raise RuntimeError("the cluster of Ray does not start")


def workers_below(above: int) -> Iterator[int]:
    """The workers on Ray below a process, by their process ids."""
    told = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    parents, names = dict[int, int](), dict[int, str]()
    for line in told.splitlines():
        pid, parent, name = line.split(None, 2)
        parents[int(pid)], names[int(pid)] = int(parent), name
    for worker in (number for number, name in names.items() if name.startswith("ray::Worker")):
        one = worker
        while one in parents and one != above:
            one = parents[one]
        if one == above:
            yield worker
