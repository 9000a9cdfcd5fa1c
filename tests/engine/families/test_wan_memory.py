"""The room that Wan asks for is what its parts need: at their real widths, on a device that holds no data."""

from __future__ import annotations

from typing import Any

import diffusers
import pytest
import torch
from torch import Tensor

from frame2frame.engine.families.wan.network import transformer_work, vae_work
from live_memory import Alive

A14B = {"in_channels": 36}
TI2V = {
    "num_attention_heads": 24,
    "attention_head_dim": 128,
    "in_channels": 48,
    "out_channels": 48,
    "ffn_dim": 14336,
}
TI2V_VAE: dict[str, Any] = {
    "base_dim": 160,
    "decoder_base_dim": 256,
    "z_dim": 48,
    "in_channels": 12,
    "out_channels": 12,
    "is_residual": True,
    "patch_size": 2,
    "scale_factor_spatial": 16,
    "latents_mean": [0.0] * 48,
    "latents_std": [1.0] * 48,
}


@pytest.fixture(autouse=True)
def _attention_without_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU: the scores of all tokens with all others never exist at once."""

    def attend(query: Tensor, key: Tensor, value: Tensor, **_: Any) -> Tensor:
        return torch.empty_like(query)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", attend)


@pytest.mark.parametrize(("layout", "held"), [(A14B, False), (TI2V, True)])
def test_a_transformer_s_work_is_foreseen(layout: dict[str, Any], held: bool) -> None:
    kind: Any = diffusers.WanTransformer3DModel
    with torch.device("meta"):
        transformer = kind(num_layers=2, **layout).to(torch.bfloat16)
        latents = torch.empty(2, layout["in_channels"], 9, 60, 104, dtype=torch.bfloat16)
        tokens = 9 * 30 * 52
        times = torch.empty(2, tokens) if held else torch.empty(2)
        text = torch.empty(2, 512, 4096, dtype=torch.bfloat16)
    with torch.no_grad(), Alive() as alive:
        transformer(latents, times, text, return_dict=False)
    assert 0.8 < alive.peak / transformer_work(transformer, 2 * tokens, held) <= 1


@pytest.mark.parametrize(("layout", "latents"), [({}, (1, 16, 4, 60, 104)), (TI2V_VAE, (1, 48, 4, 30, 52))])
def test_a_decode_s_work_is_foreseen(layout: dict[str, Any], latents: tuple[int, ...]) -> None:
    kind: Any = diffusers.AutoencoderKLWan
    with torch.device("meta"):
        vae = kind(**layout)
        values = torch.empty(latents)
    past: list[Any] = [None] * vae._cached_conv_counts["decoder"]
    with torch.no_grad(), Alive() as alive:
        for index in range(latents[2]):
            vae.decoder(
                values[:, :, index : index + 1], feat_cache=past, feat_idx=[0], first_chunk=index == 0
            )
    assert 0.7 < alive.peak / vae_work(480, 832) <= 1
