"""One clip over several GPUs: the transformer's tokens are shared out among them (context parallelism).

Each GPU has all of the transformer's weights and a share of the clip's tokens; attention exchanges tokens for
heads and back (Ulysses: Jacobs et al., "DeepSpeed Ulysses", 2023). What is exchanged where is diffusers' plan
for the transformer (`_cp_plan`), so only transformers that have one can be shared. This process has the first
GPU and everything else of the model. One more process for each further GPU waits for calls, and answers each
together with this one.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from weakref import finalize

import torch
from torch import Tensor, distributed, nn

from ...errors import ModelError
from .placement import quiet_loading

Load = Callable[[torch.device], Sequence[nn.Module]]
"""The transformers on a device, weights and all; goes to other processes, so it must be picklable."""

WAIT = timedelta(minutes=10)
"""For the others: they read their weights first."""


@dataclass(frozen=True)
class Share:
    """Which part of the tokens a process has."""

    rank: int = 0
    count: int = 1

    def of(self, values: Tensor, axis: int) -> Tensor:
        """This process's part of what is laid out by tokens."""
        return values.tensor_split(self.count, dim=axis)[self.rank]


Call = Callable[[nn.Module, Share, Mapping[str, Tensor]], Tensor]
"""Calls a transformer with these tensors, which are whole; picklable too."""


class Team:
    """Calls transformers on all devices at once, until it is closed. PyTorch has one such group a process."""

    def __init__(
        self, modules: Sequence[nn.Module], devices: Sequence[torch.device], load: Load, call: Call
    ) -> None:
        """`modules` are on the first device at each call.

        Raises ModelError for one without a plan, and where this process has such a group already.
        """
        self._modules, self._call, self._share = tuple(modules), call, Share(0, len(devices))
        for module in modules:
            if getattr(module, "_cp_plan", None) is None:
                raise ModelError(
                    "this transformer cannot be shared among GPUs",
                    got=type(module).__name__,
                    remedy="use one GPU for a clip",
                )
        if distributed.is_initialized():
            raise ModelError(
                "another model of this process shares its clips among GPUs",
                remedy="close its editor first, or use one GPU for a clip",
            )
        place = Path(tempfile.mkdtemp(prefix="frame2frame-")) / "meeting"
        context = multiprocessing.get_context("spawn")
        self._others, self._lines = [], []
        for rank, device in enumerate(devices[1:], 1):
            end, line = context.Pipe(duplex=False)
            told = (Share(rank, len(devices)), device, place, end, load, call)
            self._others.append(context.Process(target=_serve, args=told, daemon=True))
            self._others[-1].start()
            end.close()
            self._lines.append(line)
        self.close = finalize(self, _dismiss, self._others)
        _join(self._share, devices[0], place)
        for module in self._modules:
            _split(module, len(devices))

    @property
    def is_whole(self) -> bool:
        """Whether all of it is still there."""
        return all(other.is_alive() for other in self._others)

    def __call__(self, index: int, tensors: Mapping[str, Tensor]) -> Tensor:
        """The answer of the module of this number to these tensors, on this process's device.

        Raises ModelError if a process is gone; what this process itself cannot do ends the others.
        """
        if not self.is_whole:
            self.close()
            raise ModelError("a process that shares the clip has ended", remedy="run it again")
        try:
            self._tell(index, tensors)
            return self._call(self._modules[index], self._share, tensors)
        except BaseException:
            self.close()  # they would wait for ever
            raise

    def _tell(self, index: int, tensors: Mapping[str, Tensor]) -> None:
        forms = {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in tensors.items()}
        for line in self._lines:
            line.send((index, forms))
        for tensor in tensors.values():
            distributed.broadcast(tensor.contiguous(), src=0)


def _join(share: Share, device: torch.device, place: Path) -> None:
    """Meet the others in a file."""
    if device.type == "cuda":
        torch.cuda.set_device(device)
    distributed.init_process_group(
        "nccl" if device.type == "cuda" else "gloo",
        init_method=place.as_uri(),
        rank=share.rank,
        world_size=share.count,
        timeout=WAIT,
    )


def _split(module: Any, count: int) -> None:
    from diffusers import ContextParallelConfig

    # "anything": neither the tokens of a thinned clip nor all numbers of heads divide by every count.
    config = ContextParallelConfig(ulysses_degree=count, ulysses_anything=True)
    with _counted(), quiet_loading():
        module.enable_parallelism(config=config)


@contextmanager
def _counted() -> Iterator[None]:
    """diffusers divides by the number of accelerators, of which a computer may have none."""
    count = torch.accelerator.device_count
    torch.accelerator.device_count = lambda: max(count(), 1)
    try:
        yield
    finally:
        torch.accelerator.device_count = count


def _serve(share: Share, device: torch.device, place: Path, line: Any, load: Load, call: Call) -> None:
    """What the other processes do until they are ended, or the caller has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends them
    modules = load(device)
    _join(share, device, place)
    for module in modules:
        _split(module, share.count)
    with suppress(EOFError), torch.inference_mode():
        while True:
            index, forms = line.recv()  # not over the GPU, which would spin meanwhile
            call(modules[index], share, _received(forms, device))


def _received(forms: Mapping[str, Any], device: torch.device) -> dict[str, Tensor]:
    tensors = {name: torch.empty(shape, dtype=dtype, device=device) for name, (shape, dtype) in forms.items()}
    for tensor in tensors.values():
        distributed.broadcast(tensor, src=0)
    return tensors


def _dismiss(others: Sequence[Any]) -> None:
    for other in others:
        other.terminate()
    for other in others:
        other.join()
    if distributed.is_initialized():
        distributed.destroy_process_group()
