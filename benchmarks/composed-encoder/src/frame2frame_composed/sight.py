"""EfficientNet-Lite0 (Tan and Le, ICML 2019, arXiv 1905.11946): the variant without squeeze-and-excite."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional

STAGES = (
    *((1, 3, 1, 1), (2, 3, 2, 6), (2, 5, 2, 6), (3, 3, 2, 6)),
    *((3, 5, 1, 6), (4, 5, 2, 6), (1, 3, 1, 6)),
)
"""Repeats, kernel, stride and expansion of each."""

SIDE = 224
EPSILON = 1e-3


class Sight:
    """The network from its weights, by their names in the file."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self._weights = weights

    def logits(self, frames: np.ndarray[Any, np.dtype[np.uint8]]) -> torch.Tensor:
        """(frames, 1000) of (frames, height, width, 3)."""
        pixels = torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).float()
        pixels = functional.interpolate(pixels, (SIDE, SIDE), mode="bicubic", antialias=True)
        x = self._block("_conv_stem", "_bn0", (pixels.clamp(0, 255) - 127.0) / 128.0, stride=2)
        number = 0
        for repeats, kernel, stride, expansion in STAGES:
            for place in range(repeats):
                x = self._inverted(f"_blocks.{number}.", x, kernel, stride if place == 0 else 1, expansion)
                number += 1
        x = self._block("_conv_head", "_bn1", x).mean(dim=(2, 3))
        return functional.linear(x, self._weights["_fc.weight"], self._weights["_fc.bias"])

    def _inverted(self, name: str, x: torch.Tensor, kernel: int, stride: int, expansion: int) -> torch.Tensor:
        before = x
        if expansion > 1:
            x = self._block(f"{name}_expand_conv", f"{name}_bn0", x)
        x = self._block(f"{name}_depthwise_conv", f"{name}_bn1", x, stride, groups=x.shape[1])
        x = self._block(f"{name}_project_conv", f"{name}_bn2", x, bounded=False)
        return x + before if x.shape == before.shape else x

    def _block(
        self, conv: str, norm: str, x: torch.Tensor, stride: int = 1, groups: int = 1, bounded: bool = True
    ) -> torch.Tensor:
        weight = self._weights[f"{conv}.weight"]
        x = functional.conv2d(_padded(x, weight.shape[-1], stride), weight, stride=stride, groups=groups)
        of = [self._weights[f"{norm}.{one}"] for one in ("running_mean", "running_var", "weight", "bias")]
        x = functional.batch_norm(x, *of, eps=EPSILON)
        return functional.relu6(x) if bounded else x


def _padded(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """As TensorFlow pads: what is uneven goes to the right and below."""
    sides = []
    for size in (x.shape[-1], x.shape[-2]):
        whole = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        sides += [whole // 2, whole - whole // 2]
    return functional.pad(x, sides)
