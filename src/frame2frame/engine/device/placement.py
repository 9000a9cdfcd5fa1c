"""Where models live. The only place that picks a device or a number format, and that moves weights.

"auto" means the first CUDA device if there is one, else the CPU, and "all" means every CUDA device. Numbers
are bfloat16 on CUDA, float32 elsewhere.
float16 is refused: it overflows in CogVideoX and gives black frames.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from ...errors import InputError, OutOfMemoryError
from ...media.quiet import ForAll, no_warnings
from .hardware import numbered
from .heap import give_back
from .memory import WHOLE, Economy, economy
from .streaming import Parked, Streamed, blocks_of, size_of
from .turns import computing, loading

if TYPE_CHECKING:
    import torch

DTYPES = ("auto", "float32", "bfloat16")
PRECISIONS = ("as-stored", "fp8", "int8")
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


def choose_devices(name: str = "auto") -> tuple[torch.device, ...]:
    """The devices of a name: one as `choose_device` has it, several with commas between, or `all` GPUs.

    A processor may be named again, and then counts as another one with weights of its own. Raises InputError
    for one that is not here, a GPU that is named twice, and devices of two kinds.
    """
    import torch

    if name == "all":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if not count:
            raise InputError("there is no CUDA device", got="'all'", remedy="use 'auto' or 'cpu'")
        name = ",".join(f"cuda:{number}" for number in range(count)) if count > 1 else "cuda"
    names = [part.strip() for part in name.split(",")]
    found = [choose_device(part) for part in names]
    if len(found) == 1:
        return tuple(found)
    if len({device.type for device in found}) > 1:
        what = "devices that work together are all GPUs or all processors"
        raise InputError(what, got=f"'{name}'", remedy="use 'all' for every GPU")
    if found[0].type == "cpu":
        return tuple(torch.device("cpu", number) for number in range(len(found)))
    if len(set(map(numbered, found))) < len(found):
        raise InputError("a GPU is named twice", got=f"'{name}'", remedy="name each once, or use 'all'")
    return tuple(map(numbered, found))


def following(device: torch.device, count: int) -> tuple[torch.device, ...]:
    """So many devices, this one and those with the next numbers; raises InputError if they are not all here.

    A processor counts as often as it is asked for.
    """
    import torch

    first = numbered(device)
    if first.type == "cuda" and first.index + count > torch.cuda.device_count():
        got = f"{torch.cuda.device_count() - first.index} from {first} on"
        raise InputError(f"there are no {count} GPUs", got=got, remedy="ask for as many as there are")
    return tuple(torch.device(first.type, first.index + number) for number in range(count))


def is_current(device: torch.device | str) -> bool:
    """Whether this thread's work for a GPU that is not named goes to this one; a processor always is."""
    import torch

    place = torch.device(device)
    return place.type != "cuda" or place.index in (None, torch.cuda.current_device())


@contextmanager
def on(device: torch.device | str) -> Iterator[None]:
    """Have this thread's work for a GPU that is not named go to this one."""
    import torch

    place = torch.device(device)
    with torch.cuda.device(place) if place.type == "cuda" else nullcontext():
        yield


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
            remedy="use precision 'int8', or 'as-stored'",
        )


