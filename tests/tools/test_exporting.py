"""The exported weights, as others load them."""

from __future__ import annotations

from pathlib import Path

import torch
from tests.training import Modules


def test_the_stock_pipeline_draws_a_clip_with_the_exported_weights(exported: Path) -> None:
    from diffusers import CogVideoXImageToVideoPipeline
    from PIL import Image

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(exported, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline(
        Image.new("RGB", (128, 128), "white"),
        "paint the cube blue",
        height=128,
        width=128,
        num_frames=9,
        num_inference_steps=2,
        guidance_scale=2.0,
        max_sequence_length=64,
        output_type="np",
    )
    assert made.frames.shape == (1, 9, 128, 128, 3)


def test_the_trained_velocity_is_the_one_the_stock_pipeline_uses(
    tools: Modules, work: Path, exported: Path
) -> None:
    from diffusers import CogVideoXImageToVideoPipeline

    pipeline = CogVideoXImageToVideoPipeline.from_pretrained(exported, local_files_only=True)
    cosine, sine = pipeline._prepare_rotary_positional_embeddings(128, 128, 5, torch.device("cpu"))
    ours = tools["video"].rotary(pipeline.transformer, 5)
    assert torch.equal(cosine, ours[0]) and torch.equal(sine, ours[1])
    story = tools["weights"].read_story(work / "vae" / "average")
    assert pipeline.vae.config.scaling_factor == float(story["scaling_factor"])


def test_attention_written_out_gives_what_diffusers_gives(tools: Modules, exported: Path) -> None:
    from diffusers import CogVideoXTransformer3DModel

    video = tools["video"]
    transformer = CogVideoXTransformer3DModel.from_pretrained(exported / "transformer", local_files_only=True)
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn((1, 3, 32, 16, 16), generator=generator)
    texts = torch.randn((1, 64, 16), generator=generator)
    positions = video.rotary(transformer, 3)
    made = []
    for _ in range(2):
        made.append(transformer(noisy, texts, torch.tensor([500]), image_rotary_emb=positions).sample)
        transformer.set_attn_processor(video.PlainAttention())
    assert torch.allclose(made[0], made[1], atol=1e-5)


def test_the_exported_encoder_loads_with_what_was_fitted_to_it(tools: Modules, exported: Path) -> None:
    from transformers import CLIPModel

    config = CLIPModel.from_pretrained(exported / "clip", local_files_only=True).config
    numbers = [getattr(config, f"frame2frame_{name}") for name in tools["calibrate"].NUMBERS]
    assert len(numbers) == 4
    assert all(-1.0 < number < 1.0 for number in numbers)


def test_every_weight_file_tells_its_story(exported: Path) -> None:
    from safetensors import safe_open

    for path in exported.rglob("*.safetensors"):
        with safe_open(path, "pt") as shard:
            story = shard.metadata()
        assert {"preset", "seed", "data_sha256", "steps", "program"} <= set(story)
