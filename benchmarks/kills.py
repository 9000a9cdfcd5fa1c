"""Whether a kill loses anything: commands are killed at random moments, and what is left is looked at.

    python benchmarks/kills.py batch --kills 100 --json kills.json
    python benchmarks/kills.py tars --kills 100 --json kills.json
    python benchmarks/kills.py path --kills 100 --json kills.json
    python benchmarks/kills.py ray --kills 100 --json kills.json

`batch` and `tars` kill `f2f batch`, whose run folders lie by themselves or in tar files; `path` kills `f2f
edit` while it walks a path; `ray` kills the program that deals rows out to workers on Ray, or one of these.

A killed command is given again until it ends, and without a kill once it had finished all its parts. Each is
a fork of this process, which has imported what the command needs, and runs the command line's own main
function; SIGKILL goes to it and to all that it began. Half of the moments are drawn evenly over the life of a
command that nobody kills, from the fork to its end. The others come within `NEAR` seconds after a folder was
made, or a file opened for writing, renamed or removed, each such event being as likely. A model with tiny
random weights draws.

After each kill, what was finished before must be there as it was, nothing may be there twice, and whatever
bears its name must be whole. In the end there must be the same table and files as of a command that nobody
killed. With `--json` the figures of several calls add up, and each call goes on with the next seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from select import select
from typing import Any, NoReturn

from killed import KINDS, Kind

NEAR = 0.02
"""Seconds, at most, from an event to the kill that is aimed at it."""
LONGEST = 600.0
"""Seconds after which a command is said to hang."""
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate")
"""Audit events that change what is on the disk, as `open` does where it opens for writing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what the kills left; answers the exit code."""
    parser = argparse.ArgumentParser(description="Whether a kill loses anything")
    parser.add_argument("what", choices=tuple(KINDS))
    parser.add_argument(
        "--kills", type=int, default=100, help="how often it is killed, in all calls together"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="figures, to which these are added")
    asked = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"  # a fork has no threads but its own
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)  # where killed programs leave what they began
        killing = Killing.begun(KINDS[asked.what](folder, stack), folder)
        print(f"{asked.what}: {killing.seconds:.1f} s and {killing.events} events unless killed", flush=True)
        while (tally := Tally.read(asked.json, asked.what)).kills < asked.kills:
            killing.until_its_end(tally)
            tally.write(asked.json)
            print(tally, flush=True)
    return 1 if tally.faults else 0


@dataclass
class Tally:
    """What came of all kills of one kind so far."""

    what: str
    kills: int = 0
    by: dict[str, int] = field(default_factory=dict)
    """The kills, by how their moments were chosen and what was killed."""
    found: dict[str, int] = field(default_factory=dict)
    """The kills, by what the killed command had done by then."""
    ends: int = 0
    """Commands that came to their end after kills."""
    seed: int = 0
    """Of the next command's moments."""
    faults: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path | None, what: str) -> Tally:
        """That of a file; a new one where it has none."""
        kept = _kept.get(what) if path is None else _parts(path).get(what)
        return cls(what) if kept is None else cls(**kept)

    def count(self, way: str, stage: str) -> None:
        """One more kill."""
        self.kills += 1
        self.by[way] = self.by.get(way, 0) + 1
        self.found[stage] = self.found.get(stage, 0) + 1

    def write(self, path: Path | None) -> None:
        """Keep it for the next call."""
        _kept[self.what] = asdict(self)
        if path is not None:
            from frame2frame.evaluation.machine import machine

            told = {"machine": machine("cpu"), "parts": {**_parts(path), self.what: asdict(self)}}
            path.write_text(json.dumps(told, indent=1) + "\n")

    def __str__(self) -> str:
        told = f"{self.what}: {self.kills} kills, {self.ends} ends, {len(self.faults)} faults"
        ways = ", ".join(f"{count} {way}" for way, count in sorted({**self.by, **self.found}.items()))
        return "\n  ".join([f"{told}, seeds to {self.seed - 1} ({ways})", *self.faults[:20]])


_kept: dict[str, Any] = {}


def _parts(path: Path) -> dict[str, Any]:
    parts: dict[str, Any] = json.loads(path.read_text())["parts"] if path.is_file() else {}
    return parts


@dataclass(eq=False)
class Start:
    """A command in a process of its own, which tells of each change that it makes to the disk."""

    pid: int
    told: int
    """Where a byte comes for each."""
    events: int = 0
    began: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, arguments: Sequence[str], log: Path) -> Start:
        """Fork, and carry out `f2f` with these arguments."""
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(reading)
            _carry_out(arguments, log, writing)
        os.close(writing)
        return cls(pid, reading)

    def waited(self, seconds: float = LONGEST, events: int = 1 << 62) -> bool:
        """Wait for its end, for so long or until it told of so many events; whether it goes on still."""
        end = time.perf_counter() + seconds
        while self.events < events and (left := end - time.perf_counter()) > 0:
            if select([self.told], [], [], left)[0]:
                if not (came := os.read(self.told, min(events - self.events, 1 << 16))):
                    return False
                self.events += len(came)
        return True

    def ended(self, *victims: int) -> int:
        """Its exit code, after these were killed; -9 if it was, or if it had hung."""
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        os.close(self.told)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return code


