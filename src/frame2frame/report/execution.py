"""With what a run was made: model, weights, sizes, device and versions, as its record holds them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..engine.models import checkpoint
from ..plan import Plan
from ..plugins import capabilities
from ..runs.record import Execution
from ..runs.states import ending
from ..runs.versions import versions
from ..score.calibrations import fingerprints
from ..values import Step


def execution_of(plan: Plan, steps: Sequence[Step]) -> Execution:
    """What ran to these steps."""
    import torch

    folder = plan.stages.generator.folder()
    return Execution(
        model_resolved=plan.model.name,
        model_revision=checkpoint.revision(folder),
        weights=_weights(plan, folder),
        encoder=plan.encoder,
        height=plan.sampling.height,
        width=plan.sampling.width,
        guidance_schedule=plan.sampling.guidance,
        device=plan.started.device,
        dtype=_dtype(plan),
        threads=torch.get_num_threads(),
        batch_seeds=plan.seeds,
        batch_index=plan.seeds.index(ending(steps).clip.seed),
        versions=versions(),
        loras=plan.record().loras,
        walks=capabilities.of_strategy(plan.strategy).walks,
        packages=plan.packages,
        answerers=capabilities.answerers_of(plan.parts),
    )


def _weights(plan: Plan, folder: Path | None) -> dict[str, str]:
    """Of the model, and of an encoder that is none of its own files."""
    own = checkpoint.fingerprints(folder)
    others = fingerprints(plan.stages.encoder)
    return own | {f"encoder/{name}": one for name, one in others.items() if one not in own.values()}


def _dtype(plan: Plan) -> str:
    """The number format that the generator computes in, as far as it takes one."""
    import torch

    from ..engine.device.placement import choose_dtype

    generator = plan.parts["generator"]
    if not capabilities.of_generator(generator).dtype:
        return "its own"
    return str(choose_dtype(generator.dtype, torch.device(plan.devices[0]))).removeprefix("torch.")
