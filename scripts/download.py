"""What setting up will download, and whether the disk has room for it."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from python_version import NEWEST

ROOT = Path(__file__).resolve().parent.parent
SYSTEMS = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}
GROWTH, GROWTH_WITH_CUDA = 4.3, 2.0
"""How much larger the packages are once unpacked and compiled to bytecode, as measured on Linux."""
COPIES = 2
"""Of each download, while it works: the file itself, and the one that pip keeps for later."""

Listing = Mapping[str, int]
"""Bytes by lock file, of torch, and of other builds of torch by file name."""


class SetUpError(Exception):
    """The environment cannot be made; one line says what, what was found, and what to do."""


@dataclass(frozen=True)
class Torch:
    """The build of torch that pip would take: its file's name, and whether it needs CUDA's packages."""

    file: str
    needs_cuda: bool

    @property
    def version(self) -> str:
        """As in the file's name, for example 2.13.0+cpu."""
        return self.file.split("-")[1]


@dataclass(frozen=True)
class Download:
    """Bytes to come over the network: ordinary packages, and torch's CUDA packages."""

    ordinary: int
    cuda: int = 0

    @property
    def total(self) -> int:
        return self.ordinary + self.cuda

    @property
    def installed(self) -> int:
        """Bytes of disk that stay taken."""
        return round(self.total * (GROWTH_WITH_CUDA if self.cuda else GROWTH))

    @property
    def room(self) -> int:
        """Bytes of disk that must be free to begin."""
        return self.installed + COPIES * self.total

    def announce(self, free: int) -> str:
        """The line that is shown before anything is downloaded."""
        cuda = f", {amount(self.cuda)} of it for CUDA" if self.cuda else ""
        return (
            f"Setting up .venv, once: about {amount(self.total)} to download{cuda}. "
            f"It takes {amount(self.installed)} of disk, {amount(self.room)} while it works; "
            f"{amount(free)} are free."
        )


def computer(system: str, machine: str, python: tuple[int, int]) -> str:
    """The name under which `lock/sizes.json` lists such a computer, for example linux-x86_64-3.11."""
    major, minor = min(python, NEWEST)
    return f"{SYSTEMS.get(system, system)}-{machine}-{major}.{minor}".lower()


def this_computer() -> str:
    machine = platform.machine() if sys.maxsize > 2**32 else "32-bit"
    return computer(platform.system(), machine, (sys.version_info[0], sys.version_info[1]))


def listed(name: str) -> Listing:
    """What `lock/sizes.json` says of the computer called `name`; raises SetUpError if it is not there."""
    table: dict[str, Listing] = json.loads((ROOT / "lock" / "sizes.json").read_text("utf-8"))
    if name not in table:
        known = ", ".join(sorted({key.rsplit("-", 1)[0] for key in table} - {"other"}))
        raise SetUpError(
            f"there are no ready-made packages for this computer; got {name}; they exist for {known}"
        )
    return {**table["other-builds"], **table[name]}


def expected(parts: tuple[str, ...], torch: Torch | None, sizes: Listing) -> Download:
    """What installing these lock files downloads.

    `torch` None means that its build is not known; then the one of the usual index is counted.
    """
    ordinary = sum(sizes[part] for part in parts)
    if "base" not in parts:
        return Download(ordinary)
    if torch is None:
        return Download(ordinary + sizes["torch"], sizes["cuda"])
    return Download(
        ordinary + sizes.get(torch.file, sizes["torch"]), sizes["cuda"] if torch.needs_cuda else 0
    )


def make_sure_of_room(download: Download, folder: Path) -> str:
    """The announcement; raises SetUpError if the disk that holds `folder` has too little room."""
    free = shutil.disk_usage(folder).free
    if free < download.room:
        raise SetUpError(
            f"the disk of {folder} has too little room for .venv; got {amount(free)} free; "
            f"make it {amount(download.room)} and run the same command again"
        )
    return download.announce(free)


def amount(size: int) -> str:
    """Bytes in words that people use: 350 MB, 2.9 GB."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
