"""How much the embedded model takes at its height, stage by stage, and what tiles do to its frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from frame2frame.engine.device.memory import WHOLE, Economy
from frame2frame.engine.device.streaming import size_of
from frame2frame.engine.sampling.loop import Denoising
from frame2frame.media.pictures import psnr
from frame2frame.worlds.tabletop import FIRST_HELD_OUT_SEED, episode
from live_memory import Alive
from random_weights import Case, tabletop_case

MIB = 2**20
SPARING = Economy(rows=1, tile=96, picture=96)


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tabletop_case("cpu")
    torch.set_num_threads(threads)


def peak(work: Callable[[], Any]) -> float:
    """MiB of the tensors that the work makes and that live at once, at their most."""
    with Alive() as alive:
        work()
    return float(alive.peak / MIB)


def peaks(case: Case, economy: Economy, frames: int) -> tuple[float, float, float]:
    """Of the encode, of a guided step of one candidate, and of the decode."""
    family, sampling, made = case.family(), case.sampling(frames, 1), []
    family.economy = economy
    encode = peak(lambda: made.append(Denoising(family, case.items(1), sampling)))
    denoise = peak(lambda: made[0].advance())
    return encode, denoise, peak(lambda: list(made[0].decode(0)))


def test_the_weights_are_no_larger_than_they_were(case: Case) -> None:
    parts = case.parts
    sizes = {name: size_of(getattr(parts, name)) / MIB for name in ("text_encoder", "transformer", "vae")}
    assert sizes == pytest.approx({"text_encoder": 7.51, "transformer": 57.3, "vae": 20.5}, rel=0.02)


@pytest.mark.parametrize(
    ("economy", "bounds"),
    [(WHOLE, (21.7, 8.7, 317.0)), (SPARING, (8.8, 4.6, 127.0))],
    ids=["whole", "sparing"],
)
def test_no_stage_takes_more_than_it_did(
    case: Case, economy: Economy, bounds: tuple[float, float, float]
) -> None:
    for found, bound in zip(peaks(case, economy, frames=9), bounds, strict=True):
        assert 0.3 * bound < found <= bound


@torch.inference_mode()
def test_tiles_of_three_quarters_of_a_side_change_little(case: Case) -> None:
    family, vae = case.family(), case.parts.vae
    frames = episode(FIRST_HELD_OUT_SEED, frames=9).frames
    video = torch.from_numpy(frames.astype(np.float32) / 127.5 - 1).permute(3, 0, 1, 2)[None]
    latents = vae.encode(video).latent_dist.mode().transpose(1, 2) * vae.config.scaling_factor
    whole, tiled = (
        np.concatenate([chunk[0] for chunk in family.decode(latents, tile)]) for tile in (None, 96)
    )
    assert 41 < psnr(tiled, whole) < 45
    assert psnr(tiled, frames) > psnr(whole, frames) - 0.8


def test_shared_norms_bring_a_tiled_latent_nearer_to_the_whole(case: Case) -> None:
    family, picture = case.family(), episode(FIRST_HELD_OUT_SEED, frames=9).frames[0]
    whole = family.encode_picture(picture)[0]
    tiled = family.encode_picture(picture, economy=Economy(picture=96))[0]
    assert float((tiled - whole).norm() / whole.norm()) < 0.1  # 0.129 with statistics of each tile
