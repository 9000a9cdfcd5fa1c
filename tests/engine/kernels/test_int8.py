"""Weights in 8 bits, computed with as before."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from frame2frame.engine.device.streaming import size_of
from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.kernels.fp8 import to_rows
from frame2frame.engine.kernels.int8 import StoredLinear, store


def test_a_stored_layer_is_nearer_than_8_bit_floats_would_be() -> None:
    torch.manual_seed(0)
    linear, values = nn.Linear(512, 64), torch.randn(32, 512)
    linear.requires_grad_(False)
    wanted, found = linear(values), StoredLinear(linear)(values)
    rows = to_rows(linear.weight.detach())
    floats = values @ (rows.values.float() * rows.scales).T + linear.bias

    def error(answer: torch.Tensor) -> float:
        return float((answer - wanted).norm() / wanted.norm())

    assert error(found) < 0.01 < 0.02 < error(floats)


def test_storing_takes_a_quarter_of_float32_and_half_of_bfloat16() -> None:
    blocks = nn.ModuleList(nn.Sequential(nn.Linear(256, 256)) for _ in range(4))
    for whole, share in (
        (nn.Sequential(blocks), 0.27),
        (nn.Sequential(copy.deepcopy(blocks)).bfloat16(), 0.52),
    ):
        before = size_of(whole)
        store(whole)
        assert size_of(whole) < share * before


def test_too_little_main_memory_stores_the_weights_and_says_so(tiny: Callable[..., CogVideoX]) -> None:
    model = tiny("rotary")
    parts = cogvideox_network.load(model.folder(), "cpu", "auto")
    networks = (parts.text_encoder, parts.transformer, parts.vae)
    entries = sum(value.numel() for one in networks for value in one.parameters())
    bound = entries * 2 / 2**30  # half of float32
    model = tiny("rotary", memory=f"auto:{bound:.12f}")
    model.repeated(np.zeros((32, 32, 3), np.uint8))
    assert model.notes() == [
        "The weights do not fit in the main memory that was given, so they are stored in 8 bits."
    ]
