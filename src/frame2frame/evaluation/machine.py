"""What a benchmark ran on and with, so that its figures can be compared."""

from __future__ import annotations

import platform
import re
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..engine.device.placement import choose_devices
from ..engine.models import catalogue, checkpoint
from ..files.as_json import to_json
from ..plugins.naming import recordable
from ..runs.versions import versions
from ..worlds.photoworld import Photographs
from .measures import perceptual
from .plan import Plan
from .tasks.task import stages_of


def about(plan: Plan) -> dict[str, Any]:
    """Plan, machine, model and versions as plain JSON values."""
    return {
        "benchmark": "tabletop",
        "first_seed": plan.first,
        "plan": {**asdict(plan), "options": recordable(plan.options, plan.request.parts)[0], **_photos(plan)},
        "machine": machine(plan.device),
        "model": _model(plan),
        "perceptual": perceptual.name(),
        "versions": dict(versions()),
    }


def _photos(plan: Plan) -> dict[str, Any]:
    """The folder's name, and the SHA-256 of the photographs in it."""
    if plan.photos is None:
        return {}
    found = {"photos": Path(plan.photos).name, "photographs": Photographs.of(plan.photos).sha256}
    if plan.fit_photos is not None:
        fitted = Photographs.of(plan.fit_photos)
        found |= {"fit_photos": Path(plan.fit_photos).name, "fit_photographs": fitted.sha256}
    return found


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
    with suppress(OSError):  # platform.processor() is empty on most Linux systems
        listing = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"^model name\s*:(.*)$", listing, re.MULTILINE):
            return found[1].strip()
    return platform.processor() or platform.machine()


def _model(plan: Plan) -> dict[str, Any]:
    """By name, revision and the SHA-256 of each weight file; raises ModelError if it is not here."""
    model, stages = plan.request.model, stages_of(plan)
    folder, own = stages.generator.folder(), stages.calibration
    return {
        "name": model.label,
        "encoder": catalogue.shown(model.encoder),
        "revision": checkpoint.revision(folder),
        "weights": checkpoint.fingerprints(folder),
        **({} if own is None else {"calibration": to_json(own)}),
    }
