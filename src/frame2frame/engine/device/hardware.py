"""What this machine has: GPUs, main memory, processors."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .memory import GIB


@dataclass(frozen=True)
class Gpu:
    """One GPU that PyTorch can use."""

    name: str
    free_gib: float
    total_gib: float

    def __str__(self) -> str:
        return f"{self.name}, {self.free_gib:.1f} of {self.total_gib:.1f} GiB free"


def gpus() -> tuple[Gpu, ...]:
    """The GPUs that PyTorch can use, in its order; raises ImportError where PyTorch is broken."""
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
