"""How far a run is, in words: the names of the stages, what is done of them, and what is left."""

from __future__ import annotations

from ..engine.sampling import guidance
from ..values import Progress, Started

STAGES = {
    "load": "loading the model",
    "encode": "encoding",
    "refine": "encoding",
    "look": "looking at the picture",
    "denoise": "denoising",
    "decode": "decoding",
    "score": "scoring",
    "keep": "keeping the source",
    "write": "writing the run folder",
}

DRAWING = ("encode", "denoise", "decode", "score")
"""The stages of a round."""

REDRAWING = "Drawing the chosen frame again"
"""What the stages do that follow upon `refine`."""


def stage_name(stage: str) -> str:
    """What a stage does."""
    return STAGES.get(stage, stage)


def count_and_time(event: Progress, seconds: float) -> str:
    """How far a stage is, how long it took so far, and how long it will go on."""
    if event.total == 1:
        return duration(seconds) if event.done else "…"
    count = f"{event.done} of {event.total}, {duration(seconds)}"
    if not 0 < event.done < event.total:
        return count if event.done else f"0 of {event.total}"
    left = seconds / event.done * (event.total - event.done)
    return f"{count}, {duration(left)} left in this stage" if left >= 1 else count


def duration(seconds: float) -> str:
    """Seconds in words: `0.4 s`, `48 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def what_runs(event: Started) -> str:
    """The model, the device, the size of the clip and its seed."""
    sampling = event.sampling
    return (
        f"{event.model} on {event.device}: {sampling.frames} frames of "
        f"{sampling.width}×{sampling.height}, {sampling.steps} step{'s' if sampling.steps != 1 else ''}, "
        f"guidance {guidance.told(sampling.guidance)}, seed {event.seed}"
    )
