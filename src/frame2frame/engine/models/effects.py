"""What a preset sets: the clip, how long it is guided, the number format, whether blocks are compiled.

Compiled blocks and 8-bit products make each clip sooner but have to be prepared in each process, so a run of
few clips would end later with them. Such a run goes without, and its record says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError
from ...plugins import capabilities, registry
from ...plugins.capabilities import GeneratorCapabilities
from ...plugins.stages import Generator
from ...values import Picture, Sampling
from . import presets
from .presets import Preset

_PREPARED = ("compiled", "precision")
PREPARING = "Compiling the model's blocks takes about a minute before the first clip of each process."


@dataclass(frozen=True)
class Effects:
    """What a run does with its preset."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the generator; what the user set himself is not among them."""
    notes: tuple[str, ...] = ()
    """What the preset must leave out here, and what takes its time."""


def effects_of(
    name: str | None,
    plugin: Any,
    own: Mapping[str, Any],
    devices: Sequence[str],
    clips: int | None,
) -> Effects:
    """The effects of the preset of this name on a generator whose `own` options the user has set.

    Where so few `clips` are drawn that preparing the generator would not pay, it is left out; None stands for
    a run that is repeated, which is prepared as it was. Raises InputError for a preset that is not there.
    """
    if name is None:
        return Effects(notes=(PREPARING,) if own.get("compiled") else ())
    preset, can = presets.find(name), capabilities.of_generator(plugin)
    options, left_out = _guided(preset, own, can)
    if spared := _spared(preset, own, can, devices, clips):
        options |= {"precision": "as-stored", "compiled": False}
        return Effects(options, (*_without(preset, left_out), spared))
    prepared, missing = _prepared(preset, own, can, devices)
    options |= prepared
    prepares = {**options, **own}.get("compiled")
    notes = (*_without(preset, [*left_out, *missing]), *([PREPARING] if prepares else []))
    return Effects(options, notes)


def repeated_effects(
    recorded: Mapping[str, Any], plugin: Any, own: Mapping[str, Any], devices: Sequence[str]
) -> Effects:
    """The options that a run was drawn with, so far as the user has set none and these devices have them."""
    options = {name: value for name, value in recorded.items() if name not in own}
    can, set_now, missing = capabilities.of_generator(plugin), {**options, **own}, list[str]()
    precision = options.get("precision", "as-stored")
    if precision != "as-stored" and (reason := _shared(set_now) or _refused(precision, can, devices)):
        missing.append(f"{options.pop('precision')} ({reason})")
    if options.get("compiled") and (reason := _shared(set_now) or _uncompiled(set_now, can, devices)):
        del options["compiled"]
        missing.append(f"compiled blocks ({reason})")
    notes = [f"The run that is repeated was drawn with {one}; this one goes without." for one in missing]
    prepares = {**options, **own}.get("compiled")
    return Effects(options, notes=(*notes, *([PREPARING] if prepares else [])))


def clip_settings(
    name: str | None,
    generator: Generator,
    picture: Picture,
    frames: int | None,
    steps: int | None,
    guidance: float | None,
) -> Sampling:
    """What was asked for, else the shares of the preset of this name, else the model's own.

    Raises InputError for settings that the model does not take.
    """
    if name is None:
        return generator.sampling(picture, frames, steps, guidance)
    preset, own = presets.find(name), generator.sampling(picture, frames, None, guidance)
    if steps is None:
        steps = preset.steps_of(_usual_steps(generator, own), own.steps)
    if frames is None and preset.frames != 1:
        frames = generator.shortened(own, preset.frames).frames
    return generator.sampling(picture, frames, steps, guidance)


def _usual_steps(generator: Any, own: Sampling) -> int:
    """In how many steps the model is drawn where nobody sets a number."""
    return int(generator.usual_steps()) if capabilities.of_generator(generator).usual_steps else own.steps


def _guided(
    preset: Preset, own: Mapping[str, Any], can: GeneratorCapabilities
) -> tuple[dict[str, Any], list[str]]:
    """Options for how long the clip is guided, and what has to be left out."""
    if preset.guided == 1 or "guidance_shape" in own:
        return {}, []
    if not can.guidance_shapes:
        return {}, ["guidance in a part of the steps, which this model does not take"]
    return {"guidance_shape": "interval", "guidance_stop": preset.guided}, []


def _prepared(
    preset: Preset, own: Mapping[str, Any], can: GeneratorCapabilities, devices: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """Options for number format and compilation, and what has to be left out."""
    options, left_out = dict[str, Any](), []
    if preset.precision != "as-stored" and "precision" not in own:
        if reason := _shared(own) or _refused(preset.precision, can, devices):
            left_out.append(f"{preset.precision}: {reason}")
        else:
            options["precision"] = preset.precision
    if preset.compiled and "compiled" not in own:
        if reason := _shared(own) or _uncompiled(own, can, devices):
            left_out.append(f"compiled blocks: {reason}")
        else:
            options["compiled"] = True
    return options, left_out


def _without(preset: Preset, what: Sequence[str]) -> list[str]:
    return [f"The preset {preset.name} goes without {one}." for one in what]


def _spared(
    preset: Preset,
    own: Mapping[str, Any],
    can: GeneratorCapabilities,
    devices: Sequence[str],
    clips: int | None,
) -> str:
    """Why nothing is prepared, in a sentence; empty where it pays, cannot be or was settled by the user."""
    if clips is None or clips >= preset.pays_from or not preset.compiled:
        return ""
    if any(name in own for name in _PREPARED):
        return ""
    if _shared(own) or _uncompiled(own, can, devices):
        return ""
    few = f"{clips} clips" if clips > 1 else "a single clip"
    return (
        f"The preset {preset.name} goes without compiled blocks and {preset.precision} for {few}: preparing "
        f"them takes about a minute in each process and pays from {preset.pays_from} clips on; "
        f"--set {registry.GENERATOR}compiled=true takes both all the same."
    )


def _shared(own: Mapping[str, Any]) -> str:
    """Why a faster form cannot be had where several GPUs share a clip; empty if none does."""
    return "not where GPUs share a clip" if own.get("parallel", 1) > 1 else ""


def _uncompiled(own: Mapping[str, Any], can: GeneratorCapabilities, devices: Sequence[str]) -> str:
    """Why blocks cannot be compiled; empty if they can."""
    if own.get("precision") == "int8":
        return "not of weights that are stored as int8"
    if can.compiled and devices[0].startswith("cuda"):
        return ""
    return "only on a GPU, of a CogVideoX or Wan 2.2 model"


def _refused(precision: str, can: GeneratorCapabilities, devices: Sequence[str]) -> str:
    """Why a precision cannot be had on all devices; empty if it can."""
    import torch

    from ..device.placement import check_precision

    if not can.precision:
        return "not of this model"
    try:
        for device in devices:
            check_precision(precision, torch.device(device))
    except InputError as error:
        return error.what
    return ""