def _carry_out(arguments: Sequence[str], log: Path, telling: int) -> NoReturn:
    os.setsid()
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.set_inheritable(telling, False)

    def tell(event: str, told: tuple[Any, ...]) -> None:
        if event in CHANGES or (event == "open" and told[2] & (os.O_WRONLY | os.O_RDWR)):
            with suppress(OSError):
                os.write(telling, b".")

    sys.addaudithook(tell)
    sys.argv = ["f2f", *arguments]
    code = 1
    try:
        from frame2frame.cli import main as f2f

        f2f()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)


@dataclass(eq=False)
class Killing:
    """One kind of command, what it leaves if nobody kills it, and how long it takes."""

    kind: Kind
    folder: Path
    seconds: float = 0.0
    events: int = 0
    result: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def begun(cls, kind: Kind, folder: Path) -> Killing:
        """After two commands that nobody killed: the first shows what is to be imported."""
        one = cls(kind, folder)
        _import_what_it_needs(kind.command(folder / "first"), folder / "log")
        start = one._start(whole := folder / "whole")
        start.waited()
        one.seconds, one.events = time.perf_counter() - start.began, start.events
        if (code := start.ended()) not in (0, 3):
            raise RuntimeError(f"exit code {code}: {(folder / 'log').read_text()[-2000:]}")
        one.result = kind.result(whole)
        return one

    def _start(self, out: Path) -> Start:
        return Start.of(self.kind.command(out), self.folder / "log")

    def until_its_end(self, tally: Tally) -> None:
        """Give a command again and again, killed each time, until it ends; all goes into the tally."""
        moments, out = random.Random(tally.seed), self.folder / f"out-{tally.seed}"
        faults = list[str]()
        while True:
            before = self.kind.finished(out)
            code, hangs = self._killed(out, moments, tally, len(before))
            faults += ["it hangs"] if hangs else []
            faults += self._looked_at(out, before)
            if code != -signal.SIGKILL or self.kind.is_done(out):
                break
        faults += [] if code in (0, 3, -signal.SIGKILL) else [f"exit code {code}"]
        faults += [f"another in the end: {name}" for name in _different(self.kind.result(out), self.result)]
        tally.faults += [f"seed {tally.seed}: {fault}" for fault in faults]
        tally.ends += 1
        tally.seed += 1

    def _killed(self, out: Path, moments: random.Random, tally: Tally, had: int) -> tuple[int, bool]:
        """The exit code of a command, and whether it hung; a worker's kill does not end it."""
        start = self._start(out)
        if had == self.kind.parts:  # or most kills of a path would fall behind its rounds
            hangs = start.waited()
            return start.ended(*([-start.pid] if hangs else [])), hangs
        while True:
            way, goes_on = self._until_a_moment(start, moments)
            if not goes_on:
                return start.ended(), False
            if time.perf_counter() - start.began > LONGEST:
                return start.ended(-start.pid), True
            who, victims = self.kind.victims(moments, start.pid)
            tally.count(f"{who} {way}", self._stage(start, out, had))
            if victims == [-start.pid]:
                return start.ended(*victims), False
            for victim in victims:
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)

    def _until_a_moment(self, start: Start, moments: random.Random) -> tuple[str, bool]:
        """Wait; how the moment was chosen, and whether the command goes on still."""
        if moments.random() < 0.5:
            return "at any moment", start.waited(moments.uniform(0, self.seconds))
        event, delay = moments.randint(1, self.events), moments.uniform(0, NEAR)
        return "after an event", start.waited(events=event) and start.waited(delay)

    def _looked_at(self, out: Path, before: Mapping[str, Any]) -> list[str]:
        """What is wrong after a kill, or in the end."""
        after = self.kind.finished(out)
        done = self.kind.is_done(out)
        lost = [] if done else [name for name in before if before[name] != after.get(name)]
        return [*self.kind.broken(out), *(f"lost or made anew: {name}" for name in lost)]

    def _stage(self, start: Start, out: Path, had: int) -> str:
        """What a command has done that is about to be killed."""
        have = len(self.kind.finished(out))
        if self.kind.is_done(out) or have == self.kind.parts:
            return "when all was finished"
        if have > had:
            return "after it had finished something"
        return "before it had finished anything" if start.events else "before it had written anything"


def _different(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The names under which two have not the same."""
    return sorted(name for name in {**one, **other} if one.get(name) != other.get(name))


def _import_what_it_needs(arguments: Sequence[str], log: Path) -> None:
    """Import into this process what a first command did, so that its forks need not."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.setsid()
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.argv = ["f2f", *arguments]
        with suppress(SystemExit):
            from frame2frame.cli import main as f2f

            f2f()
        os.write(writing, json.dumps([*sys.modules]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        names = json.loads(file.read() or b"[]")
    os.waitpid(child, 0)
    for name in names:
        with suppress(Exception):
            __import__(name)


if __name__ == "__main__":
    sys.exit(main())
