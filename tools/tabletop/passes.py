"""The forward and backward pass of a step: run as it is, or on CUDA recorded once and replayed.

The models are small, so a GPU is done with a kernel before Python has asked for the next one. A CUDA graph
asks for all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from precision import autocast
from torch import Tensor, nn

Tensors = dict[str, Tensor]
Figures = Callable[[Tensors], Tensors]
"""From a batch to its figures, `loss` among them; draws nothing at random and asks nothing of the GPU."""

WARM_UP = 3
"""Passes before a recording, in which kernels are compiled and chosen."""


class Plain:
    """Each pass is run as it is written."""

    def __init__(self, figures: Figures, parameters: Iterable[nn.Parameter], device: str) -> None:
        self.figures, self.parameters, self.device = figures, list(parameters), device

    def __call__(self, batch: Tensors) -> Tensors:
        """The figures of a batch; every parameter's gradient is that of its loss."""
        for parameter in self.parameters:
            parameter.grad = None
        return _both_ways(self.figures, batch, self.device)


@dataclass(frozen=True, eq=False)
class _Recording:
    graph: torch.cuda.CUDAGraph
    batch: Tensors
    figures: Tensors


class Recorded:
    """One recording for each shape of batch; all of them leave their gradients in the same place."""

    def __init__(self, figures: Figures, parameters: Iterable[nn.Parameter]) -> None:
        self.figures = figures
        self.gradients = []
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
            self.gradients.append(parameter.grad)
        self._recordings: dict[tuple[object, ...], _Recording] = {}
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, batch: Tensors) -> Tensors:
        shape = tuple((name, tensor.shape) for name, tensor in sorted(batch.items()))
        if shape not in self._recordings:
            self._recordings[shape] = self._record({name: tensor.clone() for name, tensor in batch.items()})
        recording = self._recordings[shape]
        for name, tensor in batch.items():
            recording.batch[name].copy_(tensor)
        recording.graph.replay()
        return {name: figure.clone() for name, figure in recording.figures.items()}

    def _record(self, batch: Tensors) -> _Recording:
        beside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UP):
                self._pass(batch)
        torch.cuda.current_stream().wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool, stream=beside):
            figures = self._pass(batch)
        return _Recording(graph, batch, figures)

    def _pass(self, batch: Tensors) -> Tensors:
        torch._foreach_zero_(self.gradients)
        return _both_ways(self.figures, batch, "cuda")


def _both_ways(figures: Figures, batch: Tensors, device: str) -> Tensors:
    """Forward under autocast, then backward; the gradients add to those that are there."""
    with autocast(device, cache=False):
        found = figures(batch)
    found["loss"].backward()  # type: ignore[no-untyped-call]
    return {name: figure.detach() for name, figure in found.items()}


def passes(figures: Figures, parameters: Iterable[nn.Parameter], device: str) -> Plain | Recorded:
    """The way that suits the device."""
    return Recorded(figures, parameters) if device == "cuda" else Plain(figures, parameters, device)
