# /// script
# requires-python = ">=3.11"
# dependencies = ["packaging"]
# ///
"""Write `lock/` anew from pyproject.toml: pinned versions, hashes of the wheels, and their sizes.

    uv run scripts/lock.py              keeps the versions that the lock has
    uv run scripts/lock.py --upgrade    takes the newest

All extras are solved together, so what a page or an evaluation adds later changes none of these versions.

    base.txt    what an edit needs, and what installs this folder
    cuda.txt    what torch's CUDA build for Linux needs besides; other builds of torch do without
    dev.txt     what the tests and the checks need besides
    docs.txt    what building the site needs besides
    sizes.json  bytes to download for each system and Python

Only wheels are listed, and of these only the ones for our systems and Pythons.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
CUDA = re.compile(r"(nvidia|cuda)-.*|triton")
PIN = re.compile(r"^(\S+==\S+(?: ; .+)?) \\$", re.MULTILINE)


@dataclass(frozen=True)
class System:
    """One kind of computer, in the words of environment markers and of wheel tags."""

    name: str
    sys_platform: str
    machine: str
    tags: tuple[str, ...]

    def markers(self, python: tuple[int, int]) -> dict[str, str]:
        names = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
        os_name, platform_system = names[self.sys_platform]
        version = ".".join(map(str, python))
        return {
            "os_name": os_name,
            "sys_platform": self.sys_platform,
            "platform_machine": self.machine,
            "platform_system": platform_system,
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "python_version": version,
            "python_full_version": f"{version}.0",
        }


def linux_tags(machine: str) -> tuple[str, ...]:
    named = (f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}")
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(39, 4, -1)), *named, f"linux_{machine}")


SYSTEMS = (
    System("linux-x86_64", "linux", "x86_64", linux_tags("x86_64")),
    System("linux-aarch64", "linux", "aarch64", linux_tags("aarch64")),
    System(
        "macos-arm64",
        "darwin",
        "arm64",
        (
            *(f"macosx_{major}_0_{kind}" for major in range(15, 10, -1) for kind in ("arm64", "universal2")),
            *(f"macosx_10_{minor}_universal2" for minor in range(16, 3, -1)),
        ),
    ),
    System("windows-amd64", "win32", "AMD64", ("win_amd64",)),
)


@dataclass(frozen=True)
class Wheel:
    name: str
    size: int
    sha256: str

    @property
    def tags(self) -> frozenset[Tag]:
        return parse_wheel_filename(self.name)[3]


CPU_TORCH = (
    Wheel(
        "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl",
        191_794_682,
        "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    ),
)
"""PyTorch's own build without CUDA, accepted where pip is told of a place that has it."""


@dataclass(frozen=True)
class Package:
    """One pinned version with the wheels that our systems can use."""

    name: str
    version: str
    marker: str
    wheels: tuple[Wheel, ...]

    def wanted(self, system: System, python: tuple[int, int]) -> bool:
        return not self.marker or Marker(self.marker).evaluate(system.markers(python))

    @property
    def wanted_anywhere(self) -> bool:
        return any(self.wanted(system, python) for system in SYSTEMS for python in PYTHONS)

    def size(self, system: System, python: tuple[int, int]) -> int:
        """Bytes of the wheel that pip would take; 0 where the package is not wanted."""
        if not self.wanted(system, python):
            return 0
        for tag in wheel_tags(system, python):
            for wheel in self.wheels:
                if tag in wheel.tags:
                    return wheel.size
        raise SystemExit(f"{self.name} {self.version} has no wheel for {system.name}, Python {python}")

    def __str__(self) -> str:
        """The lines of a requirements file."""
        everywhere = all(self.wanted(system, python) for system in SYSTEMS for python in PYTHONS)
        marker = "" if everywhere else f" ; {self.marker}"
        hashes = sorted(wheel.sha256 for wheel in (*self.wheels, *other_builds(self)))
        return " \\\n    ".join(
            (f"{self.name}=={self.version}{marker}", *(f"--hash=sha256:{h}" for h in hashes))
        )


def other_builds(package: Package) -> tuple[Wheel, ...]:
    return tuple(wheel for wheel in CPU_TORCH if wheel.name.startswith(f"{package.name}-{package.version}+"))


