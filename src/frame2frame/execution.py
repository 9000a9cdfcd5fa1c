"""What ran: the devices, packages and weights that an equal run needs to give equal bytes."""

from __future__ import annotations

import hashlib
import itertools
import json
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from . import flow
from .engine.device.placement import choose_devices, choose_dtype
from .engine.models import catalogue, checkpoint
from .engine.models.lora import Match
from .engine.sampling import guidance
from .request import Request
from .runs.record import Execution, LoraRecord, homeless
from .values import Started, Step

WEIGHTS = "*.safetensors"
COMPUTING = ("frame2frame", "torch", "diffusers", "transformers", "numpy", "pillow")
"""Packages whose versions may change a frame."""


def execution(request: Request, started: Started, steps: tuple[Step, ...], ending: Step) -> Execution:
    """What ran to these steps; the edit is the chosen frame of `ending`."""
    import torch

    generator = flow.stages(request).generator
    folder, number = generator.folder(), getattr(generator, "dtype", "auto")
    first = torch.device(started.device.partition(",")[0])
    return Execution(
        model_resolved=request.model.name,
        model_revision=checkpoint.revision(folder),
        weights=checkpoint.fingerprints(folder),
        encoder=request.encoder or catalogue.shown(request.model.encoder),
        height=started.sampling.height,
        width=started.sampling.width,
        guidance_schedule=started.sampling.guidance,
        device=started.device,
        dtype=str(choose_dtype(number, first)).removeprefix("torch."),
        threads=torch.get_num_threads(),
        batch_seeds=flow.seeds(request),
        batch_index=flow.seeds(request).index(ending.clip.seed),
        versions=versions(),
        loras=tuple(_lora(match) for match in flow.lora_matches(request, folder)),
        seconds=seconds_of(steps),
    )


def _lora(match: Match) -> LoraRecord:
    one = match.lora
    return LoraRecord(homeless(one.name), one.sha256, one.weight, match.component, match.matched, match.total)


def seconds_of(steps: Sequence[Step]) -> dict[str, float]:
    """Of each stage, over all rounds."""
    stages = dict.fromkeys(stage for step in steps for stage in step.seconds)
    return {stage: sum(step.seconds.get(stage, 0.0) for step in steps) for stage in stages}


def versions() -> Mapping[str, str]:
    """The versions of Python and of each package that computes."""
    return {"python": platform.python_version()} | {name: _version(name) for name in (*COMPUTING, "av")}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def circumstances(request: Request) -> Mapping[str, str]:
    """What decides the frames of a request besides itself, in words; nothing is drawn to know it."""
    import torch

    generator = flow.stages(request).generator
    folder, devices = generator.folder(), choose_devices(request.device)
    on_cpu = devices[0].type == "cpu"
    names = [f"{torch.get_num_threads()} threads" if on_cpu else torch.cuda.get_device_name(devices[0])]
    loras = [(match.lora.sha256, match.lora.weight) for match in flow.lora_matches(request, folder)]
    encoders = map(_folder_of, filter(None, (request.encoder or request.model.encoder, request.identity)))
    weights = [*_marks(folder.rglob(WEIGHTS)), *loras, *_marks(*(one.glob(WEIGHTS) for one in encoders))]
    return {
        **versions(),
        "device": f"{','.join(map(str, devices))}, {names[0]}",
        "weights": hashlib.sha256(json.dumps(weights).encode()).hexdigest()[:16],
    }


def unlike(request: Request, started: Started) -> Iterator[str]:
    """What a run was drawn with and its repetition is not, a sentence each; nothing of any other run."""
    if request.repeats is None:
        return
    ran, sampling = request.repeats.execution, started.sampling
    generator = flow.stages(request).generator
    own = flow.own_sampling(request, generator).guidance
    if own != sampling.guidance:
        what = f"From its settings this version would guide with {guidance.told(own)}"
        yield f"{what}; as recorded it is {guidance.told(sampling.guidance)}."
    if sampling.guidance != ran.guidance_schedule:
        yield "The run that is repeated was guided otherwise, in another number of steps."
    if (sampling.height, sampling.width) != (ran.height, ran.width):
        yield f"It was drawn at {ran.width} × {ran.height} pixels, not {sampling.width} × {sampling.height}."
    others = [*_other_versions(ran.versions), *_other_weights(request, ran, generator.folder())]
    if others:
        yield f"Frames may differ from those that are repeated, which were drawn with {', '.join(others)}."


def _other_versions(before: Mapping[str, str]) -> Iterator[str]:
    for name, now in versions().items():
        if name in COMPUTING and before.get(name, now) != now:
            yield f"{name} {before[name]:.40} (now {now})"


def _other_weights(request: Request, ran: Execution, folder: Path) -> Iterator[str]:
    if ran.weights != checkpoint.fingerprints(folder):
        yield "other weights of the model"
    here = {match.lora.sha256 for match in flow.lora_matches(request, folder)}
    if here != {one.sha256 for one in ran.loras}:
        yield "other LoRA files"


def _folder_of(encoder: str) -> Path:
    """Of an encoder that is named by folder; another place, which need not be there, of any other."""
    _, _, rest = encoder.partition(":")
    return Path(catalogue.clip_repository(rest or encoder))


def _marks(*found: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """What tells these weight files from others; reading them through would take minutes."""
    for file in sorted(itertools.chain(*found)):
        stat = file.stat()
        yield file.name, checkpoint.promised(file) or f"{stat.st_size} {stat.st_mtime_ns}"
