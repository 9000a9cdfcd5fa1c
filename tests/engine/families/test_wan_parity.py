"""Our loop against diffusers' own Wan pipeline: the same seed gives the same clip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, WanImageToVideoPipeline
from diffusers.pipelines.wan import pipeline_wan_i2v
from PIL import Image

from frame2frame.engine.device.placement import quiet_loading
from frame2frame.engine.families.wan.generator import Wan
from frame2frame.plugins.stages import Item
from frame2frame.values import Picture, Sampling

from ..drafts import ANY, MakeItem, assert_same

Make = Callable[..., Wan]

LAYOUTS = ("a14b", "5b")


def even_euler(shift: float) -> Any:
    """The stock scheduler at even parts of the way, which the pipeline has no argument for."""
    kind: Any = FlowMatchEulerDiscreteScheduler
    scheduler = kind(shift=shift)
    stock = scheduler.set_timesteps

    def set_timesteps(steps: int, device: Any = None) -> None:
        stock(sigmas=np.linspace(1, 0, steps + 1)[:-1], device=device)

    scheduler.set_timesteps = set_timesteps
    return scheduler


@pytest.fixture(autouse=True)
def _plain_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stock pipeline repairs texts with a package that need not be here; these need no repair."""
    monkeypatch.setattr(pipeline_wan_i2v, "basic_clean", str.strip)


def stock_pipeline(model: Wan, cache: Path, scheduler: Any = None) -> Any:
    kind: Any = WanImageToVideoPipeline
    with quiet_loading():
        pipeline = kind.from_pretrained(
            model.model, cache_dir=cache, local_files_only=True, use_safetensors=True
        )
    if scheduler is not None:
        pipeline.scheduler = scheduler
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def stock_clip(pipeline: Any, item: Item, sampling: Sampling, **options: Any) -> tuple[torch.Tensor, Picture]:
    """Latents, (latent frames, channels, height, width), and frames from 0 to 1."""
    called = {
        "image": Image.fromarray(item.picture),
        "prompt": item.caption.temporal,
        "height": sampling.height,
        "width": sampling.width,
        "num_frames": sampling.frames,
        "num_inference_steps": sampling.steps,
        "guidance_scale": sampling.guidance[0],
    } | options
    drawn = [
        pipeline(**called, generator=torch.Generator().manual_seed(item.seed), output_type=kind).frames[0]
        for kind in ("latent", "np")
    ]
    return drawn[0].transpose(0, 1), drawn[1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_candidates_in_one_batch_equal_stock_calls(
    tiny_wan: Make, item: MakeItem, cache: Path, layout: str
) -> None:
    model = tiny_wan(layout, guidance=4.0, steps=10, negative_prompt="bad hands")
    sampling = model.sampling(ANY)
    items = [item(seed, sampling, text) for seed, text in ((7, "a ball"), (8, "two cubes fall"))]
    draft = model.draft(items, sampling)
    draft.advance(sampling.steps)
    pipeline = stock_pipeline(model, cache)
    for candidate, drawn in enumerate(items):
        assert_same(
            draft, candidate, *stock_clip(pipeline, drawn, sampling, negative_prompt=model.negative_prompt)
        )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_the_prompt_alone_equals_an_unguided_stock_call(
    tiny_wan: Make, item: MakeItem, cache: Path, layout: str, steps: int
) -> None:
    model = tiny_wan(layout, steps=steps, frames=9)
    sampling = model.sampling(ANY)
    drawn = item(3, sampling)
    draft = model.draft([drawn], sampling)
    draft.advance(sampling.steps)
    assert_same(draft, 0, *stock_clip(stock_pipeline(model, cache), drawn, sampling))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_euler_steps_equal_the_stock_scheduler_at_even_parts(
    tiny_wan: Make, item: MakeItem, cache: Path, layout: str
) -> None:
    model = tiny_wan(layout, solver="euler", shift=5.0, frames=9)
    sampling = model.sampling(ANY)
    drawn = item(5, sampling)
    draft = model.draft([drawn], sampling)
    draft.advance(sampling.steps)
    pipeline = stock_pipeline(model, cache, even_euler(5.0))
    assert_same(draft, 0, *stock_clip(pipeline, drawn, sampling))


def test_each_expert_has_its_own_guidance_as_in_a_stock_call(
    tiny_wan: Make, item: MakeItem, cache: Path
) -> None:
    model = tiny_wan("a14b", guidance=4.0, guidance_low=2.0, frames=9, negative_prompt="bad hands")
    sampling = model.sampling(ANY)
    assert sampling.guidance == (4.0, 4.0, 2.0, 2.0)
    drawn = item(5, sampling)
    draft = model.draft([drawn], sampling)
    draft.advance(sampling.steps)
    stock = stock_clip(
        stock_pipeline(model, cache), drawn, sampling, guidance_scale_2=2.0, negative_prompt="bad hands"
    )
    assert_same(draft, 0, *stock)