def wheel_tags(system: System, python: tuple[int, int]) -> Iterator[Tag]:
    """The tags that fit, the one pip likes best first."""
    yield from cpython_tags(python, platforms=system.tags)
    yield from compatible_tags(python, f"cp{python[0]}{python[1]}", platforms=system.tags)


def pinned(folder: Path, *options: str) -> list[Package]:
    """The packages that pyproject.toml in `folder` needs under these options, as uv solves it."""
    command = [
        os.environ.get("UV", "uv"),
        "export",
        "--quiet",
        "--format",
        "pylock.toml",
        "--no-default-groups",
    ]
    output = folder / "pylock.toml"
    subprocess.run(
        [*command, "--no-emit-project", "--group", "build", *options, "--output-file", output],
        cwd=folder,
        check=True,
    )
    usable = {tag for system in SYSTEMS for python in PYTHONS for tag in wheel_tags(system, python)}
    packages = (read(entry, usable) for entry in tomllib.loads(output.read_text("utf-8"))["packages"])
    return [package for package in packages if package.wanted_anywhere]


def read(entry: dict[str, Any], usable: set[Tag]) -> Package:
    """One entry of a pylock.toml, less the wheels that none of our systems can use."""
    wheels = (
        Wheel(unquote(wheel["url"].rsplit("/", 1)[1]), wheel["size"], wheel["hashes"]["sha256"])
        for wheel in entry.get("wheels", ())
    )
    kept = tuple(wheel for wheel in wheels if wheel.tags & usable)
    return Package(entry["name"], entry["version"], entry.get("marker", ""), kept)


def present() -> list[str]:
    """The requirements of the lock as it stands."""
    return [
        pin for file in sorted((ROOT / "lock").glob("*.txt")) for pin in PIN.findall(file.read_text("utf-8"))
    ]


def constrained(project: str, pins: Iterable[str]) -> str:
    """The text of pyproject.toml with these pins among its constraints; a list of JSON is one of TOML."""
    before, own, after = project.partition("constraint-dependencies = [")
    if not own:
        raise SystemExit("pyproject.toml has no constraint-dependencies for the pins to join")
    return f"{before}{own}{''.join(f'{json.dumps(pin)}, ' for pin in pins)}{after}"


def parts(pins: Iterable[str]) -> dict[str, list[Package]]:
    """The packages of each lock file, with the versions of `pins`; uv fails where these cannot stay."""
    with tempfile.TemporaryDirectory() as folder:
        project = (ROOT / "pyproject.toml").read_text("utf-8")
        (Path(folder) / "pyproject.toml").write_text(constrained(project, pins), "utf-8")
        base, dev, docs = (
            pinned(Path(folder), *options) for options in ((), ("--extra", "dev"), ("--extra", "docs"))
        )
    names = {package.name for package in base}
    return {
        "base": [package for package in base if not CUDA.fullmatch(package.name)],
        "cuda": [package for package in base if CUDA.fullmatch(package.name)],
        "dev": [package for package in dev if package.name not in names],
        "docs": [package for package in docs if package.name not in names],
    }


def sizes(parts: Mapping[str, list[Package]]) -> dict[str, dict[str, int]]:
    """Bytes to download for each system and Python: torch by itself, the rest by lock file."""
    groups = {**parts, "torch": [package for package in parts["base"] if package.name == "torch"]}
    groups["base"] = [package for package in parts["base"] if package.name != "torch"]
    return {
        f"{system.name}-{python[0]}.{python[1]}": {
            group: sum(package.size(system, python) for package in packages)
            for group, packages in groups.items()
        }
        for system in SYSTEMS
        for python in PYTHONS
    }


def write(name: str, text: str) -> None:
    (ROOT / "lock" / name).write_text(text, "utf-8", newline="\n")


def main() -> None:
    (ROOT / "lock").mkdir(exist_ok=True)
    solved = parts(() if "--upgrade" in sys.argv[1:] else present())
    for part, packages in solved.items():
        write(
            f"{part}.txt", "# Written by scripts/lock.py\n" + "".join(f"{package}\n" for package in packages)
        )
    table = {**sizes(solved), "other-builds": {wheel.name: wheel.size for wheel in CPU_TORCH}}
    write("sizes.json", json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
