"""A diffusers pipeline that is in memory already, as a model.

What a model can draw is read from the configurations of a folder in the diffusers layout. Those of a pipeline
object are written into one, without weights; the weights are the object's own, which is neither copied nor
moved nor changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import InputError, ModelError, kind_of
from ..device.hardware import numbered
from ..device.memory import WHOLE
from ..device.placement import Residence, choose_device, choose_economy, quiet
from . import catalogue
from .catalogue import Model
from .store import Need

Change = Callable[[], AbstractContextManager[None]]
"""Makes a change, and takes it back when it is left."""

IN_MEMORY = " in memory"
"""How the name of such a model ends; the pipeline's class stands before it."""
_SAMPLED = 16
"""Numbers of each tensor that tell weights apart."""


@dataclass(frozen=True)
class HandedIn:
    """A pipeline of the caller's."""

    pipe: Any
    folder: Path
    """Its configurations."""

    @classmethod
    def of(cls, pipe: Any, folder: Path) -> HandedIn:
        """Writes the configurations into the folder. Raises InputError for what is no such pipeline."""
        import diffusers

        kind: Any = diffusers.DiffusionPipeline
        if not isinstance(pipe, kind):
            what, remedy = "this is no pipeline of diffusers", "give a pipeline object, or name a model"
            raise InputError(what, got=kind_of(pipe), remedy=remedy)
        optional: Any = getattr(pipe, "_optional_components", [])
        lacking = [name for name, part in pipe.components.items() if part is None and name not in optional]
        if lacking:
            remedy = "hand in one with all its parts"
            raise ModelError("the pipeline lacks a part", got=", ".join(lacking), remedy=remedy)
        if any(tensor.is_meta for part in _modules(pipe) for tensor in part.parameters()):
            remedy = "hand it in before enable_sequential_cpu_offload and the like, or name its folder"
            raise InputError("the weights of this pipeline come from elsewhere while it runs", remedy=remedy)
        _write_configurations(pipe, folder)
        return cls(pipe, folder)

    @property
    def model(self) -> Model:
        """What an edit names. Raises ModelError for a pipeline that nothing here runs."""
        name, revision = f"{type(self.pipe).__name__}{IN_MEMORY}", self._digest()
        return replace(catalogue.find(str(self.folder)), name=name, revision=revision)

    @property
    def device(self) -> str:
        """Where it computes."""
        return str(self.pipe._execution_device)

    def parts(self, *names: str) -> list[Any]:
        """These modules, all where they compute. Raises InputError for ones elsewhere, or stored in fp8."""
        found = [getattr(self.pipe, name) for name in names]
        if any(_is_hooked(part) for part in found):
            raise InputError(
                "the parts of this pipeline move between devices while it runs",
                remedy="hand it in before enable_model_cpu_offload and the like, or name its folder",
            )
        if len(places := {str(part.device) for part in found}) > 1:
            got, remedy = ", ".join(sorted(places)), "move all of it to one with pipe.to(…)"
            raise InputError("the pipeline is on several devices", got=got, remedy=remedy)
        if stored := {str(one.dtype) for part in found for one in part.parameters() if _is_fp8(one)}:
            what, remedy = "nothing computes in the format of these weights", "load it in bfloat16"
            raise InputError(what, got=min(stored), remedy=f"{remedy}, or name its folder")
        return found

    def check_device(self, name: str) -> None:
        """Raise InputError unless the device of this name is where it computes."""
        if numbered(choose_device(name)) != numbered(choose_device(self.device)):
            remedy = f"move it, or leave the device at {self.device}"
            raise InputError("the pipeline is on another device", got=f"'{name}'", remedy=remedy)

    def need(self) -> Need:
        """Nothing, as it is in memory anyway."""
        return Need(0, numbered(choose_device(self.device)))

    def _digest(self) -> str:
        """Tells it from others by its configurations and some numbers of each tensor.

        Reading all would take long.
        """
        import torch

        found = hashlib.sha256()
        for file in sorted(self.folder.rglob("*.json")):
            found.update(file.read_bytes())
        for name, part in sorted(self.pipe.components.items()):
            for key, tensor in part.state_dict().items() if isinstance(part, torch.nn.Module) else ():
                flat = tensor.detach().flatten()
                some = flat[:: max(len(flat) // _SAMPLED, 1)][:_SAMPLED]
                found.update(f"{name}.{key} {tuple(tensor.shape)} {some.tolist()}".encode())
        return found.hexdigest()[:16]


def check_as_it_is(wishes: Mapping[str, tuple[Any, Any]]) -> None:
    """Raise InputError for a wish that would change the weights, by its name its value and the usual one."""
    for name, (value, usual) in wishes.items():
        if value != usual:
            remedy = f"leave {name} out, or name the model's folder in place of the pipeline"
            raise InputError("a pipeline in memory is used as it is", got=f"{name} {value}", remedy=remedy)


class AsTheyAre(Residence):
    """The parts of a pipeline of the caller's: they stay where they are and as they are."""

    def __init__(self, parts: Sequence[Any], memory: str, *changes: Change) -> None:
        """`changes` are made while the parts compute."""
        device = numbered(parts[0].device)
        super().__init__((), device, WHOLE if memory == "auto" else choose_economy(memory, device))
        self._changes: tuple[Change, ...] = (partial(evaluating, parts), *changes)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with super().at_work(), ExitStack() as undo:
            for change in self._changes:
                undo.enter_context(change())
            yield

    def bring(self, part: Any, work: int | None = None) -> None:
        pass

    def is_streamed(self, part: Any) -> bool:
        return False

    def spare(self, parts: Any, *, gently: bool) -> str | None:
        return None


@contextmanager
def evaluating(parts: Sequence[Any]) -> Iterator[None]:
    """Have these modules in evaluation mode meanwhile."""
    training = [one for part in parts for one in part.modules() if one.training]
    try:
        for one in training:
            one.training = False
        yield
    finally:
        for one in training:
            one.training = True


def _modules(pipe: Any) -> list[Any]:
    import torch

    return [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]


def _is_fp8(tensor: Any) -> bool:
    return bool(tensor.is_floating_point()) and tensor.element_size() == 1


def _is_hooked(part: Any) -> bool:
    hooks = getattr(getattr(part, "_diffusers_hook", None), "hooks", {})
    return hasattr(part, "_hf_hook") or any("offload" in name for name in hooks)


def _write_configurations(pipe: Any, folder: Path) -> None:
    with quiet():
        pipe.save_config(folder)
        for name, part in pipe.components.items():
            if hasattr(part, "save_config"):
                part.save_config(folder / name)
            elif hasattr(getattr(part, "config", None), "save_pretrained"):
                part.config.save_pretrained(folder / name)
