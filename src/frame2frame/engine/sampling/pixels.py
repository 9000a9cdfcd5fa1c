"""Pictures and frames as autoencoders see them: (candidates, 3, frames, height, width), from −1 to 1."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...values import Picture
from .family import Clips


def from_picture(picture: Picture) -> Tensor:
    """(1, 3, 1, height, width), float32: the picture as a clip of one frame."""
    values = torch.from_numpy(picture.astype(np.float32) / 255) * 2 - 1
    return values.permute(2, 0, 1)[None, :, None]


def to_frames(pixels: Tensor) -> Clips:
    """The frames, rounded to 8 bits, on the CPU."""
    levels = ((pixels.float() / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    return levels.permute(0, 2, 3, 4, 1).contiguous().cpu().numpy()
