"""What a benchmark ran on and with, so that its figures can be compared."""

from __future__ import annotations

import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..engine.device.placement import choose_devices
from ..engine.models import catalogue, checkpoint
from ..errors import ModelError
from ..plugins.stages import Generator
from ..runs.versions import versions
from .making import model_of, stages_of
from .plan import DRAWN_PARTS, FIRST_SEED, Plan


def about(plan: Plan) -> dict[str, Any]:
    """Plan, machine, model and versions as plain JSON values."""
    return {
        "benchmark": "tabletop",
        "first_seed": FIRST_SEED,
        "plan": asdict(plan),
        "machine": machine(plan.device),
        "model": _model(plan),
        "versions": dict(versions()),
    }


def machine(device: str) -> dict[str, Any]:
    """The devices that compute, the first one by name, and the CPU threads that help them."""
    import torch

    place, *others = choose_devices(device)
    on_gpu = place.type == "cuda"
    return {
        "device": place.type,
        "devices": 1 + len(others),
        "processor": torch.cuda.get_device_name(place) if on_gpu else _processor(),
        "threads": torch.get_num_threads(),
        "system": platform.platform(),
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")  # platform.processor() is empty on most Linux systems
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _model(plan: Plan) -> dict[str, Any]:
    model = model_of(plan)
    return {
        "name": model.label,
        "encoder": catalogue.shown(model.encoder),
        **_weights(stages_of(plan).generator, plan.part),
    }


def _weights(generator: Generator, part: str) -> dict[str, Any]:
    """Revision and SHA-256 of each weight file; empty if the part under test needs no video model.

    Raises ModelError if it needs one that is not here.
    """
    try:
        folder = generator.folder()
        return {"revision": checkpoint.revision(folder), "weights": checkpoint.fingerprints(folder)}
    except ModelError:
        if part not in DRAWN_PARTS:
            raise
        return {"revision": None, "weights": {}}
