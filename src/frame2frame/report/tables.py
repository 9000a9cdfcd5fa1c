"""What was asked of a run and what ran, as rows of tables, and the commands that repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..engine.sampling import guidance
from ..picking import GIVEN
from ..runs.read import Run
from ..runs.record import Settings
from .command_line import command_line

Row = tuple[str, str]
"""A name and a value."""

DRAWN = ("frames", "steps", "guidance", "seed", "caption", "select", "strategy")
PICKED = ("frames", "caption", "select")
"""The settings that are shown of a run, and of a pick from a given clip."""


def settings_rows(run: Run) -> Iterator[Row]:
    """What was asked."""
    settings, source = run.record.settings, run.record.settings.source
    yield "Source", source.path or "not a file"
    yield "Source size", f"{source.width} × {source.height} pixels"
    yield "Source SHA-256", f"{source.sha256[:16]}…"
    if settings.parent:
        made = settings.parent
        seed = "" if made.seed is None else f", seed {made.seed}"
        yield "Edited from", f"“{made.instruction}”{seed}, SHA-256 {made.sha256[:16]}…"
    if settings.picked:
        clip = settings.picked.clip
        yield "Clip", clip.path or "not a file"
        yield "Clip SHA-256", f"{clip.sha256[:16]}…"
    yield from _wishes(run)
    if settings.preset:
        yield "Preset", settings.preset
    if settings.options:
        yield "Options", _lines({name: str(value) for name, value in settings.options.items()})
    kept = "as the mask says" if settings.mask else "where nothing changed" if settings.keep else "no"
    yield "Source's pixels kept", kept
    yield "Changes of all of it at its own size", settings.transfer


def _wishes(run: Run) -> Iterator[Row]:
    settings, schedule = run.record.settings, run.record.execution.guidance_schedule
    for name in PICKED if settings.picked else DRAWN:
        if name == "select" and run.walks:
            continue
        value = guidance.told(schedule) if name == "guidance" and schedule else getattr(settings, name)
        shown = "the model's own" if value is None else value
        yield name.capitalize(), f"{shown:g}" if isinstance(shown, float) else str(shown)


def model_of(run: Run) -> str:
    """The model that drew, or was to draw; a clip that was given stands in its place."""
    settings = run.record.settings
    return GIVEN if settings.picked else run.record.execution.model_resolved or settings.model or GIVEN


def machine_rows(run: Run) -> Iterator[Row]:
    """What ran, and on what."""
    ran, asked = run.record.execution, run.record.settings.model
    picked, model = run.record.settings.picked is not None, model_of(run)
    if not run.record.ran:
        yield "Model", f"{model}, which was not asked"
        yield "Versions", _lines(ran.versions)
        return
    yield "Model", model if model == asked else f"{model} (asked: {asked})"
    if not picked:
        yield "Revision", ran.model_revision or "none"
    yield "Encoder", ran.encoder
    yield "Clip size" if picked else "Drawn at", f"{ran.width} × {ran.height} pixels"
    yield "Device", f"{ran.device}, {ran.dtype}, {ran.threads} thread{'s' * (ran.threads != 1)}"
    if ran.batch_index is not None:
        yield "Batch", f"{ran.batch_index + 1} of {len(ran.batch_seeds)}"
    yield "Weights", _lines({name: f"{digest[:12]}…" for name, digest in ran.weights.items()})
    yield "Versions", _lines(ran.versions)
    if ran.answerers:
        yield "Asked on this machine", _lines(ran.answerers)
    if ran.packages:
        yield "Other packages", "\n".join(f"{part}: {package}" for part, package in ran.packages.items())


def _lines(entries: Mapping[str, str]) -> str:
    return "\n".join(f"{name} {text}" for name, text in sorted(entries.items())) or "none"


def commands(settings: Settings) -> Iterator[Row]:
    """What to type for the same run, or for one like it."""
    if not settings.picked:
        yield "The same run, from its folder", "f2f replay final_frame.png"
    yield "The same run, spelt out", command_line(settings, "source.png")
    if settings.seed is not None:
        other = replace(settings, seed=(settings.seed + 1) % 2**63, seeds=())
        yield "With another seed", command_line(other, "source.png")
