"""The number format that training computes in: bf16 where the device has instructions for it, else fp32.

A CPU without them works out bf16 about seventeen times slower than fp32.
"""

from __future__ import annotations

import torch

INSTRUCTIONS = ("avx512_bf16", "amx_bf16", "bf16")
"""What PyTorch calls them on x86 and on ARM."""


def working(device: str) -> torch.dtype:
    """The format for a device."""
    quick = device == "cuda" or any(map(torch.cpu.get_capabilities().get, INSTRUCTIONS))
    return torch.bfloat16 if quick else torch.float32


def autocast(device: str, cache: bool = True) -> torch.autocast:
    """The context of a pass in this format; `cache` keeps what was cast until the context ends."""
    quick = working(device) == torch.bfloat16
    return torch.autocast(device, torch.bfloat16, enabled=quick, cache_enabled=cache)
