"""A tiny video model and a tiny image–text encoder, with random weights, laid out as the embedded ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import (
    AutoencoderKLCogVideoX,
    CogVideoXDDIMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXTransformer3DModel,
)
from transformers import (
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    PreTrainedTokenizerBase,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from frame2frame.benchmark.plan import Plan
from frame2frame.placement import quiet_loading

WORDS = 16


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The video model's folder: pictures of 32 × 32, 17 frames."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    with quiet_loading():
        tokenizer = _tokenizer()
        text = T5EncoderModel(T5Config(vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=16, num_layers=1))
        pipeline: Any = CogVideoXImageToVideoPipeline(tokenizer, text, _vae(), _transformer(), _scheduler())
        pipeline.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image–text encoder's folder."""
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    layers = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    tokenizer = _tokenizer()
    words = {
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 64,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }
    sight = {"image_size": 32, "patch_size": 8}
    config = CLIPConfig(text_config=layers | words, vision_config=layers | sight, projection_dim=16)
    CLIPModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    size = {"height": 32, "width": 32}
    CLIPImageProcessorPil(size=size, crop_size=size, do_center_crop=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def plan(model: Path, encoder: Path) -> Plan:
    """Three episodes with both tiny models."""
    return Plan(count=3, device="cpu", batch=2, model=str(model), encoder=str(encoder), steps=2, guidance=1.0)


def _tokenizer() -> PreTrainedTokenizerBase:
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    letters = [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz"]
    return T5Tokenizer(vocab=[*special, *letters], extra_ids=0)


def _vae() -> AutoencoderKLCogVideoX:
    return AutoencoderKLCogVideoX(
        block_out_channels=(4, 4, 4, 4), latent_channels=4, layers_per_block=1, norm_num_groups=2
    )


def _transformer() -> CogVideoXTransformer3DModel:
    return CogVideoXTransformer3DModel(
        sample_height=4,
        sample_width=4,
        sample_frames=17,
        num_attention_heads=1,
        attention_head_dim=16,
        in_channels=8,
        out_channels=4,
        time_embed_dim=8,
        text_embed_dim=16,
        num_layers=1,
        max_text_seq_length=WORDS,
        use_rotary_positional_embeddings=True,
    )


def _scheduler() -> CogVideoXDDIMScheduler:
    return CogVideoXDDIMScheduler(
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        snr_shift_scale=1.0,
        timestep_spacing="trailing",
    )
