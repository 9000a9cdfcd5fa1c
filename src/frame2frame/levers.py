"""What a preset sets of the generator: how long it is guided, its number format, whether blocks are compiled.

Compiled blocks and 8-bit products make each clip sooner but have to be prepared in each process, so a run of
few clips would end later with them. Such a run goes without, and its record says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .engine.models import presets
from .engine.models.presets import Preset
from .errors import InputError
from .plugins import registry
from .request import Request
from .wishes import Option

_PREPARED = ("compiled", "precision")
PREPARING = "Compiling the model's blocks takes about a minute before the first clip of each process."


@dataclass(frozen=True)
class Levers:
    """What a run does with its preset."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the generator; what the user set himself is not among them."""
    settled: Mapping[str, Option] = field(default_factory=dict)
    """What the record has to say, as it follows neither from the preset nor from what was asked for."""
    notes: tuple[str, ...] = ()
    """What the preset must leave out here, and what takes its time."""


def levers_of(request: Request, plugin: Any, devices: Sequence[str]) -> Levers:
    """The levers of a run with this generator on these devices. Raises InputError."""
    own = registry.of_generator(plugin, request.options)
    if request.preset is None:
        return Levers(notes=(PREPARING,) if own.get("compiled") else ())
    preset, known = presets.find(request.preset), registry.options_of(plugin)
    options, left_out = dict[str, Any](), []
    if preset.guided < 1 and "guidance_shape" not in own:
        if "guidance_shape" in known:
            options |= {"guidance_shape": "interval", "guidance_stop": preset.guided}
        else:
            left_out.append("guidance in a part of the steps, which this model does not take")
    if spared := _spared(request, preset, own, known, devices):
        options |= {"precision": "as-stored", "compiled": False}
        settled = {f"{registry.GENERATOR}{name}": options[name] for name in _PREPARED}
        return Levers(options, settled, (*_without(preset, left_out), spared))
    if preset.precision != "as-stored" and "precision" not in own:
        reason = _shared(own) or _refused(preset.precision, known, devices)
        if reason:
            left_out.append(f"{preset.precision}: {reason}")
        else:
            options["precision"] = preset.precision
    if preset.compiled and "compiled" not in own:
        reason = _shared(own) or _uncompiled(own, known, devices)
        if reason:
            left_out.append(f"compiled blocks: {reason}")
        else:
            options["compiled"] = True
    prepares = {**options, **own}.get("compiled")
    return Levers(options, notes=(*_without(preset, left_out), *([PREPARING] if prepares else [])))


def _without(preset: Preset, what: Sequence[str]) -> list[str]:
    return [f"The preset {preset.name} goes without {one}." for one in what]


def _spared(
    request: Request, preset: Preset, own: Mapping[str, Any], known: Sequence[str], devices: Sequence[str]
) -> str:
    """Why nothing is prepared, in a sentence; empty where it pays, cannot be or was settled by somebody."""
    clips = registry.make("strategies", request.strategy, request.options).draws
    settled = request.repeats is not None or any(name in own for name in _PREPARED)
    if settled or not preset.compiled or clips >= preset.pays_from:
        return ""
    if _shared(own) or _uncompiled(own, known, devices):
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


def _uncompiled(own: Mapping[str, Any], known: Sequence[str], devices: Sequence[str]) -> str:
    """Why blocks cannot be compiled; empty if they can."""
    if own.get("precision") == "int8":
        return "not of weights that are stored as int8"
    can = "compiled" in known and devices[0].startswith("cuda")
    return "" if can else "only on a GPU, of a CogVideoX or Wan 2.2 model"


def _refused(precision: str, known: Sequence[str], devices: Sequence[str]) -> str:
    """Why a precision cannot be had on all devices; empty if it can."""
    import torch

    from .engine.device.placement import check_precision

    if "precision" not in known:
        return "not of this model"
    try:
        for device in devices:
            check_precision(precision, torch.device(device))
    except InputError as error:
        return error.what
    return ""
