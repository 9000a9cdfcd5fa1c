"""The machine that a bundle is made on, and how much of its memory an edit takes."""

from __future__ import annotations

import sys

from ...engine.device.hardware import main_memory_gib
from ...engine.device.memory import GIB
from ...engine.device.placement import choose_device
from ..machine import machine as computing
from .layout import Machine, Peak


def machine(device: str) -> Machine:
    """What computes on this device. Raises InputError."""
    import torch

    facts = computing(device)
    place = choose_device(device)
    gpu = torch.cuda.get_device_properties(place).total_memory / GIB if place.type == "cuda" else None
    return Machine(
        device=str(facts["device"]),
        processor=str(facts["processor"]),
        gpu_gib=_rounded(gpu),
        main_gib=_rounded(main_memory_gib()),
        threads=int(facts["threads"]),
        system=str(facts["system"]),
    )


class Gauge:
    """The peak of memory from when it is made."""

    def __init__(self, device: str) -> None:
        import torch

        self._place = choose_device(device)
        if self._place.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._place)

    def peak(self) -> Peak:
        import torch

        if self._place.type != "cuda":
            return Peak(None, None, _rounded(_main_peak_gib()))
        used, held = (
            measure(self._place) / GIB
            for measure in (torch.cuda.max_memory_allocated, torch.cuda.max_memory_reserved)
        )
        return Peak(_rounded(used), _rounded(held), _rounded(_main_peak_gib()))


def _main_peak_gib() -> float | None:
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    most: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / GIB


def _rounded(gib: float | None) -> float | None:
    return None if gib is None else round(gib, 2)
