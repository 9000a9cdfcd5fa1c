"""What this machine has: GPUs, main memory, processors."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .memory import GIB

if TYPE_CHECKING:
    import torch

_DRIVERS = ("/dev/nvidiactl", "/dev/nvmap", "/dev/dxg", "/dev/kfd")
"""One of which Linux has where a GPU can compute: NVIDIA's own, on a Jetson, in WSL, AMD's."""


@dataclass(frozen=True)
class Gpu:
    """One GPU that PyTorch can use."""

    name: str
    free_gib: float
    total_gib: float

    def __str__(self) -> str:
        return f"{self.name}, {self.free_gib:.1f} of {self.total_gib:.1f} GiB free"


def gpus() -> tuple[Gpu, ...]:
    """The GPUs that PyTorch can use, in its order; raises ImportError where it is broken."""
    if sys.platform == "linux" and not any(Path(place).exists() for place in _DRIVERS):
        return ()
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return tuple(_gpu(number) for number in range(count))


def _gpu(number: int) -> Gpu:
    import torch

    free, total = torch.cuda.mem_get_info(number)
    return Gpu(torch.cuda.get_device_name(number), free / GIB, total / GIB)


def main_memory_gib() -> float | None:
    """The machine's main memory, or None where the system does not say."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
    return None


def free_main_memory() -> int:
    """Bytes of main memory that this process can still take; half of all where the system does not say."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024
        return min(free, _left_of_container(Path("/sys/fs/cgroup"), free))
    return round((main_memory_gib() or 0) * GIB / 2)


def _left_of_container(place: Path, otherwise: int) -> int:
    """Bytes below the bound of the container that this process runs in; `otherwise` where there is none."""
    with suppress(OSError, ValueError):
        bound, used = (int((place / f"memory.{name}").read_text()) for name in ("max", "current"))
        counts = dict(line.split() for line in (place / "memory.stat").read_text().splitlines())
        return bound - used + int(counts.get("inactive_file", 0))  # which the system gives up when asked
    return otherwise


def numbered(device: torch.device) -> torch.device:
    """The same device with its number."""
    import torch

    if device.index is not None:
        return device
    return torch.device(device.type, torch.cuda.current_device() if device.type == "cuda" else 0)
