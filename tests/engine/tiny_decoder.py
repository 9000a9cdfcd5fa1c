"""A tiny decoder's file in the layout of the real ones, with few channels."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

WIDTHS = (8, 6, 4, 4)
GROWTH = (1, 2, 2)


class Block(nn.Module):
    """A block as the files have it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(2 * inputs, outputs, 3, padding=1), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
        )  # fmt: skip


class Grow(nn.Module):
    def __init__(self, width: int, frames: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width * frames, 1, bias=False)


def decoder(channels: int = 5, patch: int = 1, growth: tuple[int, ...] = GROWTH) -> nn.Sequential:
    """The layout of the real files, with few channels."""
    torch.manual_seed(0)
    stages: list[nn.Module] = []
    for width, following, frames in zip(WIDTHS, WIDTHS[1:], growth, strict=False):
        stages += [Block(width, width) for _ in range(3)]
        stages += [nn.Upsample(scale_factor=2), Grow(width, frames)]
        stages += [nn.Conv2d(width, following, 3, padding=1, bias=False)]
    first, last = nn.Conv2d(channels, WIDTHS[0], 3, padding=1), nn.Conv2d(4, 3 * patch**2, 3, padding=1)
    return nn.Sequential(nn.Identity(), first, nn.ReLU(), *stages, nn.ReLU(), last)


def saved(made: nn.Sequential, folder: Path) -> Path:
    file = folder / "tiny.safetensors"
    save_file({f"decoder.{name}": value.contiguous() for name, value in made.state_dict().items()}, file)
    return file
