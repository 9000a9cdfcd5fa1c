"""The transformer's faster forward against diffusers' own, on tiny random models of every layout."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from frame2frame.engine.families.cogvideox import network as cogvideox_network
from frame2frame.engine.families.cogvideox.fast import FastTransformer
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.engine.kernels.fp8 import Fp8Linear, quantise, to_rows
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.errors import InputError

from ..drafts import ANY, MakeItem

Make = Callable[..., CogVideoX]

LAYOUTS = ("1.0", "1.5", "rotary")


def shaken(model: CogVideoX) -> cogvideox_network.Parts:
    """The model with every weight off its usual start, so that no norm or bias passes unnoticed."""
    parts = cogvideox_network.load(model.folder(), "cpu", "auto")
    transformer = copy.deepcopy(parts.transformer)
    drawn = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for value in transformer.parameters():
            value += 0.2 * torch.randn(value.shape, generator=drawn)
    return replace(parts, transformer=transformer)


def clips(parts: cogvideox_network.Parts, model: CogVideoX, make: MakeItem) -> tuple[Tensor, Tensor]:
    """Two candidates after two steps, and after two more without some of their latents."""
    sampling = model.sampling(ANY)
    items = [make(1, sampling), make(2, sampling, "two cubes fall")]
    draft = Denoising(cogvideox_network.CogVideoXFamily(parts), items, sampling)
    draft.advance(2)
    whole = torch.stack([draft.latents(0), draft.latents(1)])
    draft.thin([draft.units[0], *draft.units[2:]])
    draft.advance(2)
    return whole, torch.stack([draft.latents(0), draft.latents(1)])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("guidance", [1.0, 6.0])
def test_the_fast_forward_equals_diffusers_own(
    tiny: Make, item: MakeItem, layout: str, guidance: float
) -> None:
    model = tiny(layout, guidance=guidance)
    parts = shaken(model)
    fast = replace(parts, fast=FastTransformer(parts.transformer, compiled=False))
    for ours, stock in zip(clips(fast, model, item), clips(parts, model, item), strict=True):
        assert torch.allclose(ours, stock, rtol=1e-4, atol=1e-4 * float(stock.abs().max()))


def test_a_product_in_8_bits_keeps_three_percent() -> None:
    torch.manual_seed(0)
    linear, values = nn.Linear(64, 32), torch.randn(5, 7, 64)
    wanted = linear(values)
    assert (Fp8Linear(linear)(values) - wanted).norm() / wanted.norm() < 0.04


def test_a_row_of_zeros_and_a_row_of_large_numbers_stay_finite() -> None:
    rows = to_rows(torch.stack([torch.zeros(16), torch.full((16,), 3e38)]))
    assert torch.isfinite(rows.values.float()).all()
    assert torch.isfinite(rows.values.float() * rows.scales).all()


def test_the_fast_forward_takes_8_bit_weights_where_the_sides_allow(tiny: Make, item: MakeItem) -> None:
    model = tiny("1.5")
    parts = shaken(model)
    small = copy.deepcopy(parts.transformer)
    quantise(small.transformer_blocks)
    assert isinstance(small.transformer_blocks[1].attn1.to_q, Fp8Linear)
    fast = replace(parts, transformer=small, fast=FastTransformer(small, compiled=False))
    ours, stock = clips(fast, model, item)[0], clips(parts, model, item)[0]
    assert 0 < (ours - stock).norm() / stock.norm() < 0.1


def test_fp8_is_refused_where_there_is_none(tiny: Make) -> None:
    model = tiny("1.5", precision="fp8")
    with pytest.raises(InputError, match=r"compute capability 8\.9 or more; got 'cpu'"):
        model.still(np.zeros((32, 48, 3), np.uint8), model.sampling(ANY))
    with pytest.raises(InputError, match="precision has no such value; got 'int4'"):
        tiny("1.5", precision="int4").still(np.zeros((32, 48, 3), np.uint8), model.sampling(ANY))
