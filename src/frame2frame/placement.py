"""Where models live. The only place that picks a device or a number format, and that moves weights.

"auto" means the first CUDA device if there is one, else the CPU; bfloat16 on CUDA, float32 elsewhere.
float16 is refused: it overflows in CogVideoX and gives black frames.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import InputError, OutOfMemoryError

if TYPE_CHECKING:
    import torch

DTYPES = ("auto", "float32", "bfloat16")
PRECISIONS = ("as-stored", "fp8")
_FIRST_WITH_FP8 = (8, 9)
"""The compute capability from which NVIDIA's GPUs multiply 8-bit floats."""
_RESERVE = 2**30


def choose_device(name: str = "auto") -> torch.device:
    """The device called `name`; raises InputError if this computer has none of that name."""
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if not _is_here(name):
        raise InputError("this device is not available", got=f"'{name}'", remedy="use 'auto' or 'cpu'")
    return torch.device(name)


def _is_here(name: str) -> bool:
    """Whether this is a processor or a CUDA device of this computer that takes a tensor."""
    import torch

    try:
        device = torch.device(name)
        if device.type not in ("cpu", "cuda"):
            return False
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError):
        return False
    return True


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """The number format called `name` for weights on `device`; raises InputError for an unknown one."""
    import torch

    if name not in DTYPES:
        raise InputError("unknown number format", got=f"'{name}'", remedy=f"use one of {', '.join(DTYPES)}")
    if name == "auto":
        name = "bfloat16" if device.type == "cuda" else "float32"
    return torch.float32 if name == "float32" else torch.bfloat16


def check_precision(name: str, device: torch.device) -> None:
    """Raise InputError unless weights can be stored and multiplied on `device` in the precision `name`."""
    import torch

    if name not in PRECISIONS:
        raise InputError("unknown precision", got=f"'{name}'", remedy=f"use one of {', '.join(PRECISIONS)}")
    if name != "fp8":
        return
    found = torch.cuda.get_device_capability(device) if device.type == "cuda" else None
    if found is None or found < _FIRST_WITH_FP8:
        raise InputError(
            "fp8 needs an NVIDIA GPU of compute capability 8.9 or more",
            got=f"{found[0]}.{found[1]}" if found else f"'{device}'",
            remedy="use precision 'as-stored'",
        )


class Residence:
    """Keeps the parts of one model on its device: all of them if they fit, else those in use."""

    def __init__(self, parts: Sequence[torch.nn.Module], device: torch.device) -> None:
        self._parts, self.device = tuple(parts), device
        self._here: list[torch.nn.Module] = []
        self._together = _fits(self._parts, device)
        if self._together:
            for part in self._parts:
                part.to(device)

    def bring(self, part: torch.nn.Module, work: int | None = None) -> None:
        """Have `part` on the device when this returns.

        What it computes needs about `work` bytes besides its weights: others stay as far as that leaves room,
        and the one used longest ago goes first. Without `work` all others go.
        """
        if self._together:
            return
        others = [other for other in self._here if other is not part]
        needed = 0 if part in self._here else _weights([part])
        while others and (work is None or needed + work + _RESERVE > _free(self.device)):
            others.pop(0).to("cpu")
        part.to(self.device)
        self._here = [*others, part]


def settle(pipe: Any, device: torch.device) -> None:
    """Place a diffusers pipeline: whole if it fits, else the part in use, else its layers one by one.

    Where it does not fit whole, pictures and clips go through its autoencoder in tiles.
    """
    import torch

    parts = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    if _fits(parts, device):
        pipe.to(device)
        return
    pipe.vae.enable_tiling()
    if all(_fits([part], device) for part in parts):
        pipe.enable_model_cpu_offload(device=device)
    else:
        pipe.enable_group_offload(device, offload_type="leaf_level")


def _fits(parts: Sequence[torch.nn.Module], device: torch.device) -> bool:
    """Whether the weights and half as much again for the work fit in what the GPU has free."""
    return device.type != "cuda" or _weights(parts) * 3 // 2 + _RESERVE <= _free(device)


def _weights(parts: Sequence[torch.nn.Module]) -> int:
    return sum(value.nbytes for part in parts for value in part.parameters())


def _free(device: torch.device) -> int:
    """Bytes that a CUDA device can still give to tensors."""
    import torch

    held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + held


@contextmanager
def memory_guard(what: str, lower: str) -> Iterator[None]:
    """Turn a failed allocation, on the GPU or the host, into an OutOfMemoryError that says what to lower."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        raise OutOfMemoryError(f"{what} does not fit in memory", remedy=f"lower {lower}") from error


def _is_out_of_memory(error: Exception) -> bool:
    import torch

    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    text = str(error).lower()
    return any(sign in text for sign in ("can't allocate memory", "not enough memory", "out of memory"))


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Hold back the progress bars and warnings of diffusers and transformers; errors still come through.

    An encoder needs no diffusers, so that is not imported here, only quietened where it is in use.
    """
    names = ["transformers", *(["diffusers"] if "diffusers" in sys.modules else [])]
    libraries = [import_module(f"{name}.utils.logging") for name in names]
    loggers = [logging.getLogger(name) for name in names]
    levels, bars = (
        [logger.level for logger in loggers],
        [library.is_progress_bar_enabled() for library in libraries],
    )
    try:
        for logger, library in zip(loggers, libraries, strict=True):
            logger.setLevel(logging.CRITICAL)
            library.disable_progress_bar()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, library, level, bar in zip(loggers, libraries, levels, bars, strict=True):
            logger.setLevel(level)
            if bar:
                library.enable_progress_bar()
