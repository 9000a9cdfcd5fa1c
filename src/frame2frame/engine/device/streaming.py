"""Modules that are on the device while they are in use: as a whole, or with their blocks coming one by one.

Their weights wait in main memory, and as they never change, what leaves the device is only forgotten there.

Of a module that is streamed, while a block computes, the next one is on its way in a stream of its own, so
that a copy costs time only where it takes longer than a block's work. Two buffers on the device hold the
weights of two blocks; nothing else is ever allocated, and the numbers are those of the module in one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import finalize

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

_ALIGNED = 256
"""Bytes that every tensor begins at a multiple of."""


def blocks_of(module: nn.Module) -> list[nn.Module]:
    """The blocks that hold most of the module's weights; none if it is no stack of them."""
    from torch import nn

    lists = [part for part in module.modules() if isinstance(part, nn.ModuleList) and len(part) > 2]
    largest = max(lists, key=size_of, default=None)
    return [] if largest is None or 2 * size_of(largest) < size_of(module) else list(largest)


def size_of(module: nn.Module) -> int:
    """Bytes of its weights, those in buffers too."""
    return sum(tensor.nbytes for tensor in _tensors(module))


class Parked:
    """Has `module` on `device` as a whole while it is in use."""

    def __init__(self, module: nn.Module, device: torch.device) -> None:
        self._module, self._device = module, device
        self._homes: list[tuple[Tensor, Tensor]] = []

    @property
    def size(self) -> int:
        """Bytes that it takes on the device."""
        return size_of(self._module)

    def enter(self) -> None:
        """Have it ready to compute on the device."""
        import torch

        with torch.inference_mode(False):
            away = [one for one in _tensors(self._module) if one.device.type != self._device.type]
            if away:
                self._homes = [(tensor, tensor.data) for tensor in {id(one): one for one in away}.values()]
                for tensor, home in self._homes:
                    tensor.data = home.to(self._device)

    def leave(self) -> None:
        """Leave the device; what was made there moves to main memory."""
        import torch

        with torch.inference_mode(False):  # or its buffers could never be set again
            for tensor, home in self._homes:
                tensor.data = home
            self._module.to("cpu")

    def close(self) -> None:
        """Be an ordinary module in main memory again."""
        self.leave()


def _tensors(module: nn.Module) -> Iterator[Tensor]:
    yield from module.parameters()
    yield from module.buffers()


class Streamed:
    """Has the blocks of `module` streamed to `device` from now on, until `close`."""

    def __init__(self, module: nn.Module, device: torch.device) -> None:
        import torch

        self._module, self._device = module, device
        blocks = blocks_of(module)
        with torch.inference_mode(False):
            self._stores = [_Store(block, device) for block in blocks]
        inside = {id(part) for block in blocks for part in block.modules()}
        self._rest = [part for part in module.modules() if id(part) not in inside]
        self._slots: _Slots | None = None
        self._hooks = [
            hook
            for index, block in enumerate(blocks)
            for hook in (
                block.register_forward_pre_hook(lambda *_, index=index: self._before(index)),
                block.register_forward_hook(lambda *_, index=index: self._after(index)),
            )
        ]

    @property
    def size(self) -> int:
        """Bytes that it takes on the device: two blocks and all that is in no block."""
        rest = {id(tensor): tensor.nbytes for part in self._rest for tensor in _own(part)}
        return 2 * max(store.size for store in self._stores) + sum(rest.values())

    def enter(self) -> None:
        """Have it ready to compute on the device."""
        if self._slots is None:
            self._move_rest(self._device)
            self._slots = _Slots(self._stores, self._device)

    def leave(self) -> None:
        """Leave the device."""
        if self._slots is not None:
            self._slots.finish()
            self._slots = None
            for store in self._stores:
                store.point(None)  # a block that failed half-way still points at the device
            self._move_rest("cpu")

    def close(self) -> None:
        """Leave the device, and be an ordinary module in main memory again."""
        self.leave()
        for hook in self._hooks:
            hook.remove()

    def _before(self, index: int) -> None:
        assert self._slots is not None
        self._stores[index].point(self._slots.take(index))

    def _after(self, index: int) -> None:
        assert self._slots is not None
        self._stores[index].point(None)
        self._slots.used(index)

    def _move_rest(self, device: torch.device | str) -> None:
        import torch

        with torch.inference_mode(False):
            for part in self._rest:
                for entry in part._parameters.values():
                    if entry is not None:
                        entry.data = entry.data.to(device)
                for name, buffer in part._buffers.items():
                    part._buffers[name] = None if buffer is None else buffer.to(device)


