"""The autoencoder on a CPU."""

from __future__ import annotations

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl_cogvideox import (
    CogVideoXSafeConv3d,
    CogVideoXSpatialNorm3D,
)

from frame2frame.engine.kernels.cpu_vae import DirectConv, SmallNorm, quicken, quickened

from ...tiny import ROTARY, pipeline


def test_a_quick_one_gives_what_it_gave() -> None:
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


@pytest.mark.parametrize(
    ("frames", "sides", "latents"),
    [
        (1, (8, 12), (1, 4, 6)),
        (4, (8, 12), (2, 4, 6)),
        (9, (16, 8), (3, 4, 2)),
        (3, (4, 6), (3, 4, 6)),
        (5, (10, 6), (3, 4, 6)),
    ],
    ids=["one frame", "twice as many", "the first alone", "as many", "no multiple"],
)
def test_a_quick_norm_gives_what_it_gave(
    frames: int, sides: tuple[int, int], latents: tuple[int, int, int]
) -> None:
    torch.manual_seed(0)
    norm, values = CogVideoXSpatialNorm3D(8, 4, groups=2), torch.randn(2, 8, frames, *sides)
    shown = torch.randn(2, 4, *latents)
    with torch.no_grad():
        stock, _ = norm(values, shown)
        norm.__class__ = SmallNorm
        ours, _ = norm(values, shown)
    torch.testing.assert_close(ours, stock, rtol=1e-5, atol=1e-6)


def test_all_norms_of_the_decoder_are_quick_as_long_as_it_lasts() -> None:
    vae = pipeline(ROTARY).vae
    norms = [part for part in vae.modules() if isinstance(part, CogVideoXSpatialNorm3D)]
    with quickened(vae):
        assert norms and all(type(part) is SmallNorm for part in norms)
    assert all(type(part) is CogVideoXSpatialNorm3D for part in norms)
