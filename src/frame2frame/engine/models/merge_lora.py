"""Adding LoRA products to the weights of a loaded model. Imported when a model loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from ...errors import ModelError
from .lora import Change, Match


@torch.no_grad()
def fuse(components: Mapping[str, Any], matches: Sequence[Match]) -> None:
    """Change the weights in place, component by name; computed in float32 and rounded once a file.

    Raises ModelError for a file whose values are no numbers.
    """
    for match in matches:
        weights = dict(components[match.component].named_parameters())
        with safe_open(match.lora.file, framework="pt") as file:
            for name, change in match.changes.items():
                weight = weights[name]
                added = _change(file, change).reshape(weight.shape).to(weight.device) * match.lora.weight
                if not added.isfinite().all():
                    what = f"the LoRA {match.lora.name} has values that are not finite"
                    raise ModelError(what, got=f"those for {name}", remedy="get the file again")
                weight.copy_(weight.float() + added)


def _change(file: Any, change: Change) -> Tensor:
    if change.difference:
        return _read(file, change.difference)
    down, up = _read(file, change.down), _read(file, change.up)
    scale = float(_read(file, change.alpha)) / len(down) if change.alpha else change.scale
    return scale * (up.flatten(1) @ down.flatten(1))


def _read(file: Any, name: str) -> Tensor:
    tensor: Tensor = file.get_tensor(name)
    return tensor.float()
