"""Wan's faster forward against diffusers' own, on tiny random models of both layouts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import WanResidualBlock
from torch import Tensor

from frame2frame.engine.families.wan import fast as wan_fast
from frame2frame.engine.families.wan import fast_vae as wan_fast_vae
from frame2frame.engine.families.wan import network as wan_network
from frame2frame.engine.families.wan import parts as wan_parts
from frame2frame.engine.families.wan.fast import FastWan
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.engine.kernels.fp8 import Fp8Linear, quantise
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.errors import InputError

from ..drafts import ANY, MakeItem

Make = Callable[..., Wan]

LAYOUTS = ("a14b", "5b")


def shaken(model: Wan) -> wan_parts.Parts:
    """The model with every weight off its usual start, so that no norm or bias passes unnoticed."""
    parts = wan_parts.load(model.folder(), "cpu", "auto")
    transformers = copy.deepcopy(parts.transformers)
    drawn = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for value in (value for one in transformers for value in one.parameters()):
            value += 0.2 * torch.randn(value.shape, generator=drawn)
    return replace(parts, transformers=transformers)


def faster(parts: wan_parts.Parts, **options: Any) -> wan_parts.Parts:
    options = {"compiled": False} | options
    return replace(parts, fast=tuple(FastWan(one, **options) for one in parts.transformers))


def clips(parts: wan_parts.Parts, model: Wan, make: MakeItem) -> tuple[Tensor, Tensor]:
    """Two candidates after two steps, and after two more, by the other expert, without some latents."""
    sampling = model.sampling(ANY)
    items = [make(1, sampling), make(2, sampling, "two cubes fall")]
    draft = Denoising(wan_network.WanFamily(parts, model), items, sampling)
    draft.advance(2)
    whole = torch.stack([draft.latents(0), draft.latents(1)])
    draft.thin([draft.units[0], *draft.units[2:]])
    draft.advance(2)
    return whole, torch.stack([draft.latents(0), draft.latents(1)])


def apart(ours: Tensor, stock: Tensor) -> float:
    return float((ours - stock).norm() / stock.norm())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("guidance", [1.0, 4.0])
def test_the_fast_forward_equals_diffusers_own(
    tiny_wan: Make, item: MakeItem, layout: str, guidance: float
) -> None:
    model = tiny_wan(layout, guidance=guidance, shift=2.0)
    parts = shaken(model)
    for ours, stock in zip(clips(faster(parts), model, item), clips(parts, model, item), strict=True):
        assert apart(ours, stock) < 1e-5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_prediction_equals_diffusers_own(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout)
    parts = shaken(model)
    family, fast = (wan_network.WanFamily(one, model) for one in (parts, faster(parts)))
    draft = Denoising(family, [item(1, model.sampling(ANY))], model.sampling(ANY))
    condition = draft._condition
    told = draft._latents, 700.0, condition.text, condition.picture, condition.positions
    with torch.inference_mode():
        assert apart(fast.predict(*told), family.predict(*told)) < 1e-5


def test_a_text_is_heard_once_as_long_as_it_is_asked_for(
    tiny_wan: Make, item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    stock = wan_fast._heard

    def counted(attention: Any, words: Tensor) -> Any:
        heard.append(len(words))
        return stock(attention, words)

    monkeypatch.setattr(wan_fast, "_heard", counted)
    model = tiny_wan("a14b", shift=2.0)
    parts, sampling = faster(shaken(model)), model.sampling(ANY)
    draft = Denoising(wan_network.WanFamily(parts, model), [item(1, sampling)], sampling)
    draft.advance(sampling.steps)
    blocks = sum(len(one.blocks) for one in parts.transformers)
    assert heard == [1] * blocks
    assert [len(fast._heard) for fast in parts.fast] == [1, 1]
    draft.close()
    assert [len(fast._heard) for fast in parts.fast] == [0, 0]


def test_a_shorter_clip_goes_on_with_the_same_code(
    tiny_wan: Make, item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs: list[Any] = []

    def compiler(graph: Any, inputs: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    names = ("_enter", "_cross", "_pass_on", "_finish")
    forms = {name: torch.compile(getattr(wan_fast, name), backend=compiler, fullgraph=True) for name in names}
    monkeypatch.setattr(wan_fast, "ready", lambda function, *, compiled: forms[function.__name__])
    model = tiny_wan("a14b", shift=2.0)
    parts, sampling = faster(shaken(model), compiled=True), model.sampling(ANY)
    family = wan_network.WanFamily(parts, model)
    for frames in (17, 9, 13):
        draft = Denoising(family, [item(1, sampling)], replace(sampling, frames=frames))
        draft.advance(2)
        draft.thin([draft.units[0], *draft.units[2:]])
        draft.advance(2)
    assert len(graphs) == len(forms)


def test_the_fast_forward_takes_8_bit_weights() -> None:
    torch.manual_seed(0)
    kind: Any = diffusers.WanTransformer3DModel
    transformer = kind(
        num_attention_heads=2, attention_head_dim=16, in_channels=36, text_dim=32, ffn_dim=64, num_layers=2
    )
    small = copy.deepcopy(transformer)
    quantise(small.blocks)
    layers = [name for name, part in small.blocks[1].named_modules() if isinstance(part, Fp8Linear)]
    assert len(layers) == 8
    assert not {"attn2.to_k", "attn2.to_v"} & set(layers)
    latents, text = torch.randn(2, 3, 36, 8, 8), torch.randn(2, 5, 32)
    rotary = [value[0, :, 0] for value in transformer.rope(latents.transpose(1, 2))]
    with torch.no_grad():
        stock, ours = (
            FastWan(one, compiled=False)(latents, text, 700.0, None, (rotary[0], rotary[1]))
            for one in (transformer, small)
        )
    assert 0 < apart(ours, stock) < 0.1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_quicker_autoencoder_equals_diffusers_own(tiny_wan: Make, item: MakeItem, layout: str) -> None:
    model = tiny_wan(layout)
    sampling, parts = model.sampling(ANY), wan_parts.load(model.folder(), "cpu", "auto")
    vae = copy.deepcopy(parts.vae)
    with torch.no_grad():
        for value in vae.parameters():
            value += 0.05 * torch.randn(value.shape, generator=torch.Generator().manual_seed(5))
    stock = replace(parts, vae=vae)
    quick = replace(parts, vae=copy.deepcopy(vae))
    wan_fast_vae.quicken(quick.vae, compiled=False)
    wanted, ours = (wan_network.WanFamily(one, model) for one in (stock, quick))
    picture = item(1, sampling).picture
    latents = wanted.still(picture, sampling)
    assert apart(ours.still(picture, sampling), latents) < 1e-5
    with torch.inference_mode():
        for chunk, stock_chunk in zip(ours.decode(latents[None]), wanted.decode(latents[None]), strict=True):
            assert np.abs(chunk.astype(int) - stock_chunk.astype(int)).max() <= 1
            assert stock_chunk.std() > 1


@pytest.mark.parametrize("first", [0.0, 1.0])
@pytest.mark.parametrize("blocks", [1, 2])
def test_frames_that_are_alike_are_encoded_once_and_give_the_very_same_latents(
    first: float, blocks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    kind: Any = diffusers.AutoencoderKLWan
    vae = kind(base_dim=3, dim_mult=[1, 1, 1, 1], num_res_blocks=blocks).eval()
    clip = torch.rand(1, 3, 41, 16, 16)
    clip[:, :, 1:] = first * clip[:, :, :1]
    worked: list[int] = []
    stock = WanResidualBlock.forward

    def counted(self: Any, values: Tensor, **options: Any) -> Tensor:
        worked.append(1)
        return stock(self, values, **options)

    monkeypatch.setattr(WanResidualBlock, "forward", counted)
    with torch.no_grad():
        wanted = vae.encode(clip).latent_dist.mode()
        whole = len(worked)
        with wan_fast_vae.alike(vae):
            ours = vae.encode(clip).latent_dist.mode()
        assert torch.equal(ours, wanted)
        assert len(worked) - whole == whole - (7 + 6 if blocks == 1 else 7 + 6 + 5 + 4)
        assert torch.equal(vae.encode(clip).latent_dist.mode(), wanted)


def test_the_autoencoder_s_number_format_can_be_chosen(tiny_wan: Make) -> None:
    model = tiny_wan("a14b", autoencoder="bfloat16")
    parts = wan_parts.load(model.folder(), "cpu", "float32", autoencoder="bfloat16")
    assert parts.vae.dtype == torch.bfloat16 and parts.transformers[0].dtype == torch.float32
    with pytest.raises(InputError, match=r"autoencoder has no such value; got 'float16'; did you mean"):
        tiny_wan("a14b", autoencoder="float16")


def test_fp8_is_refused_where_there_is_none(tiny_wan: Make) -> None:
    model = tiny_wan("a14b", precision="fp8")
    with pytest.raises(InputError, match=r"compute capability 8\.9 or more; got 'cpu'"):
        model.still(ANY, model.sampling(ANY))
