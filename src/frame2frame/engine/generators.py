"""The generator of a run: the model's family, with its options, on the devices that were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..plugins import capabilities, registry
from ..plugins.capabilities import GeneratorCapabilities
from ..plugins.stages import Generator
from .device import memory
from .device.multi_device import Spread
from .models import catalogue
from .models.catalogue import Model
from .models.store import ModelStore


def generator_of(
    model: Model,
    devices: Sequence[str],
    options: Mapping[str, Any],
    cache_dir: str | None,
    memory_wish: str,
    store: ModelStore | None = None,
) -> Generator:
    """The generator of a model with these options by field; several devices share its candidates.

    Its weights belong to the store, or to the generator itself if there is none.

    Raises InputError for options and devices that do not suit it.
    """
    from .device.placement import is_current

    plugin = registry.find("generators", model.family)
    can, options = capabilities.of_generator(plugin), {**model.options, **options}
    if options.get("loras") and not can.loras:
        what, got = f"the model {model.name} takes no LoRA", ", ".join(options["loras"])
        raise InputError(what, got=got, remedy="leave it out, or name another model")
    if can.memory:
        options = {"memory": memory.shared(memory_wish, len(devices)), **options}
    if len(devices) > 1:
        _check_sharing(model.name, can, options, devices)
    given: dict[str, Any] = {"model": model.repository, "cache_dir": cache_dir}
    if store is not None:
        given["store"] = store
    made = [plugin(**registry.given_to(plugin, device=device, **given), **options) for device in devices]
    alone = len(made) == 1 and (is_current(devices[0]) or not can.several_devices)
    generator: Generator = made[0] if alone else Spread(tuple(devices), tuple(made))
    return generator


def folder_of(model: Model, cache_dir: str | None) -> Path | None:
    """Where the weights of a model are, whatever it runs on; None if it has none. Raises ModelError."""
    place = catalogue.model_folder(cache_dir)
    return generator_of(model, ["cpu"], {}, place, "auto").folder()


def _check_sharing(
    model: str, can: GeneratorCapabilities, options: Mapping[str, Any], devices: Sequence[str]
) -> None:
    """Raise InputError unless the model's candidates can be dealt to several devices."""
    got = ", ".join(devices)
    if not can.several_devices:
        what, remedy = f"the model {model} runs on one device only", "name one with --device"
        raise InputError(what, got=got, remedy=remedy)
    if options.get("parallel", 1) > 1:
        what, remedy = "GPUs share either the candidates or each clip", "name one with --device"
        raise InputError(what, got=f"{got} and generator.parallel", remedy=remedy)


def check_format(options: Mapping[str, Any], devices: Sequence[str]) -> None:
    """Raise InputError for a precision that one of the devices does not have, before any work."""
    import torch

    from .device.placement import check_precision

    if "precision" in options:
        for device in devices:
            check_precision(options["precision"], torch.device(device))
