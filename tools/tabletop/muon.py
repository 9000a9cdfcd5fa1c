"""Muon (Jordan et al. 2024) for many small matrices: those of one shape are orthogonalised together.

`torch.optim.Muon` goes through the matrices one by one, which for a hundred small ones leaves a GPU idle. The
update is the same: Nesterov momentum, five Newton–Schulz steps in bf16, the rate adjusted so that an update's
root mean square is that of AdamW, decoupled weight decay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

MOMENTUM = 0.95
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5
LIKE_ADAM = 0.2
"""An orthogonal matrix times this and the root of its longer side is as large as AdamW's update."""


class Muon(torch.optim.Optimizer):
    """For matrices only; every group has `lr` and `weight_decay`."""

    def __init__(self, groups: Iterable[dict[str, Any]], lr: float, weight_decay: float) -> None:
        super().__init__(groups, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for matrices in _by_shape(group["params"]):
                self._update(matrices, group["lr"], group["weight_decay"])

    def _update(self, matrices: list[Tensor], rate: float, weight_decay: float) -> None:
        gradients = [_gradient(matrix) for matrix in matrices]
        momenta = [self._momentum(matrix) for matrix in matrices]
        torch._foreach_lerp_(momenta, gradients, 1.0 - MOMENTUM)
        ahead = torch._foreach_lerp(gradients, momenta, MOMENTUM)
        turned = orthogonal(torch.stack(ahead)).to(matrices[0].dtype)
        torch._foreach_mul_(matrices, 1.0 - rate * weight_decay)
        adjusted = rate * LIKE_ADAM * max(matrices[0].shape) ** 0.5
        torch._foreach_add_(matrices, list(turned.unbind()), alpha=-adjusted)

    def _momentum(self, matrix: Tensor) -> Tensor:
        state = self.state[matrix]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(matrix)
        momentum: Tensor = state["momentum"]
        return momentum


def orthogonal(matrices: Tensor) -> Tensor:
    """(n, rows, columns) → the nearest matrices with singular values around one, in bf16."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = (matrices.mT if tall else matrices).bfloat16()
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(STEPS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


def _by_shape(matrices: list[Tensor]) -> list[list[Tensor]]:
    found: dict[torch.Size, list[Tensor]] = defaultdict(list)
    for matrix in matrices:
        found[matrix.shape].append(matrix)
    return list(found.values())


def _gradient(matrix: Tensor) -> Tensor:
    return torch.zeros_like(matrix) if matrix.grad is None else matrix.grad
