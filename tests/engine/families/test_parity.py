"""Our loop against diffusers' own pipeline: the same seed gives the same clip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import CogVideoXDPMScheduler, CogVideoXImageToVideoPipeline
from PIL import Image

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.cogvideox.generator import CogVideoX
from frame2frame.plugins.stages import Item
from frame2frame.values import Picture, Sampling

from ..drafts import ANY, MakeItem, assert_same

Make = Callable[..., CogVideoX]


def stock_pipeline(model: CogVideoX, cache: Path, solver: str) -> Any:
    kind: Any = CogVideoXImageToVideoPipeline
    with quiet_loading():
        pipeline = kind.from_pretrained(
            model.model, cache_dir=cache, local_files_only=True, use_safetensors=True
        )
        if solver == "dpm":
            scheduler: Any = CogVideoXDPMScheduler
            pipeline.scheduler = scheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def stock_clip(pipeline: Any, item: Item, sampling: Sampling) -> tuple[torch.Tensor, Picture]:
    """Latents without padding, (latent frames, channels, height, width), and frames from 0 to 1."""
    latents = pipeline(
        image=Image.fromarray(item.picture),
        prompt=item.caption.temporal,
        height=sampling.height,
        width=sampling.width,
        num_frames=sampling.frames,
        num_inference_steps=sampling.steps,
        guidance_scale=sampling.guidance[0],
        generator=torch.Generator("cpu").manual_seed(item.seed),
        max_sequence_length=pipeline.transformer.config.max_text_seq_length,
        output_type="latent",
    ).frames
    latents = latents[:, latents.shape[1] - ((sampling.frames - 1) // 4 + 1) :]
    decoded = pipeline.video_processor.postprocess_video(pipeline.decode_latents(latents).detach(), "np")
    return latents[0], decoded[0]


@pytest.mark.parametrize("layout", ["1.0", "1.5", "rotary"])
@pytest.mark.parametrize("solver", ["ddim", "dpm"])
def test_three_candidates_in_one_batch_equal_three_stock_calls(
    tiny: Make, item: MakeItem, cache: Path, layout: str, solver: str
) -> None:
    model = tiny(layout, guidance=6.0, solver=solver)
    sampling = model.sampling(ANY)
    items = [
        item(seed, sampling, text) for seed, text in ((7, "a ball"), (8, "two cubes fall"), (9, "a ball"))
    ]
    draft = model.draft(items, sampling)
    draft.advance(sampling.steps)
    pipeline = stock_pipeline(model, cache, solver)
    for candidate, drawn in enumerate(items):
        assert_same(draft, candidate, *stock_clip(pipeline, drawn, sampling))


@pytest.mark.parametrize("layout", ["1.0", "1.5"])
def test_the_prompt_alone_equals_an_unguided_stock_call(
    tiny: Make, item: MakeItem, cache: Path, layout: str
) -> None:
    model = tiny(layout, guidance=1.0)
    sampling = model.sampling(ANY)
    drawn = item(3, sampling)
    draft = model.draft([drawn], sampling)
    draft.advance(sampling.steps)
    assert_same(draft, 0, *stock_clip(stock_pipeline(model, cache, "ddim"), drawn, sampling))
