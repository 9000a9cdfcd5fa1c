"""The project's own environment, `.venv`: made from `lock/` on the first run, found ready on every later one.

Only Python's standard library is needed here, and a network for the first run alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from download import ROOT, SetUpError, Torch, expected, listed, make_sure_of_room, this_computer

WITHOUT_A_BUILD = ("--no-deps", "--only-binary", ":all:")
LEADS_TO_A_REBUILD = ("python", "folder", "base")

Stamp = Mapping[str, str]
"""What an environment was made from. Empty while it is being made."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment in a folder of its own."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.programs / ("python.exe" if os.name == "nt" else "python")

    @property
    def stamp_file(self) -> Path:
        return self.folder / "made_from.json"

    def stamp(self) -> Stamp:
        """What this environment was made from; empty if that did not come to its end or Python is gone."""
        try:
            stamp = json.loads(self.stamp_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and self.python.exists() else {}

    def write_stamp(self, stamp: Stamp) -> None:
        self.stamp_file.write_text(json.dumps(stamp), "utf-8")

    def create(self) -> None:
        """Begin anew with nothing but pip in it."""
        self._clear()
        if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise SetUpError(
                f"Python's venv is missing; got {sys.executable}; "
                f"on Debian and Ubuntu install it with: sudo apt install python{version}-venv"
            )
        _must([sys.executable, "-m", "venv", str(self.folder)], "Python could not make an environment")

    def _clear(self) -> None:
        """Empty the folder, the stamp last of all: an unfinished environment stays known as ours."""
        if Path(sys.prefix).resolve() == self.folder.resolve():
            raise SetUpError(
                f"{self.folder} must be made again; run the command with another Python than its own"
            )
        if self.folder.exists() and not self.stamp_file.exists() and any(self.folder.iterdir()):
            raise SetUpError(f"{self.folder} is not of our making; move it away and run the command again")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_stamp({})
        for path in set(self.folder.iterdir()) - {self.stamp_file}:
            rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def install_lock(self, part: str, torch: Torch | None = None) -> None:
        """Install the pinned packages of one lock file, none of them built here, and this build of torch."""
        requirements = self.folder / "requirements.txt"
        requirements.write_text(with_torch(lock_text(part), torch), "utf-8")
        self._pip("install", "--require-hashes", *WITHOUT_A_BUILD, "--requirement", str(requirements))

    def install(self, *what: str) -> None:
        """Install this project, from a wheel or a folder, without its dependencies and without a network."""
        self._pip(
            "install",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "--force-reinstall",
            *what,
        )

    def complete(self) -> None:
        """See that nothing is missing; torch's CUDA packages come in where this torch asks for them."""
        if any(line.startswith("torch ") for line in self._complaints()):
            self.install_lock("cuda")
        for line in self._complaints():
            raise SetUpError(f"packages do not fit together; got: {line}; remove {self.folder} and run again")

    def _complaints(self) -> list[str]:
        """What pip finds missing or at odds, a line each."""
        check = subprocess.run(self._pip_command("check"), stdout=subprocess.PIPE, encoding="utf-8")
        return check.stdout.splitlines() if check.returncode else []

    def torch(self) -> Torch | None:
        """The build of torch that pip would take, told without downloading it; None if that fails."""
        quickly = ("--quiet", "--quiet", "--retries", "1", "--timeout", "20", "--use-feature", "fast-deps")
        question = ("install", "--dry-run", "--ignore-installed", *WITHOUT_A_BUILD, *quickly, "--report", "-")
        command = self._pip_command(*question, pinned_torch())
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return torch_build(answer.stdout, allowed=lock_text("base"))

    def _pip(self, *arguments: str) -> None:
        _must(self._pip_command(*arguments), "pip could not install the packages (its message stands above)")

    def _pip_command(self, *arguments: str) -> list[str]:
        return [str(self.python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def lock_text(part: str) -> str:
    return (ROOT / "lock" / f"{part}.txt").read_text("utf-8")


def pinned_torch() -> str:
    """The requirement of base.txt for torch, less its hashes."""
    return next(line.split()[0] for line in lock_text("base").splitlines() if line.startswith("torch=="))


def with_torch(lock: str, torch: Torch | None) -> str:
    """The lock file with torch pinned to one build: by hash alone pip prefers an index over a folder."""
    return lock if torch is None else re.sub("(?m)^torch==[^ ]+", f"torch=={torch.version}", lock)


def torch_build(report: bytes, allowed: str) -> Torch | None:
    """Read pip's report on torch. None if it cannot be read or names a build whose hash is not allowed."""
    try:
        entry = json.loads(report)["install"][0]
        file = str(entry["download_info"]["url"]).rsplit("/", 1)[1].replace("%2B", "+")
        sha256 = str(entry["download_info"]["archive_info"]["hashes"]["sha256"])
        needs = entry["metadata"].get("requires_dist", [])
    except (ValueError, LookupError, TypeError):
        return None
    cuda = sys.platform == "linux" and any(need.startswith(("cuda-", "nvidia-")) for need in needs)
    return Torch(file, cuda) if sha256 in allowed else None


def wanted_stamp(parts: Sequence[str]) -> Stamp:
    """What an environment with these lock files would be made from at present."""
    files = {part: ROOT / "lock" / f"{part}.txt" for part in parts} | {"project": ROOT / "pyproject.toml"}
    digests = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}
    return {"python": f"{sys.version_info[0]}.{sys.version_info[1]}", "folder": str(ROOT)} | digests


def missing(found: Stamp, wanted: Stamp) -> tuple[str, ...]:
    """The steps that lead from what is there to what is wanted; "anew" if nothing there can be kept."""
    if any(found.get(name) != wanted[name] for name in LEADS_TO_A_REBUILD):
        return ("anew", "base", *(name for name in wanted if name not in LEADS_TO_A_REBUILD))
    return tuple(name for name in wanted if found.get(name) != wanted[name])


def prepare(*parts: str) -> Environment:
    """`.venv` with the packages of these lock files and this project; made, completed or just found."""
    environment = Environment(ROOT / ".venv")
    found, wanted = environment.stamp(), wanted_stamp(parts)
    steps = missing(found, wanted)
    if steps:
        _set_up(environment, steps)
        environment.write_stamp({**({} if "anew" in steps else found), **wanted})
    return environment


def _set_up(environment: Environment, steps: Sequence[str]) -> None:
    computer = listed(this_computer())
    locks = tuple(step for step in steps if step not in ("anew", "project"))
    if "anew" in steps:
        environment.create()
    torch = environment.torch() if "base" in steps else None
    if locks:
        _say(make_sure_of_room(expected(locks, torch, computer), ROOT))
    environment.write_stamp({})
    for lock in locks:
        environment.install_lock(lock, torch)
    if "project" in steps:
        environment.install("--editable", str(ROOT))
    environment.complete()
    _say("Set-up finished.")


def run(command: Sequence[str | Path], cwd: Path | None = None) -> int:
    """Run a program to its end and return its exit code; Ctrl-C is left to the program."""
    with subprocess.Popen([str(word) for word in command], cwd=cwd) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def in_environment(parts: Sequence[str], command: Sequence[str], cwd: Path | None = None) -> int:
    """Set up what is missing, then run a program of `.venv`. Its exit code, or 2 if the set-up fails."""
    try:
        environment = prepare(*parts)
    except KeyboardInterrupt:
        _say("Stopped. Run the same command again to set up anew.")
        return 130
    except (SetUpError, OSError) as error:
        _say(f"Error: {error}")
        return 2
    return run([environment.programs / command[0], *command[1:]], cwd)


def _must(command: Sequence[str], otherwise: str) -> None:
    """Run a command with its output on stderr; raises SetUpError if it fails."""
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise SetUpError(f"{otherwise}; run the same command again once the cause is gone")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