def _own(part: nn.Module) -> Iterator[Tensor]:
    yield from part.parameters(recurse=False)
    yield from part.buffers(recurse=False)


class _Store:
    """The weights of one block, side by side in page-locked main memory."""

    def __init__(self, block: nn.Module, device: torch.device) -> None:
        import torch

        self._tensors = list({id(tensor): tensor for tensor in _tensors(block)}.values())
        self._places, self.size = [], 0
        for tensor in self._tensors:
            self._places.append(self.size)
            self.size += -(-tensor.nbytes // _ALIGNED) * _ALIGNED
        self.bytes = torch.empty(self.size, dtype=torch.uint8)
        self._home = self.views(self.bytes)
        for view, tensor in zip(self._home, self._tensors, strict=True):
            view.copy_(tensor.data)
        self.point(None)
        if device.type == "cuda":
            _lock(self.bytes)

    def views(self, memory: Tensor) -> list[Tensor]:
        """The block's tensors within other memory of at least this size."""
        return [
            memory[place : place + tensor.nbytes].view(tensor.dtype).view(tensor.shape)
            for place, tensor in zip(self._places, self._tensors, strict=True)
        ]

    def point(self, views: list[Tensor] | None) -> None:
        """Let the block compute with these views; with None it is back in main memory."""
        for tensor, view in zip(self._tensors, views or self._home, strict=True):
            tensor.data = view


def _lock(memory: Tensor) -> None:
    """Lock pages so that copies run beside other work; without it they still run.

    The allocator for locked memory rounds up to powers of two, so this locks memory of exactly the size.
    """
    import torch

    gpu: Any = torch.cuda
    runtime = gpu.cudart()
    place = memory.data_ptr()
    if int(runtime.cudaHostRegister(place, memory.nbytes, 0)) == 0:
        finalize(memory, runtime.cudaHostUnregister, place).atexit = False


class _Slots:
    """Two buffers on the device; while one is used the other is filled."""

    def __init__(self, stores: list[_Store], device: torch.device) -> None:
        import torch

        self._stores = stores
        largest = max(store.size for store in stores)
        with torch.inference_mode(False):
            self._buffers = [torch.empty(largest, dtype=torch.uint8, device=device) for _ in "ab"]
            self._views = [[store.views(buffer) for store in stores] for buffer in self._buffers]
        self._holds: list[int | None] = [None, None]
        self._used = 1
        gpu: Any = torch.cuda
        is_gpu = device.type == "cuda"
        self._stream = gpu.Stream(device) if is_gpu else None
        self._ready = [gpu.Event() for _ in "ab"] if is_gpu else []
        self._free = [gpu.Event() for _ in "ab"] if is_gpu else []
        for event in self._free:
            event.record()

    def take(self, index: int) -> list[Tensor]:
        """The views of a block that is there once earlier work is done; the next one sets out."""
        if index not in self._holds:
            self._fetch(index, 1 - self._used)
        slot = self._holds.index(index)
        self._used = slot
        if self._ready:
            self._ready[slot].wait()
        following = (index + 1) % len(self._stores)
        if following not in self._holds:
            self._fetch(following, 1 - slot)
        return self._views[slot][index]

    def used(self, index: int) -> None:
        """The block's work is under way; after it the buffer may be filled anew."""
        if self._free:
            self._free[self._holds.index(index)].record()

    def finish(self) -> None:
        if self._stream is not None:
            self._stream.synchronize()

    def _fetch(self, index: int, slot: int) -> None:
        import torch

        self._holds[slot] = index
        store = self._stores[index]
        target = self._buffers[slot][: store.size]
        if self._stream is None:
            target.copy_(store.bytes)
            return
        with torch.cuda.stream(self._stream):
            self._free[slot].wait()
            target.copy_(store.bytes, non_blocking=True)
            self._ready[slot].record()