class Residence:
    """Keeps the parts of one model on its device: all of them if they fit, else those in use.

    A part that does not even fit alone stays in main memory, and its blocks come one by one.
    """

    def __init__(
        self, parts: Sequence[torch.nn.Module], device: torch.device, economy: Economy = WHOLE
    ) -> None:
        self._parts, self.device, self.economy = tuple(parts), device, economy
        self._here: list[torch.nn.Module] = []
        self._stays: dict[torch.nn.Module, Parked | Streamed] = {part: Parked(part, device) for part in parts}
        self._together = _fits(self._parts, device, 1.5, economy.limit)
        with kept_to(device, economy.limit):
            self._settle()

    def _settle(self) -> None:
        """Have the parts where they stay while none is in use."""
        device, economy = self.device, self.economy
        if self._together:
            for part in self._parts:
                part.to(device)
            if economy.limit is None:  # then the preset was only guessed from what is free
                self.economy = replace(economy, rows=None, clips=None, tile=None, picture=None)
            return
        for part in self._parts:
            if not _fits([part], device, 1.25, economy.limit):
                self.stream(part)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the parts compute: the device does so for nobody else, and within the bounds."""
        with computing(self.device), kept_to(self.device, self.economy.limit):
            yield

    def bring(self, part: torch.nn.Module, work: int | None = None) -> None:
        """Have `part` on the device when this returns.

        What it computes needs about `work` bytes besides its weights: others stay as far as that leaves room,
        and the one used longest ago goes first. Without `work` all others go.
        """
        if self._together:
            return
        others = [other for other in self._here if other is not part]
        needed = 0 if part in self._here else self._stays[part].size
        leaving = len(others)
        while others and (work is None or needed + work + _RESERVE > _free(self.device, self.economy.limit)):
            self._stays[others.pop(0)].leave()
        if len(others) < leaving:
            release()  # or what they leave lies about in their sizes
        self._stays[part].enter()
        self._here = [*others, part]

    def is_streamed(self, part: torch.nn.Module) -> bool:
        """Whether its blocks come from main memory one by one."""
        return isinstance(self._stays.get(part), Streamed)

    def take_turns(self) -> bool:
        """From now on only the part in use is on the device; False if that was so."""
        was, self._together = self._together, False
        if was:
            self._here = list(self._parts)
        return was

    def stream(self, part: torch.nn.Module) -> bool:
        """From now on the blocks of `part` come one by one; False if they do, or it has none."""
        if self.is_streamed(part) or not blocks_of(part):
            return False
        self.take_turns()
        self._stays[part].leave()
        self._here = [other for other in self._here if other is not part]
        self._stays[part] = Streamed(part, self.device)
        return True

    def spare(self, parts: Sequence[torch.nn.Module], *, gently: bool) -> str | None:
        """Take less of the device for the same numbers, `parts` being what ran out of it.

        A `gentle` way costs no time in each step. Says how; None if there is no way left.
        """
        if self.device.type == "cpu":
            return None
        if gently:
            return "the parts of the model take turns on the GPU" if self.take_turns() else None
        streamed = [self.stream(part) for part in parts]
        if any(streamed):
            return "the model's blocks come from main memory one by one"
        return None

    def close(self) -> None:
        """Have all parts in main memory, as they were."""
        self.take_turns()
        for stay in self._stays.values():
            stay.close()
        self._here, self._stays = [], {part: Parked(part, self.device) for part in self._parts}


@contextmanager
def kept_to(device: torch.device, limit: int | None) -> Iterator[None]:
    """Let this process take no more than `limit` bytes of a GPU meanwhile, or whatever it could before."""
    import torch

    if device.type != "cuda" or limit is None:
        yield
        return
    gpu: Any = torch.cuda
    index = gpu.current_device() if device.index is None else device.index
    before = getattr(gpu, "get_per_process_memory_fraction", lambda _: 1.0)(index)
    share = limit / gpu.get_device_properties(index).total_memory
    gpu.set_per_process_memory_fraction(min(before, share), index)
    try:
        yield
    finally:
        gpu.set_per_process_memory_fraction(before, index)


def choose_economy(wish: str, device: torch.device) -> Economy:
    """The preset that a wish names, `auto` by what the device has free; raises InputError."""
    return economy(wish, _free(device) if device.type == "cuda" else None)


def settle(pipe: Any, device: torch.device, economy: Economy = WHOLE) -> None:
    """Place a diffusers pipeline: whole if it fits, else the part in use, else its layers one by one.

    Where it does not fit whole, or the economy asks for tiles, pictures and clips go through its autoencoder
    in tiles, of the economy's size where the autoencoder takes one.
    """
    import torch

    parts = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    whole = _fits(parts, device, 1.5, economy.limit)
    if economy.tile or not whole:
        _tile(pipe.vae, economy.tile)
    if whole:
        with kept_to(device, economy.limit):
            pipe.to(device)
    elif all(_fits([part], device, 1.5, economy.limit) for part in parts):
        pipe.enable_model_cpu_offload(device=device)
    else:
        pipe.enable_group_offload(device, offload_type="leaf_level")


def _tile(vae: Any, side: int | None) -> None:
    """Let a diffusers autoencoder work in tiles, of this side where it takes one."""
    names = signature(vae.enable_tiling).parameters
    wanted = {f"tile_sample_min_{axis}": side for axis in ("height", "width")} | {
        f"tile_sample_stride_{axis}": side and side * 3 // 4 for axis in ("height", "width")
    }
    vae.enable_tiling(**{name: value for name, value in wanted.items() if value and name in names})


def _fits(
    parts: Sequence[torch.nn.Module], device: torch.device, times: float, limit: int | None = None
) -> bool:
    """Whether `times` the weights, which leaves room for the work, fit in what the GPU may give."""
    return has_room(sum(map(size_of, parts)), device, times, limit)


def has_room(size: int, device: torch.device, times: float = 1.5, limit: int | None = None) -> bool:
    """Whether `times` so many bytes of weights fit in what the GPU may give; true of any other device."""
    return device.type != "cuda" or int(times * size) + _RESERVE <= _free(device, limit)


def _free(device: torch.device, limit: int | None = None) -> int:
    """Bytes that a device can still give to tensors, up to `limit` in all."""
    import torch

    if device.type != "cuda":
        return sys.maxsize
    taken = torch.cuda.memory_allocated(device)
    free = torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device) - taken
    return free if limit is None else min(free, limit - taken)


@contextmanager
def memory_guard(what: str, lower: str) -> Iterator[None]:
    """Turn a failed allocation, on the GPU or the host, into an OutOfMemoryError that says what to lower."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        raise OutOfMemoryError(f"{what} does not fit in memory", remedy=f"lower {lower}") from error


def release() -> None:
    """Give back what the allocator holds for nobody, so that a second try finds it in one piece."""
    import torch

    give_back()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _is_out_of_memory(error: Exception) -> bool:
    import torch

    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    text = str(error).lower()
    return any(sign in text for sign in ("can't allocate memory", "not enough memory", "out of memory"))


@contextmanager
def quiet_loading() -> Iterator[None]:
    """While weights load: nobody else of this process computes or loads, and the libraries are silent."""
    with loading(), quiet():
        yield


def _silence_libraries(undo: ExitStack) -> None:
    """An encoder needs no diffusers, so that is not imported here, only quietened where it is in use."""
    undo.enter_context(no_warnings())
    for name in ("transformers", *(["diffusers"] if "diffusers" in sys.modules else [])):
        library, logger = import_module(f"{name}.utils.logging"), logging.getLogger(name)
        undo.callback(logger.setLevel, logger.level)
        logger.setLevel(logging.CRITICAL)
        if library.is_progress_bar_enabled():
            undo.callback(library.enable_progress_bar)
            library.disable_progress_bar()


quiet = ForAll(_silence_libraries)
"""Hold back the progress bars and warnings of diffusers and transformers; errors still come through."""
