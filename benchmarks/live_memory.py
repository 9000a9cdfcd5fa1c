"""How much memory a computation takes at its height, counted tensor by tensor, on any device.

On the device "meta", which holds no data, it foresees what real sizes would take. What a kernel uses for
itself while it runs is not seen.
"""

from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Alive(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that computations made and nobody has let go of."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.owners: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.peak = 0

    def __torch_dispatch__(self, operation: Any, types: Any, given: Any = (), named: Any = None) -> Any:
        made = operation(*given, **(named or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self.count(tensor)
        return made

    def count(self, tensor: Tensor) -> None:
        memory = tensor.untyped_storage()
        place = memory._cdata
        self.owners[place] = self.owners.get(place, 0) + 1
        self.sizes[place] = memory.nbytes()
        self.peak = max(self.peak, sum(self.sizes.values()))
        weakref.finalize(tensor, self.let_go, place)

    def let_go(self, place: int) -> None:
        self.owners[place] -= 1
        if not self.owners[place]:
            del self.owners[place], self.sizes[place]
