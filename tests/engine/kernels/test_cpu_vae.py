"""The autoencoder's convolutions on a CPU."""

from __future__ import annotations

import torch
from diffusers.models.autoencoders.autoencoder_kl_cogvideox import CogVideoXSafeConv3d

from frame2frame.engine.kernels.cpu_vae import DirectConv, quicken

from ...tiny import ROTARY, pipeline


def test_onednn_gives_what_pytorchs_own_code_gives() -> None:
    vae = pipeline(ROTARY).vae.eval()
    generator = torch.Generator().manual_seed(0)
    picture, latents = (
        torch.randn(size, generator=generator) for size in ((1, 3, 1, 32, 48), (1, 4, 3, 4, 6))
    )
    with torch.no_grad():
        stock = vae.encode(picture).latent_dist.mean, vae.decode(latents).sample
        quicken(vae)
        ours = vae.encode(picture).latent_dist.mean, vae.decode(latents).sample
    for one, other in zip(stock, ours, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-5)
    found = {
        (isinstance(part, DirectConv), max(part.kernel_size))
        for part in vae.modules()
        if isinstance(part, CogVideoXSafeConv3d)
    }
    quick = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    assert found == {(quick, 3), (False, 1)}
